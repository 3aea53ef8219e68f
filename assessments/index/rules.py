"""How much everything counts: weights, points and thresholds, as a unit sets them and as a snapshot keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

PARTS = ("moral", "power", "control", "environment")
# How a position holds a power or a risk point, the closest first.
HOLDINGS = ("own", "step", "unit", "member", "charge")
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Band:
    """A grade of control risk or a level of the whole index: from `low` on (inclusive). The greater `severity`, the worse.

    `points`: what one risk point of this grade counts (grades of control risk only).
    """

    severity: int
    label: str
    colour: str
    low: Decimal
    points: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class IndexRules:
    """`weights` in per cent by part. `categories`: points of a power item by its category; `business`: categories with people outside.

    `holdings`: share (0 to 1) by the way it is held. `major`, `alone`: points added for 三重一大, and for a decision by one person.
    `power_full`, `control_full`: points that make 100. `contact_full`: contact rate in per cent that makes 100. Bands come worst first.
    `valid_months`: appraisals and surveys older than this are not used.
    """

    weights: Mapping[str, Decimal]
    categories: Mapping[str, Decimal]
    business: frozenset[str]
    holdings: Mapping[str, Decimal]
    major: Decimal
    alone: Decimal
    power_full: Decimal
    grades: tuple[Band, ...]
    control_full: Decimal
    contact_full: Decimal
    levels: tuple[Band, ...]
    valid_months: int

    def to_json(self) -> dict[str, Any]:
        """For a JSON column; numbers as text, so that they are read back exactly."""
        return {
            "weights": _texts(self.weights),
            "categories": _texts(self.categories),
            "business": sorted(self.business),
            "holdings": _texts(self.holdings),
            **{name: str(getattr(self, name)) for name in _NUMBERS},
            "grades": [_band_out(band) for band in self.grades],
            "levels": [_band_out(band) for band in self.levels],
            "valid_months": self.valid_months,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "IndexRules":
        """What `to_json` gave."""
        return cls(
            weights=_decimals(kept["weights"]),
            categories=_decimals(kept["categories"]),
            business=frozenset(kept["business"]),
            holdings=_decimals(kept["holdings"]),
            **{name: Decimal(kept[name]) for name in _NUMBERS},
            grades=tuple(_band_in(row) for row in kept["grades"]),
            levels=tuple(_band_in(row) for row in kept["levels"]),
            valid_months=kept["valid_months"],
        )


_NUMBERS = ("major", "alone", "power_full", "control_full", "contact_full")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why rules make no sense: a code and the figures that go with it; the words are put to it where it is shown."""

    code: str
    names: Mapping[str, Any]


def problems(rules: IndexRules) -> list[Problem]:
    """What is wrong with the rules; empty when they can be used. They then give 0 to 100, and more risk never lowers anything."""
    found = []
    total = sum(rules.weights.values(), Decimal(0))
    if set(rules.weights) != set(PARTS) or any(weight < 0 for weight in rules.weights.values()) or total != HUNDRED:
        found.append(Problem("weights", {"total": str(total), "missing": str(HUNDRED - total)}))
    points = [*rules.categories.values(), rules.major, rules.alone]
    if any(value < 0 for value in points):
        found.append(Problem("points", {}))
    shares = rules.holdings
    if set(shares) != set(HOLDINGS) or any(not 0 <= share <= shares["own"] <= 1 for share in shares.values()):
        found.append(Problem("holdings", {}))
    if min(rules.power_full, rules.control_full, rules.contact_full) <= 0 or rules.contact_full > HUNDRED or rules.valid_months < 1:
        found.append(Problem("full", {}))
    for name, bands, number in (("grades", rules.grades, 4), ("levels", rules.levels, len(rules.levels))):
        if not bands or len(bands) != number or not _in_order(bands):
            found.append(Problem(name, {}))
    return found


def _in_order(bands: tuple[Band, ...]) -> bool:
    """Worst first, thresholds falling to 0, points never rising, each with a name of its own."""
    pairs = list(pairwise(bands))
    return (
        bands[-1].low == 0
        and bands[0].low <= HUNDRED
        and all(worse.low > better.low and worse.severity > better.severity and worse.points >= better.points for worse, better in pairs)
        and bands[-1].points >= 0
        and len({band.label.strip() for band in bands} - {""}) == len(bands)
    )


def band_of(bands: tuple[Band, ...], score: Decimal) -> Band:
    """The band in which a score lies."""
    return next(band for band in bands if score >= band.low)


def _texts(values: Mapping[str, Decimal]) -> dict[str, str]:
    return {key: str(value) for key, value in values.items()}


def _decimals(values: Mapping[str, str]) -> dict[str, Decimal]:
    return {key: Decimal(value) for key, value in values.items()}


def _band_out(band: Band) -> list[Any]:
    return [band.severity, band.label, band.colour, str(band.low), str(band.points)]


def _band_in(row: list[Any]) -> Band:
    return Band(row[0], row[1], row[2], Decimal(row[3]), Decimal(row[4]))
