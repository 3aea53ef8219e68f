"""Every number of the dashboard against a count in plain Python over the demo's rows, for each role, today and on a past day; every list
behind a number has exactly that many rows."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from accounts.models import User
from early_warnings.states import WarningState
from positions.models import Appointment, Department, Position, Unit
from reporting.dashboards import board, rows
from reporting.dashboards.pictures import Chart, Figure, Number, Table
from reporting.dashboards.selection import Selection, read
from risks.models import Level
from risks.services import levels as level_services
from tests.reporting.dashboard_oracle import OPEN_FORMS, Oracle

pytestmark = pytest.mark.django_db
# Unit head, deputy, head of the discipline committee, department head, head of the unit below.
ROLES = ("A001", "A003", "A005", "B012", "KA01")
PAST = "2026-08-14"


class _Undo(Exception):
    """Ends a transaction that nothing shall survive."""


@contextmanager
def _for_a_while() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise _Undo
    except _Undo:
        pass


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demo, loaded once for this file and rolled back afterwards."""
    with django_db_blocker.unblock(), _for_a_while():
        call_command("demo", "--today", "2026-11-21", stdout=StringIO())
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        yield


def asked(staff_number: str, query: str = "") -> tuple[Selection, Oracle]:
    """The same question for both."""
    user = User.objects.get(staff_number=staff_number)
    selection = read(user, QueryDict(query))
    unit = Unit.objects.get(code="CNNKS" if staff_number.startswith("K") else "CNNY")
    assert selection.sole_unit_id == unit.pk
    day = date.fromisoformat(PAST) if f"day={PAST}" in query else timezone.localdate()
    return selection, Oracle(user, day, date(day.year, 1, 1), unit.pk)


def values(figures: tuple[Figure, ...]) -> list[Any]:
    return [figure.value for figure in figures]


def of_chart(chart: Chart) -> dict[tuple[str, str], int]:
    """(category, series) → number, without zeros."""
    return {
        (category, series.label): number.value
        for series in chart.series
        for category, number in zip(chart.categories, series.numbers, strict=True)
        if number.value
    }


def of_table(table: Table | None) -> dict[str, list[Any]]:
    assert table is not None
    return {line.label: [number.value for number in line.numbers] for line in table.lines}


@pytest.mark.parametrize(("staff_number", "query"), [*((role, "") for role in ROLES), ("A005", f"day={PAST}"), ("B012", f"day={PAST}")])
def test_every_number_is_that_of_a_count_by_hand(demo: None, staff_number: str, query: str) -> None:
    selection, oracle = asked(staff_number, query)
    shown = board.board(selection)
    levels = {level.pk: level.label for level in Level.objects.all()}
    order = [level.pk for level in Level.objects.order_by("-severity")]
    places: dict[Any, str] = dict(Department.objects.values_list("pk", "name")) | {None: "领导班子"}

    by_level = oracle.by("current_level_id")
    used = [pk for pk in order if by_level[(pk,)]]
    assert values(shown.risks.figures) == [len(oracle.points()), *(by_level[(pk,)] for pk in used)]
    for chart, column in zip(shown.risks.charts, ("department_id", "power_category", "aspect"), strict=True):
        counted = oracle.by(column, "current_level_id")
        by_words = Counter({(level, n): 0 for (_key, level), n in counted.items()})
        assert sum(of_chart(chart).values()) == sum(counted.values())
        for key, level in counted:
            by_words[(level, counted[(key, level)])] += 1
        drawn = Counter((series.label, number.value) for series in chart.series for number in series.numbers if number.value)
        assert drawn == Counter({(levels[level], n): times for (level, n), times in by_words.items()})
    departments = of_chart(shown.risks.charts[0])
    assert departments == {(places[key], levels[level]): n for (key, level), n in oracle.by("department_id", "current_level_id").items()}
    rated = {cell: n for cell, n in oracle.by("probability", "harm").items() if None not in cell}
    cells = shown.risks.matrix["cells"] if shown.risks.matrix else {}
    assert {cell: facts["count"] for cell, facts in cells.items() if facts["count"]} == rated

    measures = oracle.measures()
    standing = Counter(row["standing"] for row in measures)
    assert values(shown.measures.figures) == [standing[one] for one in ("overdue", "soon", "later", "reported", "confirmed")]
    late = Counter((places[row["place"]], row["standing"]) for row in measures if row["standing"] in ("overdue", "soon"))
    words = {"逾期措施": "overdue", "两周内到期": "soon"}
    drawn_late = {(place, words[label]): n for chart in shown.measures.charts for (place, label), n in of_chart(chart).items()}
    assert drawn_late == dict(late)

    _forms_and_league(selection, oracle, shown, measures, places)
    _leaders(oracle, shown, measures, used)
    _the_rest(oracle, shown)


def _forms_and_league(
    selection: Selection, oracle: Oracle, shown: board.Board, measures: list[dict[str, Any]], places: dict[Any, str]
) -> None:
    user, scope = oracle.user, selection.scope
    whole = oracle.unit_id in scope.whole_unit_ids
    own = [
        row
        for row in oracle.forms()
        if whole
        or row["declarant_id"] == user.pk
        or row["department_id"] in scope.reviewed_department_ids
        or (row["kind"] == "unit" and oracle.unit_id in scope.leadership_unit_ids)
    ]
    handed = Counter((row["department_id"], row["state"] not in OPEN_FORMS) for row in own)
    if shown.coverage.figures:
        assert values(shown.coverage.figures)[:2] == [
            sum(n for (_place, done), n in handed.items() if done),
            sum(n for (_place, done), n in handed.items() if not done),
        ]
    else:
        assert not own
    promise = Counter((row["place"], row["promise"]) for row in measures if row["promise"])
    wanted = {
        places[key]: [handed[(key, True)], handed[(key, False)], promise[(key, "kept")], promise[(key, "broken")]]
        for key in {key for key, _done in handed} | {key for key, _promise in promise}
    }
    assert of_table(shown.league) == wanted


def _leaders(oracle: Oracle, shown: board.Board, measures: list[dict[str, Any]], used: list[int]) -> None:
    names: dict[Any, str] = dict(User.objects.values_list("pk", "name")) | {None: "未落实责任领导"}
    wanted: dict[Any, list[int]] = defaultdict(lambda: [0] * (len(used) + 2))
    for (leader, level), n in oracle.by("responsible_leader_id", "current_level_id").items():
        wanted[leader][used.index(level)] += n
    for row in measures:
        if row["standing"] == "overdue":
            wanted[row["leader"]][-2] += 1
    for row in oracle.warnings():
        if row["issued_at"] and row["state"] not in ("rejected", "closed", "escalated", "withdrawn"):
            wanted[row["responsible_id"]][-1] += 1
    lines = of_table(shown.leaders)
    assert len(lines) <= 21
    assert lines == {names[key]: numbers for key, numbers in wanted.items() if names[key] in lines}
    assert len(lines) == min(len(wanted), 20)


def _the_rest(oracle: Oracle, shown: board.Board) -> None:
    found = oracle.warnings()
    ended = [row for row in found if row["state"] in ("rejected", "closed", "escalated", "withdrawn")]
    assert values(shown.warnings.figures) == [len(found) - len(ended), len(ended)]
    states = {value: str(label) for value, label in WarningState.choices}
    wanted: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in found:
        wanted[states[row["state"]]][("general", "important", "highest").index(row["tier"])] += 1
    assert (of_table(shown.warnings.tables[0]) if shown.warnings.tables else {}) == wanted

    channels = oracle.leads()
    if shown.leads is None:
        assert not channels
    else:
        assert shown.leads.figures[0].value == sum(channels.values())
        assert sorted(n for chart in shown.leads.charts for n in of_chart(chart).values()) == sorted(channels.values())
    grades = oracle.grades()
    drawn = Counter(
        (series.label, number.value)
        for chart in shown.grades.charts
        for series in chart.series
        for number in series.numbers
        if number.value
    )
    assert drawn == Counter((grade, n) for (_round, grade), n in grades.items())
    entries = oracle.entries()
    assert shown.points.figures[0].value == len(entries)
    assert f"{float(sum((row['points'] for row in entries), Decimal(0))):g} 分" in shown.points.figures[0].hint
    changed = oracle.changes()
    assert values(shown.changes) == [changed["rise"], changed["fall"]]


def test_the_trend_is_the_register_of_each_day(demo: None) -> None:
    selection, oracle = asked("A001")
    shown = board.board(selection).trend
    assert shown is not None
    assert len(shown.categories) == 8
    ends = [date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31)]
    by_label = {series.label: [number.value for number in series.numbers] for series in shown.series}
    for at, day in enumerate(ends):
        if shown.categories[at] != f"{day:%Y-%m}":
            continue  # the demo is of 2026; looked at in another year the window has moved on
        oracle.day = day
        counted = oracle.by("current_level_id")
        for level in Level.objects.all():
            if level.label in by_label:
                assert by_label[level.label][at] == counted[(level.pk,)]


def test_posts_without_a_form_are_those_who_hold_them(demo: None) -> None:
    """Positions held today of which some holder's form for it is not handed in."""
    selection, oracle = asked("A001")
    today = timezone.localdate()
    forms = {(row["position_id"], row["declarant_id"]) for row in oracle.forms() if row["kind"] == "position" and row["state"] != "draft"}
    held = [
        row
        for row in Appointment.objects.filter(position__unit_id=oracle.unit_id, person__is_active=True).values()
        if row["starts_on"] <= today and (row["ends_on"] is None or row["ends_on"] >= today)
    ]
    open_posts = set(Position.objects.filter(closed_on=None).values_list("pk", flat=True))
    missing = {
        row["position_id"] for row in held if row["position_id"] in open_posts and (row["position_id"], row["person_id"]) not in forms
    }
    figures = {figure.label: figure.value for figure in board.board(selection).coverage.figures}
    assert figures["未报表的岗位"] == len(missing) > 0


def numbers_of(shown: board.Board) -> Iterator[tuple[int, str]]:
    """All numbers of the page that lead somewhere."""
    sections = [
        one for one in (shown.risks, shown.measures, shown.coverage, shown.warnings, shown.leads, shown.grades, shown.points) if one
    ]
    for figure in [*shown.changes, *(figure for one in sections for figure in one.figures)]:
        if figure.url:
            yield figure.value, figure.url
    charts = [chart for one in sections for chart in one.charts] + ([shown.trend] if shown.trend else [])
    tables = [table for one in sections for table in one.tables] + [table for table in (shown.leaders, shown.league) if table]
    numbers: list[Number] = [number for chart in charts for series in chart.series for number in series.numbers]
    numbers += [number for table in tables for line in table.lines for number in line.numbers]
    for number in numbers:
        if number.url and number.value:
            yield number.value, number.url
    for cell in (shown.risks.matrix or {"cells": {}})["cells"].values():
        if cell["url"]:
            yield cell["count"], cell["url"]


def kind_of(url: str) -> tuple[str, frozenset[str]]:
    """Which list, by which filters."""
    parts = urlsplit(url)
    return parts.path, frozenset(parse_qs(parts.query))


@pytest.mark.parametrize(("staff_number", "query"), [*((role, "") for role in ROLES), ("A001", f"day={PAST}")])
def test_the_list_behind_a_number_has_that_many_rows(demo: None, staff_number: str, query: str) -> None:
    """Of each kind of link the first two and the last: page and count of the list agree with the number."""
    selection, _oracle = asked(staff_number, query)
    kinds: dict[Any, list[tuple[int, str]]] = defaultdict(list)
    for value, url in numbers_of(board.board(selection)):
        kinds[kind_of(url)].append((value, url))
    client = Client()
    client.force_login(selection.user)
    for links in kinds.values():
        for value, url in {*links[:2], links[-1]}:
            answer = client.get(url)
            assert answer.status_code == 200, url
            assert counted(answer) == value, f"{url} has {counted(answer)} rows, the dashboard says {value}"


def counted(answer: Any) -> int:
    """How many rows a list says it has; the page shows as many of them as a page holds."""
    context = answer.context
    paginator = context["table"].paginator if "table" in context else context["page"].paginator
    shown = len(list(context["table"].page.object_list)) if "table" in context else len(context["lines"])
    assert shown == min(paginator.count, paginator.per_page)
    return int(paginator.count)


def test_a_department_narrows_every_number(demo: None) -> None:
    """The parts of all departments make the whole, also for figures that are not drawn by department."""
    selection, _oracle = asked("A001")
    whole = board.board(selection)
    parts = [board.board(read(selection.user, QueryDict(f"department={pk}"))) for pk, _name in selection.departments]
    leadership = rows.points(selection).filter(department_id=None).count()
    assert sum(part.risks.figures[0].value for part in parts) + leadership == whole.risks.figures[0].value
    assert all(part.leads is None for part in parts)
    assert sum(part.points.figures[0].value for part in parts) <= whole.points.figures[0].value


def test_a_change_of_level_is_seen_from_its_day_on(demo: None, django_capture_on_commit_callbacks: Any) -> None:
    """A level lowered today: it is counted as a fall, and the point among those of the other level."""
    selection, _oracle = asked("A001")
    with _for_a_while():
        point = rows.points(selection).filter(current_level__severity=3).first()
        heavier = Level.objects.get(scale=point.current_level.scale, severity=1)
        before = board.board(selection)
        # Only a commit lets go of what is kept of the register.
        with django_capture_on_commit_callbacks(execute=True):
            level_services.adjust_level(risk=point, level=heavier, reason="考核组发现制度漏洞已经堵塞", by=selection.user)
        after = board.board(selection)
        assert values(after.changes)[1] == values(before.changes)[1] + 1
        assert values(after.risks.figures)[1] == values(before.risks.figures)[1] - 1
        assert values(after.risks.figures)[0] == values(before.risks.figures)[0]
