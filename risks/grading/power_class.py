"""The class of power held decides."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from risks.grading.facts import Answers, Problem, Result, cannot, level_name
from risks.grading.scores import check_severity


def evaluate(rules: Mapping[str, Any], answers: Answers, names: Mapping[int, str]) -> Result:
    """See `risks.grading.evaluate`."""
    if answers.power_class is None:
        return cannot(_("the class of power is not answered"))
    for row in rules["classes"]:
        if row["code"] == answers.power_class:
            text = _("class of power “%(label)s”: %(level)s") % {"label": row["label"], "level": level_name(row["severity"], names)}
            return Result(row["severity"], None, [text])
    return cannot(_("the scheme has no class “%(code)s”") % {"code": answers.power_class})


def validate(rules: Mapping[str, Any], severities: Collection[int]) -> list[Problem]:
    """See `risks.grading.validate`."""
    classes = rules.get("classes")
    if not isinstance(classes, list) or len(classes) < 2 or not all(isinstance(c, dict) for c in classes):
        return [Problem("classes", _("Enter at least two classes of power."))]
    problems = []
    seen: set[str] = set()
    for number, row in enumerate(classes, 1):
        where = f"classes.{number}"
        code, label = row.get("code"), row.get("label")
        if not isinstance(code, str) or not code.strip() or not isinstance(label, str) or not label.strip():
            problems.append(Problem(where, _("Class %(n)d needs a code and a name.") % {"n": number}))
        elif code in seen:
            problems.append(Problem(where, _("The code “%(code)s” appears twice.") % {"code": code}))
        else:
            seen.add(code)
        problems += check_severity(row.get("severity"), severities, where)
    return problems
