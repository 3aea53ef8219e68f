"""What the index starts from, as plain values. `source` names the row a figure comes from: (kind, primary key)."""

from dataclasses import dataclass
from decimal import Decimal

Source = tuple[str, int]


@dataclass(frozen=True, slots=True)
class FactorFact:
    """One of the three factors of the appraisal (003): its weight among the indicators in per cent, and its score, 0 to 100."""

    factor: str
    weight: Decimal
    score: Decimal


@dataclass(frozen=True, slots=True)
class AppraisalFact:
    """A published appraisal of the holder: rater weights × indicator weights, before any other method of the assessment is added."""

    year: int
    quarter: int
    ballots: int
    score: Decimal
    factors: tuple[FactorFact, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class PowerFact:
    """A power item in force and how the position holds it. `alone`: the position takes a decision in it by itself."""

    number: str
    name: str
    category: str
    holding: str
    is_major: bool
    is_alone: bool
    source: Source


@dataclass(frozen=True, slots=True)
class PointFact:
    """A risk point in the register, or `count` of them that are alike. `rank` of `ranks`: place of its level in its scale, 0 the lightest.

    `is_loose`: nothing holds it, as it has no measure or one that is overdue.
    """

    number: str
    title: str
    level: str
    rank: int
    ranks: int
    is_loose: bool
    holding: str
    source: Source
    count: int = 1


@dataclass(frozen=True, slots=True)
class ContactFact:
    """A contact rate that may be shown, in per cent: lower and upper bound, number of valid answers. `place` empty: the whole unit."""

    kind: str
    place: str
    low: Decimal
    high: Decimal
    n: int
    source: Source
