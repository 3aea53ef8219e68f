"""From a score to a severity: thresholds, shared by matrices and counts."""

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from risks.grading.facts import Problem, whole


def severity_at(score: int, thresholds: Sequence[Any]) -> tuple[int, int] | None:
    """(severity, the threshold reached), or None when the score lies below all of them."""
    reached = [(t["from"], t["severity"]) for t in thresholds if score >= t["from"]]
    if not reached:
        return None
    start, severity = max(reached)
    return severity, start


def check_severity(value: Any, severities: Collection[int], where: str) -> list[Problem]:
    """A severity must be one of the scale's levels."""
    if whole(value) is None or value not in severities:
        return [Problem(where, _("Severity %(value)s is not a level of the chosen scale.") % {"value": value})]
    return []


def check_thresholds(thresholds: Any, severities: Collection[int], lowest: int, highest: int | None) -> list[Problem]:
    """Thresholds cover every score from `lowest` up, rise with the severity, and each can be reached."""
    if not isinstance(thresholds, list) or not thresholds:
        return [Problem("thresholds", _("Enter at least one threshold."))]
    problems: list[Problem] = []
    rows: list[tuple[int, int]] = []
    for number, row in enumerate(thresholds, 1):
        where = f"thresholds.{number}"
        start = whole(row.get("from")) if isinstance(row, dict) else None
        if start is None:
            problems.append(Problem(where, _("Threshold %(n)d: enter a whole number from which it counts.") % {"n": number}))
            continue
        faults = check_severity(row.get("severity"), severities, where)
        problems += faults
        if not faults:
            rows.append((start, row["severity"]))
        if highest is not None and start > highest:
            text = _("Threshold %(start)d can never be reached: the highest score is %(top)d.")
            problems.append(Problem(where, text % {"start": start, "top": highest}))
    return problems or _check_order(sorted(rows), lowest)


def _check_order(rows: list[tuple[int, int]], lowest: int) -> list[Problem]:
    problems = []
    if rows[0][0] > lowest:
        problems.append(
            Problem(
                "thresholds",
                _("The thresholds do not cover scores from %(low)d to %(high)d: let the lowest level start at %(low)d.")
                % {"low": lowest, "high": rows[0][0] - 1},
            )
        )
    for (low, mild), (high, grave) in pairwise(rows):
        if low == high:
            problems.append(Problem("thresholds", _("Two thresholds start at %(n)d.") % {"n": low}))
        elif grave <= mild:
            problems.append(
                Problem("thresholds", _("A score of %(high)d must give a graver level than %(low)d does.") % {"high": high, "low": low})
            )
    return problems
