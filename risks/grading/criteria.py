"""Count of criteria met, or of the risks of a post, with knock-out criteria that alone mean the highest level."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from risks.grading.facts import Answers, Problem, Result, cannot, level_name, whole
from risks.grading.scores import check_severity, check_thresholds, severity_at


def evaluate(rules: Mapping[str, Any], answers: Answers, names: Mapping[int, str]) -> Result:
    """See `risks.grading.evaluate`."""
    criteria = {c["code"]: c for c in rules["criteria"]}
    if criteria and answers.criteria is None:
        return cannot(_("it is not answered which criteria are met"))
    met_codes = answers.criteria or frozenset()
    unknown = sorted(met_codes - criteria.keys())
    if unknown:
        return cannot(_("the scheme has no criterion “%(code)s”") % {"code": unknown[0]})
    # In the scheme's order, so that the order of the answers changes nothing, not even the words.
    met = [c for code, c in criteria.items() if code in met_codes]
    counts_risks = rules.get("counts", "criteria") == "risks"
    if counts_risks and answers.risk_count is None:
        return cannot(_("it is not known how many risks the post has"))
    score = answers.risk_count if counts_risks else sum(c.get("weight", 1) for c in met)
    assert score is not None
    knocked = sorted((c for c in met if c.get("knock_out")), key=lambda c: c["code"])
    if knocked:
        severity = rules["knock_out_severity"]
        texts = _(", ").join(c["text"] for c in knocked)
        return Result(
            severity, score, [_("Knock-out criterion met (%(texts)s): %(level)s") % {"texts": texts, "level": level_name(severity, names)}]
        )
    found = severity_at(score, rules["thresholds"])
    if found is None:
        return cannot(_("no threshold covers a score of %(n)d") % {"n": score})
    severity, start = found
    if counts_risks:
        first = ngettext("the post has %(n)d risk", "the post has %(n)d risks", score) % {"n": score}
    else:
        first = ngettext("%(n)d criterion met", "%(n)d criteria met", len(met)) % {"n": len(met)}
        if score != len(met):
            first += _(", %(n)d points") % {"n": score}
    text = _("%(score)d reaches %(start)d: %(level)s") % {"score": score, "start": start, "level": level_name(severity, names)}
    return Result(severity, score, [first, text])


def validate(rules: Mapping[str, Any], severities: Collection[int]) -> list[Problem]:
    """See `risks.grading.validate`."""
    counts = rules.get("counts", "criteria")
    if counts not in ("criteria", "risks"):
        return [Problem("counts", _("Choose what is counted: criteria met, or risks of the post."))]
    criteria = rules.get("criteria", [])
    if not isinstance(criteria, list) or not all(isinstance(c, dict) for c in criteria) or (counts == "criteria" and not criteria):
        return [Problem("criteria", _("Enter at least one criterion."))]
    problems = _check_criteria(criteria)
    if problems:
        return problems
    if any(c.get("knock_out") for c in criteria):
        problems += _check_knock_out(rules.get("knock_out_severity"), severities)
    top = None if counts == "risks" else sum(c.get("weight", 1) for c in criteria)
    return problems + check_thresholds(rules.get("thresholds"), severities, 0, top)


def _check_criteria(criteria: list[dict[str, Any]]) -> list[Problem]:
    problems = []
    seen: set[str] = set()
    for number, criterion in enumerate(criteria, 1):
        where = f"criteria.{number}"
        code, text = criterion.get("code"), criterion.get("text")
        if not isinstance(code, str) or not code.strip() or not isinstance(text, str) or not text.strip():
            problems.append(Problem(where, _("Criterion %(n)d needs a code and a text.") % {"n": number}))
        elif code in seen:
            problems.append(Problem(where, _("The code “%(code)s” appears twice.") % {"code": code}))
        else:
            seen.add(code)
        weight = criterion.get("weight", 1)
        if whole(weight) is None or not 1 <= weight <= 100:
            problems.append(Problem(where, _("The points of criterion %(n)d must be a whole number from 1 to 100.") % {"n": number}))
    return problems


def _check_knock_out(value: Any, severities: Collection[int]) -> list[Problem]:
    problems = check_severity(value, severities, "knock_out_severity")
    if not problems and value != max(severities):
        problems.append(Problem("knock_out_severity", _("A knock-out criterion must lead to the highest level of the scale.")))
    return problems
