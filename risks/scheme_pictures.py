"""A grading scheme as a picture: matrices with the level of every cell, or rows of a table."""

from typing import Any

from risks.grading import Answers, evaluate
from risks.grading.levels import levels_by_severity
from risks.grading.matrix import factor_label
from risks.models import GradingScheme


def picture(scheme: GradingScheme) -> dict[str, Any]:
    """`matrices` for a matrix (one for each value of a third factor), `criteria` with `thresholds`, or `classes`."""
    if scheme.kind == "matrix":
        return {"matrices": _matrices(scheme)}
    levels = levels_by_severity(scheme)
    rules = scheme.rules
    if scheme.kind == "criteria":
        thresholds = sorted(rules.get("thresholds", []), key=lambda row: -row["from"])
        return {
            "criteria": rules.get("criteria", []),
            "counts": rules.get("counts", "criteria"),
            "thresholds": [{"from": row["from"], "level": levels.get(row["severity"])} for row in thresholds],
            "knock_out": levels.get(rules.get("knock_out_severity")),
        }
    return {"classes": [{"label": row["label"], "level": levels.get(row["severity"])} for row in rules.get("classes", [])]}


def _matrices(scheme: GradingScheme) -> list[dict[str, Any]]:
    first, second, *third = scheme.rules["factors"]
    if not third:
        return [_matrix(scheme, first, second, {}, "")]
    code, words = third[0]["code"], third[0]["labels"]
    return [_matrix(scheme, first, second, {code: n}, f"{factor_label(code)} {n} {word}") for n, word in enumerate(words, 1)]


def _values(factors: dict[str, int]) -> dict[str, Any]:
    return dict(factors)


def _matrix(scheme: GradingScheme, first: Any, second: Any, fixed: dict[str, int], caption: str) -> dict[str, Any]:
    levels = levels_by_severity(scheme)
    cells = {}
    for row in range(1, len(first["labels"]) + 1):
        for column in range(1, len(second["labels"]) + 1):
            found = evaluate(scheme.rules, scheme.kind, Answers(**_values({first["code"]: row, second["code"]: column, **fixed})))
            level = levels.get(found.severity) if found.severity is not None else None
            cells[(row, column)] = {"level": level, "count": found.score if found.score is not None else "·"}
    return {
        "rows": list(reversed(list(enumerate(first["labels"], 1)))),
        "columns": list(enumerate(second["labels"], 1)),
        "cells": cells,
        "row_title": factor_label(first["code"]),
        "column_title": factor_label(second["code"]),
        "caption": caption,
    }
