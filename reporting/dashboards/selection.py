"""What a dashboard is asked: for whose eyes, on which day, in which period, which unit, which department. It stands in the address."""

import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.quarters import Quarter, back_from, quarter_of
from common.addresses import address_of
from common.prepared import one_of, rows
from leads.secrecy import standing_of
from positions.models import BodyKind, Department, Unit
from positions.scopes import Scope, scope_of
from risks.selectors import choices_for

ALL = "all"
LAST_MONTHS = "12m"
QUARTERS_OFFERED = 8
EARLIEST = date(2000, 1, 1)
_COMMITTEES = (BodyKind.DISCIPLINE_COMMITTEE, BodyKind.PARTY_COMMITTEE)


def leads_somebody(scope: Scope) -> bool:
    """For whom there is a dashboard: leadership, both committees, leading group and its office, heads of departments (issue E)."""
    committees = any(scope.bodies.get(kind) for kind in _COMMITTEES)
    return bool(committees or scope.whole_unit_ids or scope.leadership_unit_ids or scope.reviewed_department_ids)


def sees_units_below(scope: Scope) -> bool:
    """Whether there is more than one unit to look at side by side."""
    return len(scope.whole_unit_ids) > 1


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both inclusive, and how the address calls them."""

    key: str
    start: date
    end: date

    def __str__(self) -> str:
        if self.key == LAST_MONTHS:
            return _("last 12 months")
        if "Q" in self.key:
            return str(quarter_of(self.start))
        return _("year %(year)d") % {"year": self.start.year}

    @property
    def is_year(self) -> bool:
        """A calendar year: lists that filter by year hold the same rows."""
        return self.key.isdecimal()


def period_of(key: str, day: date) -> Period:
    """The period an address names, as far as it had gone on the day; the year of the day for anything else."""
    found: Period | None = None
    if key == LAST_MONTHS:
        before = day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)
        found = Period(key, before + timedelta(days=1), day)
    elif match := re.fullmatch(r"(20\d\d)(?:Q([1-4]))?", key):
        year = int(match[1])
        quarter = Quarter(year, int(match[2])) if match[2] else None
        found = Period(key, quarter.start, quarter.end) if quarter else Period(key, date(year, 1, 1), date(year, 12, 31))
    if found is None or found.start > day:
        found = Period(str(day.year), date(day.year, 1, 1), date(day.year, 12, 31))
    return replace(found, end=min(found.end, day))


def end_of(day: date) -> datetime:
    """The moment at which the day is over."""
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone()) + timedelta(days=1)


@dataclass(frozen=True)
class Selection:
    """One reader's question. `unit_id` and `department_id` only ever narrow what `visible_to` gives; None is no narrowing."""

    user: User
    today: date
    day: date
    period: Period
    unit_id: int | None
    department_id: int | None
    # What is offered to narrow to, in the order of the organisation; `names` are those of all departments of these units.
    units: tuple[tuple[int, str], ...]
    departments: tuple[tuple[int, str], ...]
    names: dict[int, str]

    def place(self, department_id: int | None) -> str:
        """The name of a department; the leadership where it is none."""
        return self.names.get(department_id, "–") if department_id else _("leadership")

    def in_order(self, department_ids: Iterable[int | None]) -> list[int | None]:
        """As the organisation has them, the leadership first."""
        place = {pk: n for n, pk in enumerate(self.names)}
        return sorted(department_ids, key=lambda pk: (pk is not None, place.get(pk or 0, len(place)), pk or 0))

    @property
    def is_past(self) -> bool:
        """Shown from the history, not from the tables in use."""
        return self.day < self.today

    @cached_property
    def until(self) -> datetime:
        """What was recorded before this moment counts."""
        return end_of(self.day)

    @cached_property
    def leaders_offered(self) -> frozenset[int]:
        """Leaders by whom the register can be filtered: asked once for a page."""
        return frozenset(key for key, _name in choices_for(self.user, self.department_id).leaders)

    @property
    def scope(self) -> Scope:
        """The reader's rights are today's, whatever day is shown."""
        return scope_of(self.user)

    @cached_property
    def asker(self) -> Hashable:
        """All that a statement of the dashboard follows from: who asks, and what (`common.prepared.rows`)."""
        return self.scope.key, standing_of(self.user), self.today, self.day, self.period, self.unit_id, self.department_id

    @property
    def sole_unit_id(self) -> int | None:
        """The unit shown, where it is one."""
        return self.unit_id or (self.units[0][0] if len(self.units) == 1 else None)

    def whole(self, unit_id: int) -> bool:
        """Whether the reader sees everything of the unit."""
        return unit_id in self.scope.whole_unit_ids

    def parameters(self, **changes: Any) -> dict[str, str]:
        """What stands in the address, with changes; what is usual is left out."""
        return {name: str(value) for name, value in (self._named | changes).items() if value not in (None, "")}

    @cached_property
    def _named(self) -> dict[str, Any]:
        return {
            "day": self.day.isoformat() if self.is_past else None,
            "period": self.period.key if self.period.key != str(self.day.year) else None,
            "unit": (self.unit_id or ALL) if len(self.units) > 1 else None,
            "department": self.department_id,
        }

    def address(self, route: str, *args: str, **changes: Any) -> str:
        """A page of reporting with the same question."""
        query = urlencode(self.parameters(**changes))
        return address_of(f"reporting:{route}", *args) + (f"?{query}" if query else "")

    def narrowed(self, names: Mapping[str, str] | None = None) -> dict[str, int]:
        """Conditions on unit and department for a queryset whose columns are called so."""
        columns = {"unit": "unit_id", "department": "department_id"} | dict(names or {})
        wanted = {columns["unit"]: self.unit_id, columns["department"]: self.department_id}
        return {name: key for name, key in wanted.items() if key is not None}

    def periods(self) -> list[Period]:
        """What is offered: the year, the one before, the last 12 months, quarters backwards."""
        keys = [str(self.day.year), str(self.day.year - 1), LAST_MONTHS]
        keys += [f"{quarter.year}Q{quarter.number}" for quarter in back_from(self.day, QUARTERS_OFFERED)]
        if self.period.key not in keys:
            keys.append(self.period.key)
        return [period_of(key, self.day) for key in keys]


def read(user: User, data: QueryDict) -> Selection:
    """The question in an address; what cannot be understood, or is none of the reader's business, is as if it were not there.

    Two queries for the choices.
    """
    scope, today = scope_of(user), timezone.localdate()
    day = _day(data.get("day", ""), today)
    within = list(scope.unit_ids | scope.whole_unit_ids)
    units = tuple((pk, name) for pk, name in rows("dashboard.units", None, _units, units=within))
    unit_id = _unit(data.get("unit", ""), units, scope)
    known = rows("dashboard.departments", None, _departments, units=within)
    own = scope.reviewed_department_ids | scope.department_ids
    departments = tuple(
        (pk, name) for pk, name, unit in known if (unit_id is None or unit == unit_id) and (unit in scope.whole_unit_ids or pk in own)
    )
    department = _key(data.get("department", ""))
    return Selection(
        user,
        today,
        day,
        period_of(data.get("period", ""), day),
        unit_id,
        department if department in dict(departments) else None,
        units,
        departments,
        {pk: name for pk, name, _unit in known},
    )


def _units() -> QuerySet[Any]:
    return Unit.objects.filter(one_of("pk", "units")).order_by("path").values_list("pk", "name")


def _departments() -> QuerySet[Any]:
    return Department.objects.filter(one_of("unit_id", "units")).order_by("unit__path", "order", "pk").values_list("pk", "name", "unit_id")


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text) if len(text) == 10 else today
    except ValueError:
        return today
    return day if EARLIEST <= day < today else today


def _unit(text: str, units: tuple[tuple[int, str], ...], scope: Scope) -> int | None:
    """The wanted one; among several one's own, unless all are wanted. With a single unit there is nothing to narrow."""
    if len(units) < 2 or text == ALL:
        return None
    wanted = _key(text)
    known = [pk for pk, _name in units]
    return wanted if wanted in known else next((pk for pk in known if pk in scope.unit_ids), known[0])


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None
