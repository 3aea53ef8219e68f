"""The rules of one group in one round, as plain values: read from the settings, frozen in the round when its appraisal opens.

Numbers are Decimals in JSON as text, so that what was frozen is read back exactly; weights are pairs, as jsonb keeps no order of keys.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class IndicatorRule:
    """One question of the appraisal. `weight` in per cent of the set; `key` names it in ballots."""

    key: str
    factor: str
    name: str
    text: str
    weight: Decimal


@dataclass(frozen=True, slots=True)
class GradeRule:
    """One grade: from `min_score` points on (inclusive). The greater `severity`, the worse; what follows from it."""

    label: str
    min_score: Decimal
    severity: int
    colour: str
    no_award: bool
    hold_months: int


@dataclass(frozen=True, slots=True)
class GroupRules:
    """Weights in per cent; `answers` gives the points of each answer, 0 to 100. Grades come best first."""

    methods: dict[str, Decimal]
    levels: dict[str, Decimal]
    answers: dict[str, Decimal]
    minimum_ballots: int
    indicators: tuple[IndicatorRule, ...]
    grades: tuple[GradeRule, ...]
    scope: str
    notice_days: int
    appeal_days: int
    appeal_working: bool

    def to_json(self) -> dict[str, Any]:
        """For a JSON column."""
        return {
            "methods": _texts(self.methods),
            "levels": _texts(self.levels),
            "answers": _texts(self.answers),
            "minimum_ballots": self.minimum_ballots,
            "indicators": [[i.key, i.factor, i.name, i.text, str(i.weight)] for i in self.indicators],
            "grades": [[g.label, str(g.min_score), g.severity, g.colour, g.no_award, g.hold_months] for g in self.grades],
            "scope": self.scope,
            "notice_days": self.notice_days,
            "appeal_days": self.appeal_days,
            "appeal_working": self.appeal_working,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "GroupRules":
        """What `to_json` gave."""
        return cls(
            methods=_decimals(kept["methods"]),
            levels=_decimals(kept["levels"]),
            answers=_decimals(kept["answers"]),
            minimum_ballots=kept["minimum_ballots"],
            indicators=tuple(IndicatorRule(k, f, n, t, Decimal(w)) for k, f, n, t, w in kept["indicators"]),
            grades=tuple(GradeRule(label, Decimal(low), *rest) for label, low, *rest in kept["grades"]),
            scope=kept["scope"],
            notice_days=kept["notice_days"],
            appeal_days=kept["appeal_days"],
            appeal_working=kept["appeal_working"],
        )


def _texts(values: dict[str, Decimal]) -> list[list[str]]:
    return [[key, str(value)] for key, value in values.items()]


def _decimals(pairs: list[list[str]]) -> dict[str, Decimal]:
    return {key: Decimal(value) for key, value in pairs}
