"""Lists brought in: rules by the clerk of the office (waiting for columns, tried, carried out), an organisation, point behaviours."""

from reporting.list_imports import services
from reporting.list_imports.kinds import KINDS
from tests.matrix_world import World
from tests.reporting.list_files import GOOD, filled, tried


def build(world: World) -> None:
    unit, clerk = world.home.unit, world.people["leading_group_office"]
    world.objects |= {f"the_{code}": code for code in KINDS}
    world.objects["mapped_list"] = services.start_import(
        kind=KINDS["rules"], unit=unit, content=filled("rules", ["", "印章管理办法"]), name="制度.xlsx", by=clerk
    )
    world.objects["checked_list"] = tried("rules", unit, clerk, ["", "接待管理办法"])
    imported = tried("rules", unit, clerk, ["", "差旅管理办法"])
    world.objects["imported_list"] = services.confirm(list_import=imported, by=clerk)
    world.objects["checked_organisation"] = tried("organisation", unit, world.people["system_admin"])
    world.objects["checked_points"] = tried("points", unit, world.people["discipline_committee"], GOOD["points"][0])
