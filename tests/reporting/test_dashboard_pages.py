"""The dashboard's pages: who has them, what the address may say, what stays hidden on past days, units side by side, the session."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from demo.clock import at
from positions.models import Appointment, BodyKind, BodyMembership
from reporting.dashboards import board
from reporting.dashboards.selection import period_of, read
from risks.models import RiskPoint
from risks.services import levels, register
from tests.factories.leads import lead_about
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.positions import AppointmentFactory, MembershipFactory
from tests.factories.warnings import advance, drafted, fresh, starter
from tests.risks.register_helpers import imported, level

DASHBOARD, WIDE, UNITS = "/reports/dashboard/", "/reports/dashboard/wide/", "/reports/dashboard/units/"


@pytest.fixture
def bureau(db: None) -> SmallUnit:
    return small_unit()


def get(user: User, url: str, **headers: str) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(url, headers=headers)


def figures(user: User, query: str = "") -> dict[str, Any]:
    """All figures of the person by name."""
    shown = board.board(read(fresh(user), QueryDict(query)))
    sections = (shown.risks, shown.measures, shown.coverage, shown.warnings, shown.points, *([shown.leads] if shown.leads else []))
    changes = dict(zip(("rise", "fall"), (one.value for one in shown.changes), strict=True))
    return {figure.label: figure.value for section in sections for figure in section.figures} | changes


@pytest.mark.parametrize(
    ("key", "start", "end"),
    [
        ("2026", "2026-01-01", "2026-08-14"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("2026Q1", "2026-01-01", "2026-03-31"),
        ("2026Q3", "2026-07-01", "2026-08-14"),
        ("12m", "2025-08-15", "2026-08-14"),
        ("2026Q4", "2026-01-01", "2026-08-14"),  # not begun yet
        ("9999999", "2026-01-01", "2026-08-14"),
        ("", "2026-01-01", "2026-08-14"),
    ],
)
def test_a_period_ends_with_the_day_at_the_latest(key: str, start: str, end: str) -> None:
    period = period_of(key, date(2026, 8, 14))
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)


def test_what_the_address_says_never_widens(bureau: SmallUnit) -> None:
    """Other units and departments, days to come and nonsense are as if they were not there."""
    elsewhere = small_unit(code="BS", name="另一局")
    imported(bureau)
    imported(elsewhere)
    head = bureau.departments[1].head
    for query in (
        "unit=all",
        f"unit={elsewhere.unit.pk}",
        f"department={elsewhere.departments[1].department.pk}",
        "day=2999-01-01",
        "day=x&period=%00",
    ):
        selection = read(fresh(head), QueryDict(query))
        assert (selection.unit_id, selection.department_id, selection.is_past) == (None, None, False)
        assert figures(head, query)["在册风险点"] == 1


def test_a_changed_right_counts_from_the_next_opening(bureau: SmallUnit) -> None:
    """Statements and some counts are kept for who asks: with the right to it, what was kept is no longer found."""
    for department, title in ((1, "审批"), (1, "受理"), (2, "执法")):
        imported(bureau, title, department=department)
    head, desk = bureau.departments[1].head, bureau.departments[0].staff[1]  # the desk: a member of the discipline committee
    lead_about(bureau, bureau.clerk)

    def seen(user: User) -> tuple[int, bool]:
        shown = board.board(read(fresh(user), QueryDict("")))
        return shown.risks.figures[0].value, shown.leads is not None

    for _twice in range(2):  # the second time from what was kept
        assert (seen(head), seen(desk)) == ((2, False), (3, True))
    yesterday = timezone.localdate() - timedelta(days=1)
    Appointment.objects.filter(person=head).update(ends_on=yesterday)
    AppointmentFactory(person=head, position=bureau.departments[2].positions["head"])
    assert seen(head) == (1, False)
    BodyMembership.objects.filter(person=desk, body__kind=BodyKind.DISCIPLINE_COMMITTEE).update(ends_on=yesterday)
    assert get(desk, DASHBOARD).status_code == 404
    MembershipFactory(body=bureau.bodies[BodyKind.DISCIPLINE_COMMITTEE], person=head)
    assert seen(head) == (3, True)


def test_staff_have_no_dashboard(bureau: SmallUnit) -> None:
    for url in (DASHBOARD, WIDE, UNITS, "/reports/dashboard/rows/points/"):
        assert get(bureau.clerk, url).status_code == 404


def test_a_part_alone_for_the_page_that_refreshes_itself(bureau: SmallUnit) -> None:
    imported(bureau)
    part = get(bureau.head, DASHBOARD, hx_request="true").content.decode()
    assert part.lstrip().startswith('<div id="dashboard"')
    wall = get(bureau.head, WIDE).content.decode()
    assert 'hx-trigger="every 60s"' in wall


def test_refreshing_itself_keeps_no_session_alive(bureau: SmallUnit) -> None:
    client = Client()
    client.force_login(bureau.head)
    client.get(DASHBOARD)
    begun = client.session["seen"]
    half_way = timezone.now() + timedelta(seconds=settings.SESSION_IDLE_SECONDS // 2)
    with at(half_way):
        assert client.get(DASHBOARD, headers={"X-Refresh": "1"}).status_code == 200
        assert client.session["seen"] == begun
    with at(half_way + timedelta(seconds=settings.SESSION_IDLE_SECONDS // 2 + 2)):
        assert client.get(DASHBOARD, headers={"X-Refresh": "1"}).status_code == 302


def test_yesterday_is_as_it_was(bureau: SmallUnit) -> None:
    """A level lowered and a point taken off today: yesterday knows neither, and its lists show the rows as they were."""
    now = timezone.now()
    yesterday = f"day={(timezone.localdate() - timedelta(days=1)).isoformat()}"
    with at(now - timedelta(days=3)):
        risk, other = imported(bureau, label="一级"), imported(bureau, "擅自泄露标底", label="一级")
    _written_at(risk, now - timedelta(days=3))
    _written_at(other, now - timedelta(days=3))
    levels.adjust_level(risk=risk, level=level("三级"), reason="制度已经健全并落实到位", by=fresh(bureau.head))
    register.retire(risk=other, by=fresh(bureau.head), reason="职权已经取消")
    assert [figures(bureau.head)[name] for name in ("在册风险点", "三级 一般风险点", "fall")] == [1, 1, 1]
    before = figures(bureau.head, yesterday)
    assert [before[name] for name in ("在册风险点", "一级 重点风险点", "fall")] == [2, 2, 0]
    rows = get(bureau.head, f"/reports/dashboard/rows/points/?{yesterday}&level={level('一级').pk}")
    assert rows.context["page"].paginator.count == 2
    assert "擅自泄露标底" in rows.content.decode()


def _written_at(risk: RiskPoint, moment: Any) -> None:
    """Rows of a COPY bear the database's clock: the history is told anew, as of days ago."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE risks_historicalriskpoint DISABLE TRIGGER USER")
        cursor.execute("UPDATE risks_historicalriskpoint SET history_date = %s WHERE id = %s", [moment, risk.pk])
        cursor.execute("ALTER TABLE risks_historicalriskpoint ENABLE TRIGGER USER")


def test_a_past_day_tells_the_warned_nothing_of_what_went_before_the_issue(bureau: SmallUnit) -> None:
    """Drafted days ago and issued today: the committee that drafted it saw it then. The head of the department warned did not, nor the
    party committee, to whom it was submitted only today."""
    department = bureau.departments[1]
    with at(timezone.now() - timedelta(days=3)):
        warning = drafted(bureau, department=department.department)
    advance(bureau, warning, "issued")
    yesterday = f"day={(timezone.localdate() - timedelta(days=1)).isoformat()}"
    readers = {"committee": starter(bureau), "warned": department.head, "party": bureau.head}
    assert {name: figures(user)["未办结预警"] for name, user in readers.items()} == {"committee": 1, "warned": 1, "party": 1}
    assert {name: figures(user, yesterday)["未办结预警"] for name, user in readers.items()} == {"committee": 1, "warned": 0, "party": 0}
    rows = get(department.head, f"/reports/dashboard/rows/warnings/?{yesterday}")
    assert rows.context["page"].paginator.count == 0


def test_the_wall_shows_no_lead_and_no_warning_before_its_issue(bureau: SmallUnit) -> None:
    member = bureau.discipline_head
    lead_about(bureau, bureau.clerk, by=member)
    warning = drafted(bureau)
    page = get(member, WIDE)
    assert warning.subject_label not in page.content.decode()
    assert {figure.label: figure.value for figure in page.context["wide"].figures}["未办结预警"] == 0
    assert "廉情" not in page.content.decode().split('id="wall"')[1]


def test_leads_are_counted_only_for_their_desk(bureau: SmallUnit) -> None:
    """Whoever a lead is about sees the same page as without it, whatever the size of the numbers."""
    shut_out, member = bureau.departments[2].head, bureau.discipline_head
    before = get(shut_out, DASHBOARD).context["board"]
    lead_about(bureau, bureau.departments[2].staff[0], by=member)
    after = get(fresh(shut_out), DASHBOARD).context["board"]
    assert before.leads is None
    assert after == before
    assert figures(member)["收到廉情"] == 1
    assert get(shut_out, "/reports/dashboard/rows/leads/").context["page"].paginator.count == 0


def test_units_side_by_side_as_far_as_one_may_see(bureau: SmallUnit) -> None:
    below = small_unit(code="XS", name="下属研究所", parent=bureau.unit, open_to_higher=True)
    closed = small_unit(code="YS", name="未开放的下属站", parent=bureau.unit)
    for unit, times in ((bureau, 1), (below, 2), (closed, 3)):
        for n in range(times):
            imported(unit, f"审批时违规放宽条件{n}")
    assert get(below.head, UNITS).status_code == 404
    table = get(bureau.head, UNITS).context["table"]
    assert {line.label: line.numbers[0].value for line in table.lines} == {bureau.unit.name: 1, below.unit.name: 2}
    line = table.lines[1]
    assert get(bureau.head, line.numbers[0].url).context["count"] == 2
    assert get(bureau.head, line.url).context["board"].risks.figures[0].value == 2
    assert figures(bureau.head)["在册风险点"] == 1  # one's own unit unless asked
    assert figures(bureau.head, "unit=all")["在册风险点"] == 3
    assert figures(bureau.head, f"unit={closed.unit.pk}")["在册风险点"] == 1


def test_statements_do_not_grow_with_the_rows(bureau: SmallUnit, count_queries: Any) -> None:
    def points(number: int) -> None:
        for n in range(number):
            imported(bureau, f"审批时违规放宽条件{RiskPoint.objects.count()}{n}", probability=n % 5 + 1, harm=3)

    points(2)
    count_queries("reporting:dashboard", user=bureau.head, make_rows=points, most=45)


def test_statements_do_not_grow_with_the_rows_where_nothing_is_kept(bureau: SmallUnit, client: Client) -> None:
    client.force_login(bureau.head)
    found = []
    for number in (2, 30):
        for n in range(number):
            imported(bureau, f"审批时违规放宽条件{RiskPoint.objects.count()}{n}", probability=n % 5 + 1, harm=3)
        client.get(reverse("reporting:dashboard"))
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("reporting:dashboard"))
        found.append(len(captured))
    assert found[0] == found[1] <= 45
