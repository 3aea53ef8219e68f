"""Many counts in one statement, and rows as they were on a past day."""

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet

from common.prepared import once
from reporting.dashboards.selection import Selection
from risks.services.points import kept

Counts = dict[tuple[Any, ...], int]
Rows = Callable[[Selection], QuerySet[Any]]


def grouped(selection: Selection, rows: Rows, *sets: Sequence[str]) -> list[Counts]:
    """How many rows there are of each combination of these columns, for several sets of columns at once: the rows are read once.

    `rows` is one of `reporting.dashboards.rows`; an empty set is the count of all.
    """
    statement, parameters = _statement(selection, rows, sets)
    return _asked(statement, parameters, sets) if statement else [{} for _one in sets]


def grouped_in_register(selection: Selection, rows: Rows, *sets: Sequence[str]) -> list[Counts]:
    """The same of points and measures: kept for some seconds, but never over a change of the register, for who asks the very same."""
    statement, parameters = _statement(selection, rows, sets)
    if not statement:
        return [{} for _one in sets]
    return kept(f"dashboard.{rows.__name__}", (statement, parameters), lambda: _asked(statement, parameters, sets))


def _statement(selection: Selection, rows: Rows, sets: Sequence[Sequence[str]]) -> tuple[str, Sequence[Any]]:
    """Put together once for the same question; empty where there can be no rows."""
    return once(("dashboard", rows.__name__, sets, selection.asker), lambda: _put_together(rows(selection), sets))


def _put_together(rows: QuerySet[Any], sets: Sequence[Sequence[str]]) -> tuple[str, Sequence[Any]]:
    columns = _columns(sets)
    try:
        # Named anew, so that columns of joins and annotations have a name that the statement around them can use.
        inner, parameters = rows.order_by().values(**{f"g{n}": F(name) for n, name in enumerate(columns)}).query.sql_with_params()
    except EmptyResultSet:
        return "", ()
    known = {name: f"g{n}" for n, name in enumerate(columns)}
    listed = ", ".join(known.values())
    wanted = ", ".join(f"({', '.join(known[name] for name in one)})" for one in sets)
    statement = (
        f"SELECT {listed}, grouping({listed}), count(*) FROM ({inner}) AS counted "  # noqa: S608 -- our own names; values are parameters
        f"GROUP BY GROUPING SETS ({wanted})"
    )
    return statement, parameters


def _columns(sets: Sequence[Sequence[str]]) -> list[str]:
    return list(dict.fromkeys(name for one in sets for name in one))


def _asked(statement: str, parameters: Sequence[Any], sets: Sequence[Sequence[str]]) -> list[Counts]:
    columns = _columns(sets)
    found: list[Counts] = [{} for _one in sets]
    # PostgreSQL sets a bit for each column that is not in the set, the last column's being the lowest.
    masks: dict[int, list[int]] = {}
    for at, one in enumerate(sets):
        mask = sum(1 << (len(columns) - 1 - n) for n, name in enumerate(columns) if name not in one)
        masks.setdefault(mask, []).append(at)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        for *values, mask, number in cursor.fetchall():
            row = dict(zip(columns, values, strict=True))
            for at in masks[mask]:
                found[at][tuple(row[name] for name in sets[at])] = number
    return found


def as_it_was(visible: QuerySet[Any], selection: Selection) -> QuerySet[Any]:
    """The last row of the history of each of these objects before the day was over; what did not exist yet, or no more, is left out."""
    history = visible.model.history.model._default_manager
    written = history.filter(id__in=visible.order_by().values("pk"), history_date__lt=selection.until)
    last = written.order_by("id", "-history_date", "-history_id").distinct("id").values("history_id")
    found: QuerySet[Any] = history.filter(history_id__in=last).exclude(history_type="-")
    return found
