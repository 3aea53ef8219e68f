"""From the scores of the methods to the score of the quarter and its grade (domain §6: 000 §3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessments.rules import GradeRule, GroupRules
from assessments.scoring.figures import HUNDRED, plain, rounded
from assessments.scoring.values import Line


class NotComputable(Exception):
    """Cannot be computed, because no method with a weight gave a score."""


@dataclass(frozen=True, slots=True)
class MethodResult:
    """The score of one method with the lines behind it; without score, why (`reason` a code, `grounds` words)."""

    method: str
    score: Decimal | None
    lines: tuple[Line, ...] = ()
    reason: str = ""
    grounds: str = ""


@dataclass(frozen=True, slots=True)
class Calculation:
    """The score to two places, its grade, and every line in the order in which it is read."""

    score: Decimal
    grade: GradeRule
    lines: tuple[Line, ...]


def grade_of(score: Decimal, grades: Iterable[GradeRule]) -> GradeRule:
    """The best grade whose threshold the score reaches (inclusive); the last one for what is below all of them."""
    ordered = sorted(grades, key=lambda grade: grade.min_score, reverse=True)
    return next((grade for grade in ordered if score >= grade.min_score), ordered[-1])


def calculate(methods: Mapping[str, MethodResult], rules: GroupRules) -> Calculation:
    """Weigh the methods. What has no score leaves its weight to the others in proportion, and a line says so.

    Raises NotComputable when nothing is left. A method of weight 0 is shown and counts nothing.
    """
    lines: list[Line] = []
    counted: list[tuple[Fraction, Fraction]] = []
    whole = sum(
        (Fraction(w) for m, w in rules.methods.items() if m in methods and methods[m].score is not None),
        Fraction(0),
    )
    if not whole:
        raise NotComputable
    full = sum((Fraction(w) for w in rules.methods.values()), Fraction(0))
    for method, weight in rules.methods.items():
        found = methods.get(method) or MethodResult(method, None)
        if not weight and found.score is None:
            continue
        lines += found.lines
        if found.score is None:
            names = {"method": method, "reason": found.reason, "grounds": found.grounds, "weight": plain(weight)}
            lines.append(Line("method.absent", names, "", "—"))
            continue
        part = Fraction(found.score) * Fraction(weight) / whole
        counted.append((Fraction(found.score), Fraction(weight)))
        names = {"method": method, "weight": plain(weight), "score": plain(found.score)}
        lines.append(Line("method", names, _product(found.score, weight, whole), plain(part)))
    if whole != full:
        lines.append(Line("weights.spread", {"left": plain(whole)}, "", plain(whole)))
    score = rounded(sum((s * w for s, w in counted), Fraction(0)) / whole)
    sums = " + ".join(f"{plain(s)} × {plain(w)}" for s, w in counted)
    lines.append(Line("total", {}, f"({sums}) ÷ {plain(whole)}", plain(score)))
    grade = grade_of(score, rules.grades)
    lines.append(
        Line("grade", {"label": grade.label, "from": plain(grade.min_score)}, f"{plain(score)} ≥ {plain(grade.min_score)}", grade.label)
    )
    return Calculation(score, grade, tuple(lines))


def _product(score: Decimal, weight: Decimal, whole: Fraction) -> str:
    if whole == HUNDRED:
        return f"{plain(score)} × {plain(weight)} %"
    return f"{plain(score)} × {plain(weight)} ÷ {plain(whole)}"
