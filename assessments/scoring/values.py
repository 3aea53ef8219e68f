"""What the calculation starts from and what it says: an appraisal, as little of it as the secret allows, and lines of a calculation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class PoolValue:
    """The ballots of one or more levels taken together (`pooling.pool`). `points` are sums over the ballots by indicator key, exact.

    `weight` is what the levels weigh together, in per cent; weights of all pools need not add up to 100 (a level without ballots
    leaves its weight to the others in proportion).
    """

    levels: tuple[str, ...]
    weight: Decimal
    ballots: int
    points: Mapping[str, Decimal]

    @property
    def label(self) -> str:
        """“first+second”, as it stands on a stored ballot."""
        return "+".join(self.levels)

    @classmethod
    def of(
        cls, levels: Iterable[str], weight: Decimal, ballots: Iterable[Mapping[str, str]], answers: Mapping[str, Decimal]
    ) -> "PoolValue":
        """Add up ballots ({indicator key: answer}) by the points of each answer (`GroupRules.answers`)."""
        sums: dict[str, Decimal] = {}
        number = 0
        for ballot in ballots:
            number += 1
            for key, answer in ballot.items():
                sums[key] = sums.get(key, Decimal(0)) + answers[answer]
        return cls(tuple(levels), weight, number, sums)


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What is known of somebody's appraisal after it closed. Not `counted`: too few ballots, no pools."""

    invited: int
    given: int
    counted: bool
    pools: tuple[PoolValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a calculation: what it is (`kind` and the names that go with it), the figures, the value.

    The words are put to it where it is shown (`assessments.line_words`); kept in a result as JSON, values as text.
    """

    kind: str
    names: Mapping[str, Any]
    formula: str
    value: str

    def to_json(self) -> dict[str, Any]:
        """For a JSON column."""
        return {"kind": self.kind, "names": dict(self.names), "formula": self.formula, "value": self.value}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Line":
        """What `to_json` gave."""
        return cls(kept["kind"], kept["names"], kept["formula"], kept["value"])
