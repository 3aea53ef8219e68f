"""What the start page is made of. Providers (web/board_*.py) make these, web/tasks_board.py puts them together."""

import json
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, QuerySet, Value

from accounts.models import User
from common import prepared
from leads.secrecy import standing_of
from positions.scopes import Scope

# The answers to what the providers' `asks` asked (web/asked.py), by name.
Asked = Mapping[str, Any]


def rows(found: Iterable[str] | None) -> list[dict[str, Any]]:
    """The rows of an ArraySubquery of JSON objects; none of one that was not asked, as it could find nothing."""
    return [json.loads(text) for text in found or ()]


def in_view(user: User, scope: Scope, today: date) -> Hashable:
    """All that decides what the person sees of what is secret, and that decides what they see of anything else."""
    return scope.key, standing_of(user), today


def counted(name: str, asker: Hashable, make: Callable[[], QuerySet[Any]], day: str = "") -> tuple[int, date | None]:
    """How many rows `make()` has, and the first of their days; `asker` as for `prepared.rows`."""

    def facts() -> QuerySet[Any]:
        whole = make().order_by().values_list(Value(1)).annotate(n=Count("pk"))
        return whole.annotate(first=Min(day)) if day else whole

    [(_one, number, *days)] = prepared.rows(name, asker, facts) or [(1, 0)]
    return number, days[0] if days else None


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
    total: int
    overdue: int
    url: str = ""
    post: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """The table “who answers for what” with its levels from the gravest."""

    levels: list[Any]
    rows: list[Answerer]
