"""The intervals that hold: a unit's own, else the kind's default."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from deadlines.models import ReminderRule
from deadlines.registry import DeadlineKind, Intervals, kind_of


class Rules:
    """The intervals of one kind in all units."""

    def __init__(self, kind: DeadlineKind, own: Mapping[int, Intervals]) -> None:
        self.default = kind.default
        self._own = own

    def of(self, unit_id: int) -> Intervals:
        """Those of a unit."""
        return self._own.get(unit_id, self.default)

    def all(self) -> list[Intervals]:
        """The default and every unit's own."""
        return [self.default, *self._own.values()]


def rules_of(known: Iterable[DeadlineKind]) -> list[tuple[DeadlineKind, Rules]]:
    """Every kind with its intervals. One query."""
    own: dict[str, dict[int, Intervals]] = defaultdict(dict)
    for row in ReminderRule.objects.all():
        own[row.kind][row.unit_id] = row.intervals
    return [(kind, Rules(kind, own[kind.code])) for kind in known]


def given_days(code: str) -> Callable[[int], int]:
    """Working days that a unit gives for a kind without dates of its own, by the unit's id. One query. ValueError for other kinds."""
    kind = kind_of(code)
    default = kind.default.days if kind else None
    if default is None:
        raise ValueError(f"{code} has dates of its own")
    own: dict[int, int] = defaultdict(lambda: default)
    own.update(ReminderRule.objects.filter(kind=code).exclude(days=None).values_list("unit_id", "days"))
    return lambda unit_id: own[unit_id]


def of_unit(unit_id: int) -> dict[str, Intervals]:
    """What the unit has set itself, by kind."""
    return {row.kind: row.intervals for row in ReminderRule.objects.filter(unit_id=unit_id)}
