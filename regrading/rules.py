"""A rule set as plain values: how evidence becomes a score from 0 to 100, and a score a level (domain §3, dynamic re-grading).

Points of evidence against are never negative and relief is never more than asked for, so more bad evidence never lowers a score.
A score starts in the band of the level that people last decided: without evidence nothing moves. All numbers are whole.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

HIGHEST = 100
Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class LeadRule:
    """Leads on holder or power within the window: points by the severity they were judged at, and for those not yet judged."""

    judged: Pairs = ((1, 4), (2, 8), (3, 15))
    unjudged: int = 2
    most: int = 30


@dataclass(frozen=True, slots=True)
class WarningRule:
    """Issued warnings on holder, department or power within the window: points by tier; a closed one counts `closed_percent` of them."""

    tiers: tuple[tuple[str, int], ...] = (("general", 8), ("important", 15), ("highest", 25))
    closed_percent: int = 50
    most: int = 40


@dataclass(frozen=True, slots=True)
class MeasureRule:
    """Overdue measures: `overdue` each, `per_month` more for each full month late. Confirmed ones relieve, when nothing is overdue."""

    overdue: int = 4
    per_month: int = 1
    most: int = 20
    relief: int = 2
    most_relief: int = 10


@dataclass(frozen=True, slots=True)
class GradeRule:
    """The holder's latest quarterly grade that counts, by its severity (0 is the best): points, or relief where negative."""

    grades: Pairs = ((0, -4), (1, 0), (2, 6), (3, 15))


@dataclass(frozen=True, slots=True)
class SurveyRule:
    """The latest contact-rate survey about the department (else the unit): points from a lower bound of so many per cent on."""

    bounds: Pairs = ((5, 3), (10, 6), (20, 12))


@dataclass(frozen=True, slots=True)
class ReviewRule:
    """No review for `after` months: `first` points, and `step` more for each further `every` months."""

    after: int = 12
    first: int = 3
    every: int = 6
    step: int = 2
    most: int = 9


@dataclass(frozen=True, slots=True)
class Rules:
    """`bands`: from which score on a level of that severity holds, gravest last. `window` in months.

    A fall is proposed only `fall_margin` points below the band. A declined proposal comes back when the score has moved by
    `ask_again_points`, or after `ask_again_months`.
    """

    bands: Pairs = ((1, 0), (2, 40), (3, 70))
    window: int = 12
    leads: LeadRule = field(default_factory=LeadRule)
    warnings: WarningRule = field(default_factory=WarningRule)
    measures: MeasureRule = field(default_factory=MeasureRule)
    grades: GradeRule = field(default_factory=GradeRule)
    surveys: SurveyRule = field(default_factory=SurveyRule)
    review: ReviewRule = field(default_factory=ReviewRule)
    fall_margin: int = 3
    ask_again_points: int = 5
    ask_again_months: int = 6

    def to_json(self) -> dict[str, Any]:
        """For a JSON column; `from_json` reads back the same."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Rules":
        """Raises KeyError or TypeError on data this version did not write."""
        return cls(
            bands=_pairs(data["bands"]),
            window=data["window"],
            leads=LeadRule(**{**data["leads"], "judged": _pairs(data["leads"]["judged"])}),
            warnings=WarningRule(**{**data["warnings"], "tiers": tuple((str(t), int(p)) for t, p in data["warnings"]["tiers"])}),
            measures=MeasureRule(**data["measures"]),
            grades=GradeRule(grades=_pairs(data["grades"]["grades"])),
            surveys=SurveyRule(bounds=_pairs(data["surveys"]["bounds"])),
            review=ReviewRule(**data["review"]),
            fall_margin=data["fall_margin"],
            ask_again_points=data["ask_again_points"],
            ask_again_months=data["ask_again_months"],
        )


def _pairs(data: Any) -> Pairs:
    return tuple((int(key), int(points)) for key, points in data)
