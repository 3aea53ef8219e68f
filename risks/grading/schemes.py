"""The three kinds of scheme behind one pair of functions."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from risks.grading import criteria, matrix, power_class
from risks.grading.facts import Answers, Problem, Result, cannot

_KINDS = {"matrix": matrix, "criteria": criteria, "power_class": power_class}


def evaluate(scheme_rules: Mapping[str, Any], kind: str, answers: Answers, names: Mapping[int, str] | None = None) -> Result:
    """The severity that the scheme gives, or why it gives none. `names` (severity → label) makes the explanation readable.

    Rules that are not valid in themselves give no level either: they are not repaired by guessing.
    """
    return evaluate_all(scheme_rules, kind, [answers], names)[0]


def evaluate_all(
    scheme_rules: Mapping[str, Any], kind: str, wanted: Sequence[Answers], names: Mapping[int, str] | None = None
) -> list[Result]:
    """The same for many answers, such as all cells of a matrix; the rules are looked through once."""
    # Whether the severities belong to a scale is known only to who validates with it; here they need only be whole numbers.
    problems = validate(scheme_rules, kind, _severities_in(scheme_rules))
    if problems:
        return [cannot(_("the scheme has a fault (%(text)s)") % {"text": problems[0].text}) for _answers in wanted]
    return [_KINDS[kind].evaluate(scheme_rules, answers, names or {}) for answers in wanted]


def validate(scheme_rules: Any, kind: str, severities: Collection[int]) -> list[Problem]:
    """Every fault in the rules, in words; an empty list when they can be used with a scale of these severities."""
    if kind not in _KINDS:
        return [Problem("kind", _("“%(kind)s” is not a known kind of scheme.") % {"kind": kind})]
    if not isinstance(scheme_rules, dict):
        return [Problem("rules", _("The rules cannot be read."))]
    if not severities:
        return [Problem("scale", _("The scale has no levels."))]
    return _KINDS[kind].validate(scheme_rules, severities)


def _severities_in(rules: Any) -> set[int]:
    found: set[int] = set()
    if not isinstance(rules, dict):
        return found
    for name in ("thresholds", "floors", "classes"):
        rows = rules.get(name)
        for row in rows if isinstance(rows, list) else []:
            value = row.get("severity") if isinstance(row, dict) else None
            if isinstance(value, int) and not isinstance(value, bool):
                found.add(value)
    table = rules.get("table")
    for value in table.values() if isinstance(table, dict) else []:
        if isinstance(value, int) and not isinstance(value, bool):
            found.add(value)
    knock_out = rules.get("knock_out_severity")
    if isinstance(knock_out, int) and not isinstance(knock_out, bool):
        found.add(knock_out)
    return found
