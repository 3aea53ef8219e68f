"""The register by level, department, power category and source, by probability and harm, and who answers for it."""

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common import prepared
from common.prepared import one_of
from common.prepared_objects import Objects
from positions.models import Appointment, PowerCategory
from reporting.dashboards import rows
from reporting.dashboards.counting import Counts, grouped_in_register
from reporting.dashboards.links import rows_url
from reporting.dashboards.pictures import Chart, Figure, Line, Number, Section, Series, Table, height_for
from reporting.dashboards.selection import Selection
from risks.grading import Answers, evaluate_all
from risks.models import Aspect, Campaign, GradingScheme, Level

_levels = Objects(lambda: Level.objects.order_by("-severity", "scale_id"))
BARS, LEADERS = 20, 20
_SETS = (
    ("current_level_id",),
    ("department_id", "current_level_id"),
    ("power_category", "current_level_id"),
    ("aspect", "current_level_id"),
    ("probability", "harm"),
    ("responsible_leader_id", "current_level_id"),
)


def counts(selection: Selection) -> list[Counts]:
    """The register counted in all ways the page shows: one statement."""
    return grouped_in_register(selection, rows.points, *_SETS)


def known_levels() -> dict[int, Level]:
    """The gravest first."""
    return {level.pk: level for level in _levels()}


def section(selection: Selection, found: list[Counts], levels: dict[int, Level], campaigns: Sequence[Campaign]) -> Section:
    """Figures, three charts and the picture by probability and harm."""
    by_level, by_department, by_category, by_aspect, by_cell, _by_leader = found
    used = used_levels(by_level, levels)
    categories: dict[Any, str] = {key: str(label) for key, label in PowerCategory.choices}
    aspects: dict[Any, str] = {key: str(label) for key, label in Aspect.choices}
    shown = largest(by_department)
    left = len({key for key, _level in by_department}) - len(shown)
    more = ngettext("%(n)d more department is not drawn.", "%(n)d more departments are not drawn.", left) % {"n": left} if left else ""
    charts = (
        _chart(
            selection,
            "department",
            _("Risk points by department"),
            selection.in_order(shown),
            by_department,
            used,
            selection.place,
            "bar",
            more,
        ),
        _chart(
            selection,
            "category",
            _title(by_category, categories, _("Risk points by power category"), _("Most risk points lie in powers of %(name)s: %(n)d")),
            _keys(by_category, categories),
            by_category,
            used,
            lambda key: categories.get(key, _("on no power item")),
            "column",
        ),
        _chart(
            selection,
            "aspect",
            _title(by_aspect, aspects, _("Risk points by source"), _("Most risk points come from %(name)s: %(n)d")),
            _keys(by_aspect, aspects),
            by_aspect,
            used,
            lambda key: aspects.get(key, _("not said")),
            "column",
        ),
    )
    matrix = _matrix(selection, by_cell, next((one.scheme for one in campaigns), None), levels)
    return Section("risks", _("Risk points"), figures(selection, by_level, used), charts, matrix=matrix)


def used_levels(by_level: Counts, levels: dict[int, Level]) -> list[Level]:
    """Levels that points have, the gravest first."""
    return [level for pk, level in levels.items() if (pk,) in by_level]


def figures(selection: Selection, by_level: Counts, used: Iterable[Level]) -> tuple[Figure, ...]:
    """All points, and those of each level."""
    total = Figure(_("Risk points in the register"), sum(by_level.values()), rows_url(selection, "points"))
    tones = {"red": "danger", "orange": "warning"}
    each = (
        Figure(
            f"{level.label} {level.name}",
            by_level[(level.pk,)],
            rows_url(selection, "points", level=level.pk),
            tone=tones.get(level.colour, ""),
        )
        for level in used
    )
    return (total, *each)


def largest(by_department: Counts) -> set[int | None]:
    """The departments with the most points, as many as a chart has room for."""
    totals: dict[int | None, int] = {}
    for (key, _level), number in by_department.items():
        totals[key] = totals.get(key, 0) + number
    return set(sorted(totals, key=lambda key: (-totals[key], key or 0))[:BARS])


def _keys(found: Counts, words: dict[Any, str]) -> list[Any]:
    """Values in the order of the words; what has none last."""
    used = {key for key, _level in found}
    return [key for key in words if key in used] + sorted(used - set(words))


def _title(found: Counts, words: dict[Any, str], plain: str, message: str) -> str:
    """What the chart says; the plain title when there is nothing to say."""
    totals: dict[Any, int] = {}
    for (key, _level), number in found.items():
        totals[key] = totals.get(key, 0) + number
    top = max((key for key in totals if key in words), key=lambda key: totals[key], default=None)
    return plain if top is None else message % {"name": words[top], "n": totals[top]}


def _chart(
    selection: Selection,
    column: str,
    title: str,
    keys: Sequence[Any],
    found: Counts,
    used: Sequence[Level],
    word: Callable[[Any], str],
    kind: str,
    subtitle: str = "",
) -> Chart:
    series = tuple(
        Series(
            level.label,
            tuple(
                Number(found.get((key, level.pk), 0), rows_url(selection, "points", **{column: key, "level": level.pk}))
                if (key, level.pk) in found
                else Number(0)
                for key in keys
            ),
            level.colour,
        )
        for level in used
    )
    height = height_for(keys) if kind == "bar" else "m"
    return Chart(kind, title, tuple(word(key) for key in keys), series, subtitle, stacked=True, height=height)


def _matrix(selection: Selection, by_cell: Counts, scheme: GradingScheme | None, known: dict[int, Level]) -> dict[str, Any] | None:
    """Points by probability and harm; each cell in the colour of the level that the unit's scheme gives it."""
    rated = {cell: n for cell, n in by_cell.items() if None not in cell}
    if not rated:
        return None
    factors: dict[str, list[str]] = {}
    if scheme is not None and scheme.kind == "matrix":
        factors = {factor["code"]: factor["labels"] for factor in scheme.rules.get("factors", [])}
    sizes = [max(len(factors.get(name, ())), *(cell[at] for cell in rated)) for at, name in enumerate(("probability", "harm"))]
    graded = scheme is not None and set(factors) == {"probability", "harm"}
    levels = {level.severity: level for level in known.values() if scheme is not None and level.scale_id == scheme.scale_id}
    places = list(product(range(1, sizes[0] + 1), range(1, sizes[1] + 1)))
    asked = [Answers(probability=p, harm=h) for p, h in places]
    answers = evaluate_all(scheme.rules, scheme.kind, asked) if scheme is not None and graded else []
    reached = {place: levels.get(one.severity) for place, one in zip(places, answers, strict=False) if one.severity is not None}
    cells = {}
    for p, h in places:
        url = rows_url(selection, "points", probability=p, harm=h) if (p, h) in rated else ""
        cells[(p, h)] = {"level": reached.get((p, h)), "count": rated.get((p, h), 0), "url": url}

    def labels(name: str, size: int) -> list[tuple[int, str]]:
        words = factors.get(name, [])
        return [(n, words[n - 1] if n <= len(words) else str(n)) for n in range(1, size + 1)]

    missing = sum(by_cell.values()) - sum(rated.values())
    note = ngettext("%(n)d point has no probability or harm.", "%(n)d points have no probability or harm.", missing) % {"n": missing}
    return {
        "rows": list(reversed(labels("probability", sizes[0]))),
        "columns": labels("harm", sizes[1]),
        "cells": cells,
        "note": note if missing else "",
    }


def leaders(selection: Selection, found: list[Counts], levels: dict[int, Level], overdue: Counts, warned: Counts) -> Table | None:
    """Who answers for what: points by level, overdue measures, running warnings; those with the most overdue first."""
    by_level, *_rest, by_leader = found
    used = used_levels(by_level, levels)
    keys = {leader for leader, _level in by_leader} | {leader for leader, _standing in overdue} | {leader for (leader,) in warned}
    if not keys:
        return None
    late = {leader: n for (leader, standing), n in overdue.items() if standing == rows.OVERDUE}
    keys.discard(None)
    order = sorted(keys, key=lambda key: (-late.get(key, 0), [-by_leader.get((key, level.pk), 0) for level in used], key))
    named = _people(selection, order[:LEADERS])
    lines = [_leader(selection, key, *named.get(key, ("–", "")), used, by_leader, late, warned) for key in order[:LEADERS]]
    if any((None, level.pk) in by_leader for level in used):
        lines.append(_leader(selection, None, _("nobody answers"), "", used, by_leader, late, warned))
    columns = (*(level.label for level in used), _("Overdue measures"), _("Warnings answered for"))
    return Table(columns, tuple(lines), _("Responsible leader"), _("Leaders and what they answer for"))


def _leader(
    selection: Selection,
    key: int | None,
    name: str,
    post: str,
    used: Sequence[Level],
    by_leader: Counts,
    late: dict[Any, int],
    warned: Counts,
) -> Line:
    numbers = [_number(by_leader.get((key, level.pk), 0), selection, "points", leader=key, level=level.pk) for level in used]
    numbers.append(_number(late.get(key, 0), selection, "measures", leader=key, standing=rows.OVERDUE, tone="danger"))
    numbers.append(_number(warned.get((key,), 0), selection, "warnings", leader=key, ended="no", issued="yes"))
    return Line(name, tuple(numbers), post)


def _number(value: int, selection: Selection, kind: str, *, tone: str = "", **conditions: Any) -> Number:
    return Number(value, rows_url(selection, kind, **conditions) if value else "", tone if value else "")


def _people(selection: Selection, keys: Iterable[Any]) -> dict[int, tuple[str, str]]:
    def named() -> QuerySet[Any]:
        main = Appointment.objects.in_force(selection.day).filter(person=OuterRef("pk")).order_by("-is_main", "pk")
        return User.objects.filter(one_of("pk", "people")).values_list("pk", "name", Subquery(main.values("position__name")[:1]))

    return {pk: (name, post or "") for pk, name, post in prepared.rows("dashboard.people", selection.day, named, people=list(keys))}
