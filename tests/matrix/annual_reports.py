"""Annual reports of three years: a draft, one submitted, one approved."""

from reporting.annual import services
from reporting.models import AnnualReport
from tests.factories.warnings import fresh
from tests.matrix_world import World


def build(world: World) -> None:
    home = world.home

    def begun(year: int) -> AnnualReport:
        return services.begin(unit=home.unit, year=year, by=fresh(world.people["discipline_committee"]))

    def submitted(year: int) -> AnnualReport:
        report = begun(year)
        texts = {"work_done": "开展了风险排查。", "plans": "完善制度。"}
        services.write(report=report, texts=texts, by=fresh(world.people["discipline_committee"]))
        return services.submit(report=report, by=fresh(home.discipline_head))

    world.objects |= {
        "annual_draft": begun(2023),
        "annual_submitted": submitted(2024),
        "annual_approved": services.approve(report=submitted(2025), by=fresh(home.head)),
    }
