"""The demo as every role finds it after signing in: start page, dashboard and wide screen where the role has them; the guides' pictures.

Each dashboard's first number is counted here anew, from the tables. What fails a page by itself stands in tests/e2e/conftest.py.
"""

import re
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import QuerySet
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from positions.models import Appointment, DivisionOfWork, Rank
from positions.scopes import scope_of
from risks.models import RiskPoint
from tests.e2e import guide_pictures
from web.asked import given
from web.tasks_board import QUESTIONS, board_for

BUREAU, INSTITUTE = "CNNY", "CNNKS"
Points = Callable[[], QuerySet[RiskPoint]]


def of_unit(code: str) -> Points:
    return lambda: RiskPoint.objects.filter(state="registered", unit__code=code)


def of_departments(number: str) -> Points:
    """Points of the departments the person heads or is in charge of, by the posts held today."""

    def found() -> QuerySet[RiskPoint]:
        headed = Appointment.objects.in_force().filter(person__staff_number=number, position__rank=Rank.DEPARTMENT_HEAD)
        charged = DivisionOfWork.objects.in_force().filter(appointment__person__staff_number=number)
        departments = [*headed.values_list("position__department", flat=True), *charged.values_list("department", flat=True)]
        return RiskPoint.objects.filter(state="registered", department__in=departments)

    return found


# Staff number → what stands on the start page, and the points on the dashboard; None: the role has no dashboard.
ROLES: dict[str, tuple[str, Points | None]] = {
    "C022": ("填写并签署岗位承诺表", None),
    "C025": ("修改被退回的岗位承诺表", None),
    "B012": ("份承诺表待您审核", of_departments("B012")),
    "B018": ("填写并签署岗位承诺表", of_departments("B018")),
    "A003": ("由您负责的风险点", of_unit(BUREAU)),
    "A001": ("填写并签署单位承诺表", of_unit(BUREAU)),
    "A005": ("件预警待本委办理", of_unit(BUREAU)),
    "B022": ("项职权事项待您审核", of_unit(BUREAU)),
    "B019": ("职权目录待法制审核", of_unit(BUREAU)),
    "B011": ("个风险点待领导小组评估定级", of_unit(BUREAU)),
    "KA01": ("填写并签署单位承诺表", of_unit(INSTITUTE)),
    "S901": ("账号", None),
    "S902": ("账号", None),
    "S903": ("审计", None),
}
ON_A_PHONE = {"C022", "A001", "S901"}
LOOK = "() => new Promise((done) => requestAnimationFrame(() => { window.lookForSidewaysScroll(); done(); }))"


@pytest.mark.usefixtures("transactional_db")
def test_start_page_and_dashboard_of_every_role(new_context: Any, login: Any, axe: Any, watch: Any, screenshot: Any) -> None:
    call_command("demo", stdout=StringIO())
    watch.allow(r"(404|Not Found).*/reports/dashboard/")
    page = new_context().new_page()
    for number, (words, points) in ROLES.items():
        page.context.clear_cookies()
        login(page, User.objects.get(staff_number=number))
        page.goto("/")
        expect(page.locator("main")).to_contain_text(words)
        expect(page.locator(".motto")).to_have_count(0 if number.startswith("S") else 1)
        axe(page)
        doors = page.locator("a[href='/reports/dashboard/']")
        if number in ON_A_PHONE:
            page.set_viewport_size({"width": 390, "height": 844})
            page.evaluate(LOOK)
            page.set_viewport_size({"width": 1440, "height": 900})
        if points is None:
            assert doors.count() == 0
            answer = page.goto("/reports/dashboard/")
            assert answer is not None
            assert answer.status == 404
        else:
            assert doors.count() > 0
            look_at_the_dashboard(page, points().count(), axe, wall_too=number == "A001")
    nothing_is_hidden()
    guide_pictures.take(new_context, login, screenshot)


def look_at_the_dashboard(page: Page, number: int, axe: Any, *, wall_too: bool) -> None:
    """The dashboard and its wide screen say how many points there are."""
    page.goto("/reports/dashboard/")
    expect(page.locator(".stat", has_text="在册风险点").locator(".stat-value").first).to_have_text(re.compile(rf"^{number}\D*$"))
    expect(page.locator("#dashboard canvas").first).to_be_visible()
    axe(page)
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto("/reports/dashboard/wide/")
    expect(page.locator(".wall-figure", has_text="在册风险点").locator(".wall-value")).to_have_text(str(number))
    if wall_too:
        axe(page)
    page.set_viewport_size({"width": 1440, "height": 900})


def nothing_is_hidden() -> None:
    """What the start page asks first leaves out nothing that its lists would find: heads, committees and everybody of one department."""
    today = timezone.localdate()
    heads = Appointment.objects.in_force().exclude(position__rank=Rank.STAFF).values("person")
    some = Appointment.objects.in_force().filter(position__department__name="畜牧兽医科").values("person")
    everybody = User.objects.filter(pk__in=heads.union(some))
    assert everybody.count() > 30
    for person in everybody:
        asked = QUESTIONS.ask(given(user=person, scope=scope_of(person), today=today))
        wide = {name: True if answer is False else answer for name, answer in asked.items()}
        assert False in asked.values()
        assert board_for(person, today) == board_for(person, today, asked=wide), person
