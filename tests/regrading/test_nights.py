"""How a night went: on the page of scheduled work, in the health check, and on the page of those who answer for a register."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AdminRole
from common import schedule
from jobs import scheduling
from jobs.models import ScheduledRun, ScheduledWork
from regrading.models import Cause, Run
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.positions import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
FIGURES = {"points": 41, "evaluated": 40, "changed": 7, "cannot": 1, "rises": 3, "falls": 2, "lapsed": 5, "seconds": 0.31}


def run(unit: Any = None, state: str = "done", day: date = TODAY, cause: str = Cause.NIGHTLY, *, hours: float = 1, **more: Any) -> Run:
    """Begun so many hours ago, and ended a minute later."""
    began = timezone.now() - timedelta(hours=hours)
    ended = None if state == "waiting" else began + timedelta(minutes=1)
    made = Run.objects.create(unit=unit or UnitFactory(), as_of=day, cause=cause, state=state, finished_at=ended, **more)
    Run.objects.filter(pk=made.pk).update(created_at=began)
    return made


def swept() -> Any:
    return schedule.get("regrading.sweep").do(None)


def test_the_sweep_tells_how_last_night_went() -> None:
    for _n in range(4):
        run()
    run(state="failed", day=TODAY - timedelta(days=1))  # the night before, and a day that has not come
    run(state="failed", day=date(2999, 1, 1))
    assert swept() == {"sent": 0, "done": 4, "waiting": 0, "overdue": 0, "failed": 0}
    run(state="waiting"), run(state="waiting", hours=2.1), run(state="failed", counts={"error": "KeyError"})
    assert swept() == {"sent": 2, "done": 4, "waiting": 2, "overdue": 1, "failed": 1}


def test_a_failure_counts_no_more_when_the_unit_was_evaluated_since() -> None:
    failed = run(state="failed")
    run(failed.unit, cause=Cause.COMMAND, hours=3)  # before it failed
    assert swept()["failed"] == 1
    Run.objects.filter(cause=Cause.COMMAND).update(finished_at=timezone.now())
    assert (swept()["failed"], swept()["done"]) == (0, 1)


@pytest.mark.parametrize("trouble", [{"state": "failed"}, {"state": "waiting", "hours": 3}])
def test_a_night_that_failed_or_is_stuck_is_red_for_the_administrator_and_the_health_check(client: Client, trouble: dict[str, Any]) -> None:
    def look() -> tuple[str, bool]:
        ScheduledRun.objects.all().delete()
        scheduling.perform(work=schedule.get("regrading.sweep"))
        page = client.get("/schedule/regrading.sweep/").content.decode()
        return client.get("/healthz").json()["schedule"], "需处理" in page

    ScheduledWork.objects.create(name="regrading.sweep", known_since=timezone.now() - timedelta(days=1))
    client.force_login(UserFactory(admin_role=AdminRole.SYSTEM))
    run()
    assert look() == ("ok", False)
    run(**trouble)
    assert look() == ("late", True)


@pytest.fixture
def bureau() -> SmallUnit:
    return small_unit()


def page(client: Client, person: Any) -> str:
    client.force_login(person)
    response = client.get("/regrading/nights/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_tells_each_unit_what_was_found(client: Client, bureau: SmallUnit) -> None:
    run(bureau.unit, counts=FIGURES)
    elsewhere = run(state="failed", counts={"error": "KeyError"})
    own = page(client, bureau.office_clerk)
    for title, figure in (("在册风险点", 41), ("得分变动", 7), ("建议提高", 3), ("建议降低", 2), ("建议失效", 5), ("无法评分", 1)):
        assert title in own
        assert f">{figure}<" in own
    assert "0.31" not in own  # how long it took is told to nobody
    assert elsewhere.unit.name not in own
    assert "未完成评估" not in own
    everywhere = page(client, UserFactory(admin_role=AdminRole.SYSTEM))
    assert elsewhere.unit.name in everywhere
    assert "部分登记册未完成评估" in everywhere
    assert "1个单位尝试三次均未完成评估" in everywhere
    assert "KeyError" in everywhere


def test_the_page_asks_as_much_for_many_as_for_few(count_queries: Callable[..., None], bureau: SmallUnit) -> None:
    days = iter(range(100))
    count_queries(
        "regrading:runs",
        user=bureau.office_clerk,
        make_rows=lambda n: [run(bureau.unit, day=TODAY - timedelta(days=next(days)), counts=FIGURES) for _n in range(n)],
    )
