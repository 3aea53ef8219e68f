"""From facts to an answer: yes, no, or ask; each with its reasons (domain §6), obeying the protections of 001 (domain §5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments import protections
from assessments.eligibility.effects import Barred
from assessments.eligibility.facts import Alert, Bar, Facts, PendingKind, Policy, Weight


class Purpose(models.TextChoices):
    """What is asked for."""

    AWARD = "award", _("award or honour")
    PROMOTION = "promotion", _("promotion or appointment")
    TRANSFER = "transfer", _("change of post")
    OTHER = "other", pgettext_lazy("purpose", "other")


BARS = {Purpose.AWARD: Barred.AWARD, Purpose.PROMOTION: Barred.PROMOTION, Purpose.TRANSFER: Barred.TRANSFER}


class Outcome(models.TextChoices):
    """The answer, as the paper says it (domain §11): 同意 / 不同意 / 需说明."""

    YES = "yes", pgettext_lazy("eligibility", "agreed")
    ASK = "ask", pgettext_lazy("eligibility", "needs an explanation")
    NO = "no", pgettext_lazy("eligibility", "not agreed")


class ReasonKind(models.TextChoices):
    GRADE = "grade", _("quarterly assessment")
    WARNING = "warning", _("warning")
    POINTS = "points", _("integrity points")
    ROUND = "round", _("assessment not decided yet")
    RESULT = "result", _("result not final yet")
    APPEAL = "appeal", _("appeal not answered yet")


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: kind, number and date of its source, and nothing of what stands in the file behind it."""

    kind: ReasonKind
    weight: Weight
    source: str
    on: date
    label: str = ""
    until: date | None = None

    def to_json(self) -> dict[str, Any]:
        """For a JSON column."""
        until = self.until.isoformat() if self.until else ""
        kept = {"kind": str(self.kind), "weight": str(self.weight), "source": self.source, "on": self.on.isoformat()}
        return {**kept, "label": self.label, "until": until}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Reason":
        """What `to_json` gave."""
        until = date.fromisoformat(kept["until"]) if kept["until"] else None
        day = date.fromisoformat(kept["on"])
        return cls(ReasonKind(kept["kind"]), Weight(kept["weight"]), kept["source"], day, kept["label"], until)


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer for one person."""

    outcome: Outcome
    reasons: tuple[Reason, ...]


def judge(facts: Facts, *, purpose: Purpose, as_of: date, award_year: int, policy: Policy) -> Finding:
    """The gravest reason decides; without any the answer is yes. `award_year`: the year whose awards are asked about."""
    reasons = tuple(reason for reason in _reasons(facts, purpose, as_of, award_year, policy) if reason.weight != Weight.NOTHING)
    if any(reason.weight == Weight.NO for reason in reasons):
        return Finding(Outcome.NO, reasons)
    return Finding(Outcome.ASK if reasons else Outcome.YES, reasons)


def is_protected(alert: Alert) -> bool:
    """Whether 001 keeps a warning from being held against the person."""
    return protections.is_protected(is_mistake=alert.is_mistake, remedies=alert.remedies)


def in_force(alert: Alert, day: date) -> bool:
    """Issued by the day and not over."""
    return alert.issued_on <= day and (alert.ended_on is None or alert.ended_on > day)


def _reasons(facts: Facts, purpose: Purpose, as_of: date, award_year: int, policy: Policy) -> Iterator[Reason]:
    for bar in facts.bars:
        weight = _weight_of(bar, purpose, as_of, award_year)
        yield Reason(ReasonKind.GRADE, weight, bar.source, bar.known_on, bar.grade, bar.ends_on)
    for alert in facts.alerts:
        if in_force(alert, as_of) and not is_protected(alert):
            weight = policy.warnings.get(alert.tier, Weight.NOTHING)
            yield Reason(ReasonKind.WARNING, weight, alert.number, alert.issued_on, alert.label)
    for points in facts.points:
        weight = policy.points.get(points.tier, Weight.NOTHING)
        yield Reason(ReasonKind.POINTS, weight, f"{points.counted.normalize():f}", points.last_on, points.label)
    for pending in facts.pendings:
        # That an assessment is going on says nothing about the person: a unit may leave it out. What bars, or an appeal, it may not.
        weight = policy.pending if pending.kind == PendingKind.ROUND else Weight.ASK
        yield Reason(ReasonKind(pending.kind.value), weight, pending.source, pending.since)


def _weight_of(bar: Bar, purpose: Purpose, as_of: date, award_year: int) -> Weight:
    """A restriction says no to what it is about; where something else is asked for, any of them in force is to be explained."""
    if bar.known_on > as_of or (bar.lifted_on is not None and bar.lifted_on <= as_of):
        return Weight.NOTHING
    runs = bar.starts_on.year == award_year if bar.kind == Barred.AWARD else bar.starts_on <= as_of <= bar.ends_on
    if not runs:
        return Weight.NOTHING
    if purpose == Purpose.OTHER:
        return Weight.ASK
    return Weight.NO if BARS[purpose] == bar.kind else Weight.NOTHING
