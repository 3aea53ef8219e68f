"""Balance, thresholds, the leader's share: what a scheme makes of a sum of points.

Amounts are `Decimal`. An entry counts what the fault costs, whatever the direction of the scheme: 3 points are three points deducted
where everybody starts with twelve (down), and three points collected where everybody starts with none (up). Counter-entries are negative.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Protocol, TypeVar

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ZERO = Decimal(0)
HUNDRED = Decimal(100)
STEPS = (Decimal("0.5"), Decimal(1))
MOST = Decimal(1000)


class Direction(models.TextChoices):
    DOWN = "down", gettext_lazy("deducted from a full account")
    UP = "up", gettext_lazy("counted up from zero")


class HasPoints(Protocol):
    """What a threshold is for these rules: the points from which it counts."""

    @property
    def points(self) -> Decimal: ...


T = TypeVar("T", bound=HasPoints)


@dataclass(frozen=True, slots=True)
class PointRules:
    """The numbers of a scheme. `cap`: never more than this counts in a cycle (None: no limit). `share` in per cent."""

    full: Decimal = Decimal(12)
    direction: str = Direction.DOWN
    cap: Decimal | None = Decimal(12)
    step: Decimal = Decimal(1)
    share: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands in a cycle: what counts, and what is left (None where points are counted up)."""

    counted: Decimal
    left: Decimal | None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an amount or a scheme; `text` is for people."""

    code: str
    text: str


def in_words(amount: Decimal) -> str:
    """“3”, “0.5”: without noughts that say nothing."""
    return f"{amount.normalize():f}" if amount else "0"


def standing(total: Decimal, rules: PointRules) -> Standing:
    """What a sum of entries comes to: never below nothing, never above the cap."""
    counted = max(total, ZERO)
    if rules.cap is not None:
        counted = min(counted, rules.cap)
    return Standing(counted, rules.full - counted if rules.direction == Direction.DOWN else None)


def amount_problem(points: Decimal, rules: PointRules) -> Problem | None:
    """What is wrong with the points of one entry; nought is a reminder without deduction (domain §5, D 绿)."""
    most = rules.full if rules.cap is None else rules.cap
    if not points.is_finite() or points < 0:
        return Problem("negative", _("Points cannot be negative. A wrong entry is corrected by a counter-entry."))
    if points > most:
        return Problem("beyond", _("This scheme gives at most %(most)s points at once.") % {"most": in_words(most)})
    if points % rules.step:
        return Problem("step", _("This scheme counts in steps of %(step)s points.") % {"step": in_words(rules.step)})
    return None


def leader_share(points: Decimal, rules: PointRules) -> Decimal:
    """What the responsible leader gets of an entry: the share rounded half up to the scheme's step, never more than the entry."""
    if points <= 0 or rules.share <= 0:
        return ZERO
    steps = (points * rules.share / HUNDRED / rules.step).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return min(steps * rules.step, points)


def reached(counted: Decimal, thresholds: Iterable[T]) -> T | None:
    """The highest threshold that the points reach, or None."""
    return max((t for t in thresholds if t.points <= counted), key=lambda t: t.points, default=None)


def crossed(before: Decimal, after: Decimal, thresholds: Iterable[T]) -> list[T]:
    """The thresholds that lie above `before` and at or below `after`, the lowest first."""
    return sorted((t for t in thresholds if before < t.points <= after), key=lambda t: t.points)


def scheme_problems(rules: PointRules, thresholds: Sequence[tuple[Decimal, int]]) -> list[Problem]:
    """Everything that keeps the numbers from making sense. Thresholds are (points, severity of the colour)."""
    if rules.step not in STEPS:
        return [Problem("step", _("Points are counted in whole or in half points."))]
    return [*_problems_of_amounts(rules), *_problems_of_thresholds(rules, thresholds)]


def _problems_of_amounts(rules: PointRules) -> Iterator[Problem]:
    if not _fits(rules.full, rules.step, MOST):
        yield Problem("full", _("The full number of points must be positive, at most 1000 and a multiple of the step."))
    if rules.cap is not None and not _fits(rules.cap, rules.step, MOST):
        yield Problem("cap", _("The most that counts must be positive, at most 1000 and a multiple of the step."))
    if not 0 <= rules.share <= HUNDRED or rules.share % 1:
        yield Problem("share", _("The leader's share is a whole number of per cent from 0 to 100."))


def _problems_of_thresholds(rules: PointRules, thresholds: Sequence[tuple[Decimal, int]]) -> Iterator[Problem]:
    if not thresholds:
        yield Problem("no_threshold", _("Give at least one threshold."))
    if len({points for points, _severity in thresholds}) != len(thresholds):
        yield Problem("twice", _("Two thresholds begin at the same number of points."))
    most = MOST if rules.cap is None else rules.cap
    for points, _severity in thresholds:
        if not _fits(points, rules.step, most):
            text = _("A threshold of %(points)s points cannot be used: it must be positive, a multiple of the step and not above the cap.")
            yield Problem("threshold", text % {"points": in_words(points)})
    if any(later <= earlier for earlier, later in pairwise(severity for _points, severity in sorted(thresholds))):
        yield Problem("order", _("A threshold with more points must have a graver colour."))


def _fits(amount: Decimal, step: Decimal, most: Decimal) -> bool:
    return 0 < amount <= most and not amount % step
