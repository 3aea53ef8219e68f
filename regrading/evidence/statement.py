"""One SQL statement put together from parts: named parameters, Django querysets, and the days that count."""

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet
from django.utils import timezone

from regrading.rules import Pairs


@dataclass(frozen=True, slots=True)
class Window:
    """The days whose evidence counts: `first` to `as_of`, both inclusive; the same as moments [`begin`, `end`)."""

    first: date
    as_of: date

    @classmethod
    def of(cls, as_of: date, months: int) -> "Window":
        """So many months back: from the day of the same number (the month's last where it has none). 31 May, 3 months: 28 February."""
        index = as_of.year * 12 + as_of.month - 1 - months
        year, month = index // 12, index % 12 + 1
        return cls(date(year, month, min(as_of.day, calendar.monthrange(year, month)[1])), as_of)

    @property
    def begin(self) -> datetime:
        """The first moment that counts."""
        return timezone.make_aware(datetime.combine(self.first, time()))

    @property
    def end(self) -> datetime:
        """The first moment that no longer counts."""
        return timezone.make_aware(datetime.combine(self.as_of + timedelta(days=1), time()))


@dataclass(slots=True)
class Statement:
    """Text is written by the parts; what they put into it goes through here and becomes a parameter."""

    params: dict[str, Any] = field(default_factory=dict)

    def value(self, value: Any) -> str:
        """A placeholder for a value."""
        name = f"e{len(self.params)}"
        self.params[name] = value
        return f"%({name})s"

    def query(self, queryset: QuerySet[Any]) -> str:
        """The text of a queryset; one that finds nothing stays a SELECT whose columns have their types."""
        text, params = queryset.order_by().query.get_compiler(DEFAULT_DB_ALIAS, elide_empty=False).as_sql()
        given = iter(params)
        return re.sub(r"%[s%]", lambda found: self.value(next(given)) if found[0] == "%s" else found[0], text)


def stepped(pairs: Pairs, column: str) -> str:
    """Points of the greatest key that the column reaches; 0 below the least, NULL where the column is NULL."""
    whens = "".join(f" WHEN {column} >= {int(key)} THEN {int(points)}" for key, points in sorted(pairs, reverse=True))
    return f"CASE WHEN {column} IS NULL THEN NULL{whens} ELSE 0 END"


def full_months(since: str, until: str) -> str:
    """Full months between two columns of days: from 31 January one on 1 March, none on 28 February; none before it began.

    As `age` counts them, at half its cost: this is computed for every point and every late measure.
    """
    whole = " - ".join(f"(date_part('year', {day}) * 12 + date_part('month', {day}))" for day in (until, since))
    return f"greatest({whole} - (date_part('day', {until}) < date_part('day', {since}))::int, 0)::int"


def left_over(hit: str, kind: str, columns: str) -> str:
    """A table `<hit>_left` like `hit` (risk_id, id, points and these columns), less the points of a source that stand in the level already.

    Those are in the table `settled` (risk_id, kind, id, points); a source that has become graver since counts for the difference.
    """
    return f"""{hit}_left AS MATERIALIZED (
    SELECT h.risk_id, h.id, {columns}, h.points - COALESCE(s.points, 0) AS points
    FROM {hit} h LEFT JOIN settled s ON s.kind = '{kind}' AND s.risk_id = h.risk_id AND s.id = h.id
    WHERE s.risk_id IS NULL OR h.points > s.points
)"""


@dataclass(frozen=True, slots=True)
class Part:
    """What one kind of evidence gives: common table expressions, of which `name` has (risk_id, points, told).

    `told` is the contribution as the text of a JSON array, [rule, points, facts]: putting texts together is several times faster.
    It is written as PostgreSQL prints jsonb: short keys first.

    `sources`, where given, is another with (risk_id, kind, id, points): single sources that count. Tables in `of_chosen` may read the
    points that have one.
    """

    name: str
    tables: tuple[str, ...]
    sources: str = ""
    of_chosen: tuple[str, ...] = ()


def with_tables(tables: Iterable[str]) -> str:
    """The head of a statement."""
    return "WITH " + ",\n".join(tables) + "\n"
