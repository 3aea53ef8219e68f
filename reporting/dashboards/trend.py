"""The register at the end of each quarter, and the levels that changed in the period."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from assessments.quarters import back_from
from common.prepared import Blank, once
from reporting.dashboards import rows
from reporting.dashboards.counting import Counts, grouped_in_register
from reporting.dashboards.links import rows_url
from reporting.dashboards.pictures import Chart, Figure, Number, Series
from reporting.dashboards.selection import Selection, end_of, period_of
from risks.models import Level, RiskPoint
from risks.services.points import kept
from risks.states import RiskState

QUARTERS = 8


def days(selection: Selection) -> list[date]:
    """The ends of the quarters before the day, and the day."""
    return [*[quarter.end for quarter in reversed(list(back_from(selection.day, QUARTERS)))][:-1], selection.day]


def chart(selection: Selection, by_level: Counts, levels: dict[int, Level]) -> Chart | None:
    """Points by level over two years. The last value is the register's own, so that it agrees with the figures beside it."""
    at = days(selection)
    found = _at_ends(selection, at[:-1])
    used = [level for pk, level in levels.items() if (pk,) in by_level or any(key[1] == pk for key in found)]
    if not used:
        return None
    asked = [selection_on(selection, day) for day in at]

    def number(n: int, level: Level) -> Number:
        last = n == len(at) - 1
        value = by_level.get((level.pk,), 0) if last else found.get((n, level.pk), 0)
        return Number(value, rows_url(asked[n], "points", level=level.pk) if value else "")

    series = tuple(Series(level.label, tuple(number(n, level) for n in range(len(at))), level.colour) for level in used)
    first, last = (sum(line.numbers[n].value for line in series) for n in (-2, -1))
    titles = {
        1: _("The register has grown by %(n)d since the last quarter"),
        -1: _("The register has shrunk by %(n)d since the last quarter"),
    }
    title = titles[1 if last > first else -1] % {"n": abs(last - first)} if last != first else _("Risk points at the end of each quarter")
    return Chart("line", title, (*(f"{day:%Y-%m}" for day in at[:-1]), selection.day.isoformat()), series, height="m")


def selection_on(selection: Selection, day: date) -> Selection:
    """The same question on another day."""
    return selection if day == selection.day else replace(selection, day=day, period=period_of(str(day.year), day))


def _at_ends(selection: Selection, ends: list[date]) -> Counts:
    """(number of the day, level) → points in the register at the end of that day, from the spans between rows of the history.

    One statement for all days; it tells the same as `counting.as_it_was` for each of them.
    """
    statement, parameters = once(("dashboard.trend", selection.asker), lambda: _statement(selection))
    if not statement or not ends:
        return {}
    given = {"ends": [end_of(day) for day in ends]}
    values = [given.get(value.name) if isinstance(value, Blank) else value for value in parameters]

    def count() -> Counts:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return {(n, level): number for n, level, number in cursor.fetchall()}

    return kept("dashboard.trend", (statement, values), count)


def _statement(selection: Selection) -> tuple[str, list[Any]]:
    visible = RiskPoint.objects.visible_to(selection.user)
    if visible.query.is_empty():
        return "", []
    seen, parameters = visible.order_by().values("pk").query.sql_with_params()
    places = selection.narrowed()
    condition = "".join(f" AND span.{connection.ops.quote_name(name)} = %s" for name in places)
    statement = f"""
        WITH span AS (
            SELECT h.id, h.unit_id, h.department_id, h.current_level_id, h.state, h.history_type, h.history_date AS since,
                lead(h.history_date) OVER (PARTITION BY h.id ORDER BY h.history_date, h.history_id) AS until
            FROM risks_historicalriskpoint h WHERE h.id IN ({seen})
        )
        SELECT asked.n - 1, span.current_level_id, count(*)
        FROM unnest(%s::timestamptz[]) WITH ORDINALITY AS asked (at, n)
        JOIN span ON span.since < asked.at AND (span.until IS NULL OR span.until >= asked.at)
        WHERE span.state = %s AND span.history_type <> '-'{condition}
        GROUP BY 1, 2
    """  # noqa: S608 -- our own names; values are parameters
    return statement, [*parameters, Blank("ends"), RiskState.REGISTERED.value, *places.values()]


def changes(selection: Selection) -> tuple[Figure, ...]:
    """Levels raised and lowered within the period."""
    (found,) = grouped_in_register(selection, rows.changes, ("direction",))

    def figure(label: str, direction: str, tone: str) -> Figure:
        value = found.get((direction,), 0)
        return Figure(
            label, value, rows_url(selection, "changes", direction=direction) if value else "", str(selection.period), tone if value else ""
        )

    return (figure(_("Levels raised"), rows.RISE, "danger"), figure(_("Levels lowered"), rows.FALL, "success"))
