"""Worked examples under the sections of the form: made-up facts go through the one evaluation (regrading.evidence); nothing is read of
anybody. All keys of examples are below 0, where no row is."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.models import Result, Survey
from early_warnings.models import Warning
from leads.models import Lead
from regrading.evidence import Evaluation, evaluate
from regrading.evidence.statement import Window
from regrading.rule_items import Section, Words
from regrading.rules import HIGHEST, Rules
from risks.models import Level, RiskPoint

Points = Counter[tuple[int, str]]
_DAY = date(2026, 7, 1)
_POINT, _RELIEVED = -1, -2  # one with evidence of every kind, and one that has only completed measures
_BIG = "NULL::bigint"


def all_of(rules: Rules, words: Words) -> dict[Section, list[str]]:
    """The examples of each section in words; none where the installation has no levels that the rules know."""
    level = _a_level(rules)
    if level is None:
        return {section: [] for section in Section}
    points = _points(rules, words, level)
    return {section: list(_EXAMPLES[section](rules, words, level, points)) for section in Section}


def _a_level(rules: Rules) -> Level | None:
    """One in the middle of a scale that the rules know whole, where there is one."""
    ruled = [severity for severity, _score in rules.bands]
    all_levels = list(Level.objects.order_by("scale_id", "severity"))
    not_whole = {one.scale_id for one in all_levels if one.severity not in ruled}
    levels = [one for one in all_levels if one.scale_id not in not_whole]
    inner = [one for one in levels if ruled[0] < one.severity < ruled[-1]]
    return next(iter(inner or levels), None)


def _months(rules: Rules) -> int:
    return rules.review.after + rules.review.every


def _low(rules: Rules) -> int:
    return rules.surveys.bounds[-1][0] if rules.surveys.bounds else 10


def _lead(words: Words) -> tuple[int, str]:
    return words.leads[len(words.leads) // 2]


def _points(rules: Rules, words: Words, level: Level) -> Points:
    """(point, rule) → what the rule gives for it."""
    months, low = int(_months(rules)), int(_low(rules))
    person = f"'person', -1, {_BIG}, {_BIG}, {_BIG}"
    given = {
        "point": f"""point (id, unit_id, department_id, level_of, direct_holder_id, power_item_id, current_id, probability, harm, influence,
    registered_on, reviewed_on) AS (
    SELECT n, -1, {_BIG}, 'position', CASE n WHEN {_POINT} THEN -1 END, {_BIG}, {int(level.pk)}, 3, 4, NULL::int, day, day
    FROM (VALUES ({_POINT}), ({_RELIEVED})) v (n) CROSS JOIN (SELECT ('2026-07-01'::date - interval '{months} months')::date AS day) d
)""",  # noqa: S608 -- numbers of our own
        "measure_count": f"measure_count (risk_id, late, months, confirmed) AS (VALUES ({_POINT}, 2, 1, 0), ({_RELIEVED}, 0, 0, 3))",
        "grade_row": "grade_row (id, person_id, unit_id, year, quarter, number, severity, label) AS "
        f"(VALUES (-1, -1, -1, 2026, 2, 1, {int(words.grades[0][0])}, ''))",
        "survey_rate": f"survey_rate (id, unit_id, department_id, kind, low) AS (VALUES (-1, -1, {_BIG}, 'external', {low}))",
        "warning_issued": "warning_issued (id, tier, subject_kind, person_id, department_id, unit_id, previous_id, state, closed_at) AS "
        f"(VALUES (-1, 'important', {person}, 'rectifying', NULL::timestamptz), "
        f"(-2, 'general', {person}, 'closed', '2026-06-01'::timestamptz))",
        "lead_judged": "lead_judged (id, lineage, severity) AS "
        f"(VALUES (-1, NULL::uuid, {int(_lead(words)[0])}), (-2, NULL::uuid, NULL::int))",
        "lead_subject": f"lead_subject (lead_id, person_id, department_id, unit_id) AS (VALUES (-1, -1, {_BIG}, {_BIG}), "
        f"(-2, -1, {_BIG}, {_BIG}))",
    }  # fmt: skip
    rows = _evaluation(rules, given).rows()
    return Counter({(row.risk_id, rule): points for row in rows for rule, points, _facts in row.contributions})


def _evaluation(rules: Rules, given: dict[str, str]) -> Evaluation:
    """Of nothing but made-up facts."""
    return evaluate(
        RiskPoint.objects.none(),
        rules=rules,
        as_of=_DAY,
        leads=Lead.objects.none(),
        warnings=Warning.objects.none(),
        results=Result.objects.none(),
        surveys=Survey.objects.none(),
        given=given,
    )


def _bands(rules: Rules, words: Words, level: Level, points: Points) -> Iterator[str]:
    told = {"level": level.label, "n": points[_POINT, "base"]}
    yield _("A point at “%(level)s” with probability 3 and harm 4 starts at %(n)d points.") % told


def _window(rules: Rules, words: Words, level: Level, points: Points) -> Iterator[str]:
    today = timezone.localdate()
    told = {"today": today.isoformat(), "first": Window.of(today, rules.window).first.isoformat()}
    yield _("Evaluated on %(today)s, leads, warnings, grades and surveys from %(first)s on count.") % told


def _measures(rules: Rules, words: Words, level: Level, points: Points) -> Iterator[str]:
    yield _("2 measures overdue, one of them by more than a month: %(n)+d points") % {"n": points[_POINT, "measures"]}
    yield _("3 measures completed, none overdue: %(n)+d points") % {"n": points[_RELIEVED, "measures"]}


def _grades(rules: Rules, words: Words, level: Level, points: Points) -> Iterator[str]:
    told = {"grade": words.grades[0][1], "n": points[_POINT, "grades"]}
    yield _("The holder was graded “%(grade)s” last quarter: %(n)+d points") % told


def _review(rules: Rules, words: Words, level: Level, points: Points) -> Iterator[str]:
    yield _("%(months)d months without review: %(n)+d points") % {"months": _months(rules), "n": points[_POINT, "review"]}


def _surveys(rules: Rules, words: Words, level: Level, points: Points) -> Iterator[str]:
    told = {"low": _low(rules), "n": points[_POINT, "surveys"]}
    yield _("A contact rate of at least %(low)d %% in the latest survey: %(n)+d points") % told


def _warnings(rules: Rules, words: Words, level: Level, points: Points) -> Iterator[str]:
    labels = dict(words.tiers)
    told = {"open": labels["important"], "closed": labels["general"], "n": points[_POINT, "warnings"]}
    yield _("One “%(open)s” being rectified and one “%(closed)s” closed on the holder: %(n)+d points") % told


def _leads(rules: Rules, words: Words, level: Level, points: Points) -> Iterator[str]:
    told = {"level": _lead(words)[1], "n": points[_POINT, "leads"]}
    yield _("One lead on the holder judged “%(level)s” and one not yet judged: %(n)+d points") % told


def _proposals(rules: Rules, words: Words, level: Level, points: Points) -> Iterator[str]:
    """What each score would ask for, for a point at this level."""
    added = f"""added AS (
    SELECT score, -score AS risk_id, -1 AS unit_id, level_id AS current_id, level_id AS anchor_id, NULL::bigint AS settled_id, scale_id,
        covered, severity AS current_severity, floor AS current_floor, '[]' AS contributions
    FROM band CROSS JOIN generate_series(0, {HIGHEST}) AS score WHERE level_id = {int(level.pk)}
)"""  # noqa: S608 -- numbers of our own
    found = {row.score or 0: row.direction for row in _evaluation(rules, {"added": added}).rows()}
    rises = [score for score, direction in found.items() if direction == "rise"]
    falls = [score for score, direction in found.items() if direction == "fall"]
    if rises:
        yield _("A point at “%(level)s”: from %(n)d points on a rise is proposed.") % {"level": level.label, "n": min(rises)}
    if falls:
        yield _("A point at “%(level)s”: at %(n)d points or fewer a fall is proposed.") % {"level": level.label, "n": max(falls)}


_EXAMPLES: dict[Section, Callable[[Rules, Words, Level, Points], Iterator[str]]] = {
    Section.BANDS: _bands,
    Section.WINDOW: _window,
    Section.MEASURES: _measures,
    Section.GRADES: _grades,
    Section.REVIEW: _review,
    Section.SURVEYS: _surveys,
    Section.WARNINGS: _warnings,
    Section.LEADS: _leads,
    Section.PROPOSALS: _proposals,
}
