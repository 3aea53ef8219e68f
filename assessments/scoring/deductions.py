"""The score of a method from single findings: 100, and points up or down for each; and what the integrity file takes off (domain §6).

001's protections: what a warning's dispositions keep off the file or away from appointments, and an error made in trying something new,
takes nothing off and stands in no line. Points that rest on a warning are not taken off a second time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assessments import protections
from assessments.protections import Remedy
from assessments.scoring.figures import clamped

BASE = Decimal(100)
# What one confirmed point, a warning of a tier, and a measure not done in time take off the score of the integrity file.
PER_POINT = Decimal(5)
PER_WARNING = {"general": Decimal(5), "important": Decimal(15), "highest": Decimal(30)}
PER_OVERDUE_MEASURE = Decimal(2)

POINTS, WARNING, MEASURE = "points", "warning", "measure"


@dataclass(frozen=True, slots=True)
class PointFact:
    """A confirmed entry that was not taken back; `warning_id` when it rests on one."""

    id: int
    amount: Decimal
    day: date
    warning_id: int | None = None


@dataclass(frozen=True, slots=True)
class WarningFact:
    """A warning about the person that was in force on some day of the quarter."""

    id: int
    number: str
    tier: str
    is_mistake: bool
    dispositions: tuple[Remedy, ...] = ()

    @property
    def is_protected(self) -> bool:
        """Whether 001 keeps it from taking anything off."""
        return protections.is_protected(is_mistake=self.is_mistake, remedies=self.dispositions)


@dataclass(frozen=True, slots=True)
class MeasureFact:
    """A measure of the person's that was not reported done by its day."""

    id: int
    risk: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file holds about one person for a quarter."""

    points: tuple[PointFact, ...] = ()
    warnings: tuple[WarningFact, ...] = ()
    measures: tuple[MeasureFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Deduction:
    """One line of a derived score: where it comes from, and points (negative). `label` names the source."""

    kind: str
    source_id: int
    label: str
    points: Decimal


def deductions(facts: Facts) -> list[Deduction]:
    """Everything the rule takes off, warnings first."""
    known = {warning.id for warning in facts.warnings}
    found = [
        Deduction(WARNING, warning.id, warning.number, -PER_WARNING[warning.tier]) for warning in facts.warnings if not warning.is_protected
    ]
    found += [
        Deduction(POINTS, entry.id, entry.day.isoformat(), -PER_POINT * entry.amount)
        for entry in facts.points
        if entry.amount and entry.warning_id not in known
    ]
    found += [Deduction(MEASURE, row.id, row.risk, -PER_OVERDUE_MEASURE) for row in facts.measures]
    return found


def from_points(points: Iterable[Decimal]) -> Decimal:
    """100 with the points up and down, between 0 and 100."""
    return clamped(BASE + sum(points, Decimal(0)))
