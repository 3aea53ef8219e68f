"""From a scheme's record to its levels and questions. Reads what it is given; `scheme.scale.levels` may be prefetched."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from risks.grading.facts import Result, answers_of
from risks.grading.matrix import factor_label
from risks.grading.schemes import evaluate

if TYPE_CHECKING:
    from risks.models import GradingScheme, Level


def levels_by_severity(scheme: "GradingScheme") -> dict[int, "Level"]:
    """The levels of the scheme's scale; read once for each scheme object."""
    kept: dict[int, Level] | None = scheme.__dict__.get("_levels_by_severity")
    if kept is None:
        kept = {level.severity: level for level in scheme.scale.levels.all()}
        scheme.__dict__["_levels_by_severity"] = kept
    return kept


def level_for(scheme: "GradingScheme", entry_or_point: Any, *, risk_count: int | None = None) -> tuple["Level | None", Result]:
    """The level that the scheme computes for an entry or a point, and how. `risk_count`: how many risks its post has."""
    levels = levels_by_severity(scheme)
    names = {severity: level.label for severity, level in levels.items()}
    result = evaluate(scheme.rules, scheme.kind, answers_of(entry_or_point, risk_count=risk_count), names)
    return (levels.get(result.severity) if result.severity is not None else None), result


@dataclass(frozen=True, slots=True)
class Question:
    """What a form must ask so that the scheme can be computed. `field`: a field of RiskContent, or a key of its `answers`."""

    field: str
    label: str
    choices: list[tuple[str, str]]
    many: bool = False


def questions(scheme: "GradingScheme") -> list[Question]:
    """The questions of a scheme, for the form of a risk and for trying it out."""
    rules = scheme.rules
    if scheme.kind == "matrix":
        return [
            Question(f["code"], factor_label(f["code"]), [(str(n), f"{n} {word}") for n, word in enumerate(f["labels"], 1)])
            for f in rules.get("factors", [])
        ]
    if scheme.kind == "criteria":
        choices = [(c["code"], c["text"]) for c in rules.get("criteria", [])]
        return [Question("criteria", _("criteria met"), choices, many=True)] if choices else []

    return [Question("power_class", _("class of power"), [(c["code"], c["label"]) for c in rules.get("classes", [])])]
