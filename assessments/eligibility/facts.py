"""What is known about a person on a day, as far as an eligibility check may ask.

Leads and warnings that are not issued are no facts here: a check must not tell that they exist (domain §4, ADR 0009 and 0011).
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.eligibility.effects import Barred
from assessments.protections import Remedy


class Weight(models.TextChoices):
    """What a fact means for the answer; a setting of the unit."""

    NOTHING = "nothing", pgettext_lazy("eligibility", "not considered")
    ASK = "ask", pgettext_lazy("eligibility", "needs an explanation")
    NO = "no", pgettext_lazy("eligibility", "not agreed")


@dataclass(frozen=True, slots=True)
class Bar:
    """A restriction from a final grade. `known_on`: the day the result became final; `lifted_on`: the first day without it."""

    kind: Barred
    source: str
    grade: str
    known_on: date
    starts_on: date
    ends_on: date
    lifted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """An issued warning. `ended_on`: the first day on which it counts no more; none while it runs."""

    tier: str
    number: str
    label: str
    issued_on: date
    ended_on: date | None = None
    is_mistake: bool = False
    remedies: tuple[Remedy, ...] = ()


@dataclass(frozen=True, slots=True)
class PointStanding:
    """The points of a person in a cycle, without those from protected warnings; `tier` is that of the colour reached, if it has one."""

    counted: Decimal
    tier: str
    label: str
    last_on: date


class PendingKind(models.TextChoices):
    ROUND = "round", _("assessment not decided yet")
    RESULT = "result", _("result not final yet")
    APPEAL = "appeal", _("appeal not answered yet")


@dataclass(frozen=True, slots=True)
class Pending:
    """Something that is not decided on the day."""

    kind: PendingKind
    source: str
    since: date


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything about one person."""

    bars: tuple[Bar, ...] = ()
    alerts: tuple[Alert, ...] = ()
    points: tuple[PointStanding, ...] = ()
    pendings: tuple[Pending, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """The unit's settings: what warnings and points of a tier mean, and what an assessment not decided yet."""

    warnings: dict[str, Weight] = field(default_factory=dict)
    points: dict[str, Weight] = field(default_factory=dict)
    pending: Weight = Weight.ASK

    def to_json(self) -> dict[str, Any]:
        """For a JSON column."""
        return {"warnings": dict(self.warnings), "points": dict(self.points), "pending": str(self.pending)}
