"""What goes into a grading scheme and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

FACTOR_CODES = ("probability", "harm", "influence")


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody answered about a risk. None means: not answered, which is never taken for a no or a zero."""

    probability: int | None = None
    harm: int | None = None
    influence: int | None = None
    criteria: frozenset[str] | None = None
    power_class: str | None = None
    risk_count: int | None = None

    def factor(self, code: str) -> int | None:
        """The value of a factor by its code."""
        return getattr(self, code) if code in FACTOR_CODES else None


@dataclass(frozen=True, slots=True)
class Result:
    """A severity with the way to it in words; or none, with what is missing."""

    severity: int | None
    score: int | None = None
    explanation: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """One sentence for people: how the level came about, or why there is none."""
        if self.severity is None:
            return _("Cannot be computed, because %(why)s.") % {"why": _(", ").join(self.missing)}
        return _("; ").join(self.explanation)


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault in the rules of a scheme: where, and what to mend."""

    where: str
    text: str


def cannot(*missing: str) -> Result:
    """A result without a level."""
    return Result(None, None, [], list(missing))


def level_name(severity: int, names: Mapping[int, str]) -> str:
    """How a level is called in an explanation; its rank when the caller gave no names."""
    return names.get(severity) or _("severity %(n)d") % {"n": severity}


def whole(value: Any) -> int | None:
    """A whole number, or None for everything else (true and false are no numbers here)."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def answers_of(thing: Any, *, risk_count: int | None = None) -> Answers:
    """The answers of an entry of a form or of a point of the register (anything with RiskContent's fields)."""
    other = thing.answers if isinstance(thing.answers, dict) else {}
    met, held = other.get("criteria"), other.get("power_class")
    return Answers(
        probability=thing.probability,
        harm=thing.harm,
        influence=thing.influence,
        criteria=frozenset(map(str, met)) if isinstance(met, list) else None,
        power_class=str(held) if held else None,
        risk_count=risk_count,
    )
