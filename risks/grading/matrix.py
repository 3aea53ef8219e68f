"""Matrix of two or three factors with three to five values each."""

from collections.abc import Collection, Mapping
from itertools import product
from math import prod
from typing import Any

from django.utils.translation import gettext as _

from risks.grading.facts import FACTOR_CODES, Answers, Problem, Result, cannot, level_name, whole
from risks.grading.scores import check_severity, check_thresholds, severity_at

COMBINATIONS = ("product", "sum", "table")


def factor_label(code: str) -> str:
    """What a factor is called."""
    return {"probability": _("probability"), "harm": _("harm"), "influence": _("social influence")}.get(code, code)


def key(values: tuple[int, ...]) -> str:
    """A cell's key in `table`."""
    return "-".join(map(str, values))


def combinations(rules: Mapping[str, Any]) -> list[tuple[int, ...]]:
    """Every cell of the matrix, as values in the order of the factors."""
    return list(product(*(range(1, len(f["labels"]) + 1) for f in rules["factors"])))


def evaluate(rules: Mapping[str, Any], answers: Answers, names: Mapping[int, str]) -> Result:
    """See `risks.grading.evaluate`."""
    factors = rules["factors"]
    values: list[int] = []
    missing: list[str] = []
    for factor in factors:
        value = answers.factor(factor["code"])
        if value is None:
            missing.append(_("“%(factor)s” is not answered") % {"factor": factor_label(factor["code"])})
        elif not 1 <= value <= len(factor["labels"]):
            missing.append(
                _("“%(factor)s” is %(value)d, but the scheme has values from 1 to %(top)d")
                % {"factor": factor_label(factor["code"]), "value": value, "top": len(factor["labels"])}
            )
        else:
            values.append(value)
    if missing:
        return cannot(*missing)
    if rules["combine"] == "table":
        return _with_floors(rules, tuple(values), *_from_table(rules, tuple(values), names), names)
    score = _score(rules, tuple(values))
    found = severity_at(score, rules["thresholds"])
    if found is None:
        return cannot(_("no threshold covers a score of %(n)d") % {"n": score})
    severity, start = found
    text = _("%(score)d reaches %(start)d: %(level)s") % {"score": score, "start": start, "level": level_name(severity, names)}
    return _with_floors(rules, tuple(values), severity, score, [_sum_in_words(rules, tuple(values), score), text], names)


def _score(rules: Mapping[str, Any], values: tuple[int, ...]) -> int:
    if rules["combine"] == "product":
        return prod(values)
    return sum(v * f.get("weight", 1) for v, f in zip(values, rules["factors"], strict=True))


def _sum_in_words(rules: Mapping[str, Any], values: tuple[int, ...], score: int) -> str:
    terms = []
    for value, factor in zip(values, rules["factors"], strict=True):
        weight = factor.get("weight", 1)
        term = f"{factor_label(factor['code'])} {value}" + _(" (%(word)s)") % {"word": factor["labels"][value - 1]}
        terms.append(term if weight == 1 else f"{term} × {weight}")
    return (" × " if rules["combine"] == "product" else " + ").join(terms) + f" = {score}"


def _from_table(rules: Mapping[str, Any], values: tuple[int, ...], names: Mapping[int, str]) -> tuple[int, None, list[str]]:
    severity = rules["table"][key(values)]
    where = _(", ").join(
        f"{factor_label(f['code'])} {v}" + _(" (%(word)s)") % {"word": f["labels"][v - 1]}
        for v, f in zip(values, rules["factors"], strict=True)
    )
    return severity, None, [_("%(cell)s: %(level)s by the table") % {"cell": where, "level": level_name(severity, names)}]


def _with_floors(
    rules: Mapping[str, Any], values: tuple[int, ...], severity: int, score: int | None, words: list[str], names: Mapping[int, str]
) -> Result:
    by_code = {f["code"]: v for f, v in zip(rules["factors"], values, strict=True)}
    for floor in rules.get("floors", []):
        if by_code[floor["factor"]] >= floor["from"] and severity < floor["severity"]:
            severity = floor["severity"]
            words = [
                *words,
                _("%(factor)s from %(n)d on is never below %(level)s: %(level)s")
                % {"factor": factor_label(floor["factor"]), "n": floor["from"], "level": level_name(severity, names)},
            ]
    return Result(severity, score, words)


def validate(rules: Mapping[str, Any], severities: Collection[int]) -> list[Problem]:
    """See `risks.grading.validate`."""
    problems = _check_factors(rules.get("factors"))
    combine = rules.get("combine")
    if combine not in COMBINATIONS:
        problems.append(Problem("combine", _("Choose how the factors are combined: product, sum or table.")))
    if problems:
        return problems
    problems += _check_weights(rules)
    if problems:
        return problems
    if combine == "table":
        problems += _check_table(rules, severities)
    else:
        cells = combinations(rules)
        scores = [_score(rules, values) for values in cells]
        problems += check_thresholds(rules.get("thresholds"), severities, min(scores), max(scores))
    return problems + _check_floors(rules, severities)


def _check_factors(factors: Any) -> list[Problem]:
    if not isinstance(factors, list) or len(factors) not in (2, 3) or not all(isinstance(f, dict) for f in factors):
        return [Problem("factors", _("A matrix has two or three factors."))]
    problems = []
    codes = [f.get("code") for f in factors]
    for code, factor in zip(codes, factors, strict=True):
        if code not in FACTOR_CODES:
            problems.append(Problem("factors", _("“%(code)s” is not a known factor.") % {"code": code}))
            continue
        labels = factor.get("labels")
        if not isinstance(labels, list) or not 3 <= len(labels) <= 5:
            problems.append(Problem(f"factors.{code}", _("“%(factor)s” needs three to five values.") % {"factor": factor_label(code)}))
        elif any(not isinstance(word, str) or not word.strip() for word in labels) or len({w.strip() for w in labels}) != len(labels):
            problems.append(
                Problem(f"factors.{code}", _("Every value of “%(factor)s” needs a word of its own.") % {"factor": factor_label(code)})
            )
    if len(set(map(str, codes))) != len(codes):
        problems.append(Problem("factors", _("A factor appears twice.")))
    return problems


def _check_weights(rules: Mapping[str, Any]) -> list[Problem]:
    problems = []
    for factor in rules["factors"]:
        weight = factor.get("weight", 1)
        if whole(weight) is None or not 1 <= weight <= 100:
            problems.append(
                Problem(
                    f"factors.{factor['code']}",
                    _("The weight of “%(factor)s” must be a whole number from 1 to 100.") % {"factor": factor_label(factor["code"])},
                )
            )
        elif weight != 1 and rules["combine"] != "sum":
            problems.append(Problem(f"factors.{factor['code']}", _("Weights count only where the factors are added.")))
    return problems


def _check_table(rules: Mapping[str, Any], severities: Collection[int]) -> list[Problem]:
    table = rules.get("table")
    if not isinstance(table, dict):
        return [Problem("table", _("Enter a level for every cell of the table."))]
    cells = {key(values) for values in combinations(rules)}
    problems = []
    empty = sorted(cells - table.keys())
    if empty:
        problems.append(Problem("table", _("No level is given for: %(cells)s.") % {"cells": _(", ").join(empty[:10])}))
    unknown = sorted(map(str, table.keys() - cells))
    if unknown:
        problems.append(Problem("table", _("These cells do not exist: %(cells)s.") % {"cells": _(", ").join(unknown[:10])}))
    for cell in sorted(cells & table.keys()):
        problems += check_severity(table[cell], severities, f"table.{cell}")
    return problems


def _check_floors(rules: Mapping[str, Any], severities: Collection[int]) -> list[Problem]:
    floors = rules.get("floors", [])
    if not isinstance(floors, list):
        return [Problem("floors", _("Lower limits must be a list."))]
    tops = {f["code"]: len(f["labels"]) for f in rules["factors"]}
    problems = []
    for number, floor in enumerate(floors, 1):
        where = f"floors.{number}"
        code = floor.get("factor") if isinstance(floor, dict) else None
        if code not in tops:
            problems.append(Problem(where, _("Lower limit %(n)d: the scheme has no such factor.") % {"n": number}))
            continue
        start = whole(floor.get("from"))
        if start is None or not 1 <= start <= tops[code]:
            problems.append(Problem(where, _("Lower limit %(n)d: choose a value from 1 to %(top)d.") % {"n": number, "top": tops[code]}))
        problems += check_severity(floor.get("severity"), severities, where)
    return problems
