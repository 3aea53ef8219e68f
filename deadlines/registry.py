"""What falls due in the product. Every app says it in a module `<app>/deadlines.py`, imported by its `AppConfig.ready`:

    register(DeadlineKind(code="measure", title=_("Measures"), find=measures_due, notice="measure", url=…))

The engine (deadlines.services.engine) asks each kind once a run for all units, works out by the unit's intervals what is told today, and
keeps in the ledger what was told, so that nobody is told the same twice (ADR 0017).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that somebody is to do by a day.

    `people` and `leaders` are ids of users; `leaders` are the places of the escalation, the nearest first, each with its people: nobody
    who may not see the matter may stand in them. A place nobody fills is passed over; where nobody is to do it, the nearest leader is
    told in their stead. `leader_url` is where leaders look, if that is another page than `url`.

    `text` says what is to be done (lazy, at most 200 characters); the engine puts before it how it stands with the day. `turn` tells
    repetitions of one object apart (a form returned a second time, a phase; at most 32 characters): a new turn, or a new `due_on`, is
    reminded of anew.
    """

    object_id: int
    unit_id: int
    due_on: date
    people: tuple[int, ...]
    text: Any
    url: str
    leaders: tuple[tuple[int, ...], ...] = ()
    turn: str = ""
    leader_url: str = ""


@dataclass(frozen=True, slots=True)
class Intervals:
    """When a kind is reminded of, in working days: before the day (5 and 1 days), on the day, after it (1 and 5 days, then every 5;
    0: no more), and after how many days late the next leader is told. Nothing at all: the kind is not reminded of."""

    before: tuple[int, ...] = (5, 1)
    on_day: bool = True
    after: tuple[int, ...] = (1, 5)
    every: int = 5
    escalate: tuple[int, ...] = (3, 8, 15)
    days: int | None = None  # working days given for what has no date of its own (a review), from when it began to wait


Find = Callable[[date, date], Iterable[Due]]


@dataclass(frozen=True, slots=True)
class DeadlineKind:
    """One kind of deadline.

    `code`: at most 32 characters. `find(today, until)` yields all that is open and due on or before `until`, for all units, with few
    queries, and without keeping all of it in memory where there may be many. `notice` is the kind of the notices. `url` is the page with
    all that waits (lazy): somebody who would get more than three notices of one kind at once gets one that leads there.

    `sensitive`: other channels than the inbox say only that something waits, and the ledger shows neither who nor what; `private`: only
    the ledger keeps quiet. `in_chat`: the unit's group chat hears how many wait; not where even that there is one says too much.
    `escalates` is False where no leader is ever told. `default` holds for units that set nothing.
    """

    code: str
    title: Any
    find: Find
    notice: str
    url: Any
    sensitive: bool = False
    private: bool = False
    in_chat: bool = True
    escalates: bool = True
    default: Intervals = field(default_factory=Intervals)

    @property
    def ledger_is_quiet(self) -> bool:
        """Whether the ledger shows neither who was told nor about what."""
        return self.sensitive or self.private


@dataclass(frozen=True, slots=True)
class SetElsewhere:
    """Reminders an app sends by an engine of its own: what they are, where their times are set, and members of which body set them."""

    title: Any
    note: Any
    url: Any
    body: str


_KINDS: dict[str, DeadlineKind] = {}
_ELSEWHERE: dict[str, SetElsewhere] = {}


def register(kind: DeadlineKind) -> DeadlineKind:
    """Make a kind known. Raises ValueError when another one bears its code."""
    known = _KINDS.get(kind.code)
    if known is not None and known is not kind:
        raise ValueError(f"two kinds of deadlines are called {kind.code}")
    _KINDS[kind.code] = kind
    return kind


def kinds() -> list[DeadlineKind]:
    """Every kind, in the order in which the apps were loaded."""
    return list(_KINDS.values())


def kind_of(code: str) -> DeadlineKind | None:
    """The kind of that code; None for one the product no longer has (the ledger keeps its rows)."""
    return _KINDS.get(code)


def quiet_kinds() -> list[str]:
    """Codes of the kinds of which the ledger shows neither who nor what."""
    return [kind.code for kind in _KINDS.values() if kind.ledger_is_quiet]


def open_kinds() -> list[DeadlineKind]:
    """The kinds that are no secret: that there is something due of them may be counted and shown to administrators."""
    return [kind for kind in _KINDS.values() if not kind.ledger_is_quiet]


def set_elsewhere(code: str, what: SetElsewhere) -> None:
    """Let the settings page say where an app sets times that are not kinds of this registry."""
    _ELSEWHERE[code] = what


def elsewhere() -> list[SetElsewhere]:
    """What is set on other pages."""
    return list(_ELSEWHERE.values())
