"""The four parts. Each gives a score with its figures, or says what is missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from assessments.index.facts import AppraisalFact, ContactFact, PointFact, PowerFact, Source
from assessments.index.rules import HUNDRED, Band, IndexRules, band_of

CENT = Decimal("0.01")
EXTERNAL, INTERNAL = "external", "internal"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a calculation: what it is (`kind` with `names`), what it counts, and where it comes from."""

    kind: str
    names: Mapping[str, Any]
    value: str
    source: Source | None = None

    def to_json(self) -> dict[str, Any]:
        """For a JSON column."""
        return {
            "kind": self.kind,
            "names": dict(self.names),
            "value": self.value,
            "source": list(self.source) if self.source else None,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Figure":
        """What `to_json` gave."""
        return cls(kept["kind"], kept["names"], kept["value"], (kept["source"][0], kept["source"][1]) if kept["source"] else None)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the index, 0 to 100. `score` None: it cannot be computed because of `reason` (a code) with its names."""

    key: str
    score: Decimal | None
    figures: tuple[Figure, ...] = ()
    reason: str = ""
    names: Mapping[str, Any] = field(default_factory=dict)
    grade: Band | None = None

    def to_json(self) -> dict[str, Any]:
        """For a JSON column."""
        return {
            "key": self.key,
            "score": None if self.score is None else str(self.score),
            "figures": [figure.to_json() for figure in self.figures],
            "reason": self.reason,
            "names": dict(self.names),
            "grade": self.grade.severity if self.grade else None,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any], rules: IndexRules) -> "Part":
        """What `to_json` gave."""
        return cls(
            kept["key"],
            None if kept["score"] is None else Decimal(kept["score"]),
            tuple(Figure.from_json(row) for row in kept["figures"]),
            kept["reason"],
            kept["names"],
            next((band for band in rules.grades if band.severity == kept["grade"]), None),
        )


def rounded(value: Decimal) -> Decimal:
    """Two places, half up."""
    return value.quantize(CENT, ROUND_HALF_UP)


def missing(key: str, reason: str, **names: Any) -> Part:
    """A part that cannot be computed."""
    return Part(key, None, reason=reason, names=names)


def moral(fact: AppraisalFact) -> Part:
    """003: the raters' answers on the three factors, by closeness of the raters; the better the appraisal, the smaller the risk."""
    figures = [
        Figure("factor", {"factor": one.factor, "weight": str(one.weight)}, str(rounded(one.score)), fact.source) for one in fact.factors
    ]
    names = {"year": fact.year, "quarter": fact.quarter, "ballots": fact.ballots}
    figures.append(Figure("appraisal", names, str(rounded(fact.score)), fact.source))
    score = HUNDRED - rounded(min(HUNDRED, max(Decimal(0), fact.score)))
    return Part("moral", score, tuple(figures))


def power_points(fact: PowerFact, rules: IndexRules) -> Decimal:
    """What one power item counts: (category + major matter + decided alone) × share."""
    points = rules.categories.get(fact.category, Decimal(0))
    points += rules.major if fact.is_major else 0
    points += rules.alone if fact.is_alone else 0
    return points * rules.holdings[fact.holding]


def heaviest(holdings: Iterable[str], rules: IndexRules) -> str | None:
    """Of several ways in which something is held the one that counts most; None without any."""
    return max(holdings, key=lambda holding: rules.holdings[holding], default=None)


def power(facts: Sequence[PowerFact], rules: IndexRules) -> Part:
    """Number and weight of the power items held. Each item counts once, as it is held most closely."""
    figures = []
    total = Decimal(0)
    for fact in facts:
        points = power_points(fact, rules)
        total += points
        names = {
            "number": fact.number,
            "name": fact.name,
            "category": fact.category,
            "holding": fact.holding,
            "major": fact.is_major,
            "alone": fact.is_alone,
            "share": str(rules.holdings[fact.holding]),
        }
        figures.append(Figure("power", names, str(rounded(points)), fact.source))
    if not figures:
        return missing("power", "no_power")
    figures.append(Figure("power_sum", {"full": str(rules.power_full)}, str(rounded(total))))
    return Part("power", rounded(min(HUNDRED, HUNDRED * total / rules.power_full)), tuple(figures))


def grade_of(fact: PointFact, rules: IndexRules) -> Band:
    """003's four grades: the level in its scale gives one of the three lower ones; what nothing holds in check is one grade graver."""
    step = 2 if fact.ranks < 2 else int((Decimal(2 * fact.rank) / (fact.ranks - 1)).quantize(Decimal(1), ROUND_HALF_UP))
    return rules.grades[-(1 + step + (1 if fact.is_loose else 0))]


def control(facts: Iterable[PointFact], rules: IndexRules) -> Part:
    """How well the risk points of the position are kept in check.

    The gravest point of the position itself sets the floor (the lower end of its grade); number and grades of all points, by share, fill
    what is left up to 100.
    """
    figures = []
    total = floor = Decimal(0)
    for fact in facts:
        grade = grade_of(fact, rules)
        points = grade.points * rules.holdings[fact.holding] * fact.count
        total += points
        if fact.holding == "own":
            floor = max(floor, grade.low)
        names = {
            "number": fact.number,
            "title": fact.title,
            "level": fact.level,
            "grade": grade.label,
            "loose": fact.is_loose,
            "count": fact.count,
            "holding": fact.holding,
            "share": str(rules.holdings[fact.holding]),
        }
        figures.append(Figure("point", names, str(rounded(points)), fact.source))
    if not figures:
        return missing("control", "no_points")
    figures.append(Figure("control_floor", {}, str(rounded(floor))))
    figures.append(Figure("control_sum", {"full": str(rules.control_full)}, str(rounded(total))))
    score = rounded(floor + (HUNDRED - floor) * min(Decimal(1), total / rules.control_full))
    return Part("control", score, tuple(figures), grade=band_of(rules.grades, score))


def survey_kind(facts: Sequence[PowerFact], rules: IndexRules, chosen: str = "") -> str | None:
    """External for a business position: at least half of its power points lie in categories with people outside; else internal (003).

    `chosen` by the unit for the position goes first. None where there is nothing to tell by.
    """
    if chosen:
        return chosen
    points = [(fact.category in rules.business, power_points(fact, rules)) for fact in facts]
    total = sum((value for _business, value in points), Decimal(0))
    if not total:
        return None
    return EXTERNAL if 2 * sum((value for business, value in points if business), Decimal(0)) >= total else INTERNAL


def environment(facts: Sequence[ContactFact], rules: IndexRules) -> Part:
    """The highest lower bound of the contact rates of the position's places: what is certain, not what might be."""
    figures = []
    for fact in facts:
        names = {"kind": fact.kind, "place": fact.place, "n": fact.n, "high": str(fact.high)}
        figures.append(Figure("contact", names, str(fact.low), fact.source))
    if not figures:
        return missing("environment", "no_survey")
    worst = max(fact.low for fact in facts)
    figures.append(Figure("contact_worst", {"full": str(rules.contact_full)}, str(worst)))
    return Part("environment", rounded(min(HUNDRED, HUNDRED * worst / rules.contact_full)), tuple(figures))
