"""The whole out of its parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessments.index.parts import Part, rounded
from assessments.index.rules import HUNDRED, Band, IndexRules, band_of


@dataclass(frozen=True, slots=True)
class Index:
    """The parts in their order; `total` and `level` None while a part that counts is missing."""

    parts: tuple[Part, ...]
    total: Decimal | None
    level: Band | None


def combine(parts: Sequence[Part], rules: IndexRules) -> Index:
    """Weighted sum, only if every part with a weight is there: the rest of a sum would look like a smaller risk."""
    if any(part.score is None and rules.weights[part.key] > 0 for part in parts):
        return Index(tuple(parts), None, None)
    total = sum((rules.weights[part.key] * part.score for part in parts if part.score is not None), Decimal(0)) / HUNDRED
    score = rounded(total)
    return Index(tuple(parts), score, band_of(rules.levels, score))
