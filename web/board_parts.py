"""What the start page is made of. Providers (web/board_*.py) make these, web/tasks_board.py puts them together."""

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, DateField, Min, QuerySet, Value

from accounts.models import User
from common import prepared
from leads.secrecy import standing_of
from positions.scopes import Scope

# The answers to what the providers' `asks` asked (web/asked.py), by name.
Asked = Mapping[str, Any]
# How many there are of what providers' `counts` want counted, and the first of their days.
Counted = Mapping[str, tuple[int, date | None]]


def rows(found: Iterable[str] | None) -> list[dict[str, Any]]:
    """The rows of an ArraySubquery of JSON objects; none of one that was not asked, as it could find nothing."""
    return [json.loads(text) for text in found or ()]


def in_view(user: User, scope: Scope, today: date) -> Hashable:
    """All that decides what the person sees of what is secret, and that decides what they see of anything else."""
    return scope.key, standing_of(user), today


@dataclass(frozen=True, slots=True)
class Counting:
    """Something a provider wants counted: the rows of `make()`, and the first of their days. `name` is that of its question: it is counted
    where the answer was yes. `make` starts from `visible_to` and follows from who asks; `is_secret`: from who stands above whom, too."""

    name: str
    make: Callable[[], QuerySet[Any]]
    day: str = ""
    is_secret: bool = False


def count(user: User, scope: Scope, today: date, wanted: Sequence[Counting]) -> Counted:
    """All of it in one statement, put together once for each reader; what there is none of is not in the answer."""
    if not wanted:
        return {}

    def together() -> QuerySet[Any]:
        first, *more = [_numbers(place, one) for place, one in enumerate(wanted)]
        return first.union(*more, all=True) if more else first

    reader = in_view(user, scope, today) if any(one.is_secret for one in wanted) else (scope.key, today)
    found = prepared.rows("board.count", (reader, *(one.name for one in wanted)), together)
    # A constant is no group to Django, so PostgreSQL answers for nothing, too: with 0.
    return {wanted[place].name: (number, day) for place, number, day in found if number}


def _numbers(place: int, one: Counting) -> QuerySet[Any]:
    day: Any = Min(one.day) if one.day else Value(None, DateField())
    return one.make().order_by().values_list(Value(place)).annotate(n=Count("pk"), first=day)


def moment(text: str | None) -> datetime | None:
    """A time out of such a row."""
    return datetime.fromisoformat(text) if text else None


def day(text: str | None) -> date | None:
    """A date out of such a row."""
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for the person. `due` orders the list; `urgent` comes before everything without a nearer date."""

    text: str
    url: str
    detail: str = ""
    due: date | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """Something the person handed in, and where it is now."""

    text: str
    url: str
    where: str
    tone: str = "info"
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number for leaders, with the list behind it."""

    label: str
    value: int
    url: str = ""
    hint: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Answerer:
    """A row of “who answers”: points by level in the order of the table's head, and what is overdue."""

    name: str
    counts: list[int]
    overdue: int
    url: str = ""
    post: str = ""

    @property
    def numbers(self) -> list[int]:
        """As the table shows them: by level, in all, overdue."""
        return [*self.counts, sum(self.counts), self.overdue]


@dataclass(frozen=True, slots=True)
class Answers:
    """The table “who answers for what” with its levels from the gravest."""

    levels: list[Any]
    rows: list[Answerer]
