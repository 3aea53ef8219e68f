"""Worked examples under the sections of the form: made-up facts go through the one evaluation (regrading.evidence); nothing is read of
anybody. All keys of examples are below 0, where no row is."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

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

_DAY = date(2026, 7, 1)
_CLOSED = "'2026-06-01'::timestamptz"
# One point of a unit and of a holder that do not exist.
_POINT = (
    "point (id, unit_id, department_id, level_of, direct_holder_id, power_item_id, current_id, probability, harm, influence, "
    "registered_on, reviewed_on) AS (VALUES (-1, -1, NULL::bigint, 'position', -1, NULL::bigint, {level}, 3, 4, NULL::int, "
    "'2026-07-01'::date, ('2026-07-01'::date - interval '{months} months')::date))"
)


def of(section: Section, rules: Rules, words: Words) -> list[str]:
    """The section's examples in words; none where the installation has no levels that the rules know."""
    level = _a_level(rules)
    return [] if level is None else list(_EXAMPLES[section](rules, words, level))


def _a_level(rules: Rules) -> Level | None:
    """One in the middle of the levels that the rules know, where there is one."""
    ruled = [severity for severity, _score in rules.bands]
    levels = [one for one in Level.objects.order_by("scale_id", "severity") if one.severity in ruled]
    inner = [one for one in levels if ruled[0] < one.severity < ruled[-1]]
    return next(iter(inner or levels), None)


def _evaluation(rules: Rules, level: Level, given: dict[str, str], months: int = 0) -> Evaluation:
    """Of one made-up point, reviewed so many months ago, with tables of made-up facts."""
    return evaluate(
        RiskPoint.objects.none(),
        rules=rules,
        as_of=_DAY,
        leads=Lead.objects.none(),
        warnings=Warning.objects.none(),
        results=Result.objects.none(),
        surveys=Survey.objects.none(),
        given={"point": _POINT.format(level=int(level.pk), months=int(months))} | given,
    )


def _points(rule: str, rules: Rules, level: Level, given: dict[str, str], months: int = 0) -> int:
    """What the rule gives for it."""
    return sum(
        points for row in _evaluation(rules, level, given, months).rows() for name, points, _facts in row.contributions if name == rule
    )


def _bands(rules: Rules, words: Words, level: Level) -> Iterator[str]:
    told = {"level": level.label, "n": _points("base", rules, level, {})}
    yield _("A point at “%(level)s” with probability 3 and harm 4 starts at %(n)d points.") % told


def _window(rules: Rules, words: Words, level: Level) -> Iterator[str]:
    today = timezone.localdate()
    told = {"today": today.isoformat(), "first": Window.of(today, rules.window).first.isoformat()}
    yield _("Evaluated on %(today)s, leads, warnings, grades and surveys from %(first)s on count.") % told


def _measures(rules: Rules, words: Words, level: Level) -> Iterator[str]:
    def count(late: int, months: int, confirmed: int) -> int:
        facts = f"measure_count (risk_id, late, months, confirmed) AS (VALUES (-1, {late}, {months}, {confirmed}))"
        return _points("measures", rules, level, {"measure_count": facts})

    yield _("2 measures overdue, one of them by more than a month: %(n)+d points") % {"n": count(2, 1, 0)}
    yield _("3 measures completed, none overdue: %(n)+d points") % {"n": count(0, 0, 3)}


def _grades(rules: Rules, words: Words, level: Level) -> Iterator[str]:
    severity, label = words.grades[0]
    columns = "id, person_id, unit_id, year, quarter, number, severity, label"
    facts = f"grade_row ({columns}) AS (VALUES (-1, -1, -1, 2026, 2, 1, {int(severity)}, ''))"
    told = {"grade": label, "n": _points("grades", rules, level, {"grade_row": facts})}
    yield _("The holder was graded “%(grade)s” last quarter: %(n)+d points") % told


def _review(rules: Rules, words: Words, level: Level) -> Iterator[str]:
    months = rules.review.after + rules.review.every
    told = {"months": months, "n": _points("review", rules, level, {}, months=months)}
    yield _("%(months)d months without review: %(n)+d points") % told


def _surveys(rules: Rules, words: Words, level: Level) -> Iterator[str]:
    low = rules.surveys.bounds[-1][0] if rules.surveys.bounds else 10
    facts = f"survey_rate (id, unit_id, department_id, kind, low) AS (VALUES (-1, -1, NULL::bigint, 'external', {int(low)}))"
    told = {"low": low, "n": _points("surveys", rules, level, {"survey_rate": facts})}
    yield _("A contact rate of at least %(low)d %% in the latest survey: %(n)+d points") % told


def _warnings(rules: Rules, words: Words, level: Level) -> Iterator[str]:
    columns = "id, tier, subject_kind, person_id, department_id, unit_id, previous_id, state, closed_at"
    person = "'person', -1, NULL::bigint, NULL::bigint, NULL::bigint"
    rows = f"(-1, 'important', {person}, 'rectifying', NULL::timestamptz), (-2, 'general', {person}, 'closed', {_CLOSED})"
    labels = dict(words.tiers)
    points = _points("warnings", rules, level, {"warning_issued": f"warning_issued ({columns}) AS (VALUES {rows})"})
    told = {"open": labels["important"], "closed": labels["general"], "n": points}
    yield _("One “%(open)s” being rectified and one “%(closed)s” closed on the holder: %(n)+d points") % told


def _leads(rules: Rules, words: Words, level: Level) -> Iterator[str]:
    severity, label = words.leads[len(words.leads) // 2]
    judged = f"lead_judged (id, lineage, severity) AS (VALUES (-1, NULL::uuid, {int(severity)}), (-2, NULL::uuid, NULL::int))"
    none = "NULL::bigint, NULL::bigint"
    subject = f"lead_subject (lead_id, person_id, department_id, unit_id) AS (VALUES (-1, -1, {none}), (-2, -1, {none}))"
    told = {"level": label, "n": _points("leads", rules, level, {"lead_judged": judged, "lead_subject": subject})}
    yield _("One lead on the holder judged “%(level)s” and one not yet judged: %(n)+d points") % told


def _proposals(rules: Rules, words: Words, level: Level) -> Iterator[str]:
    """What each score would ask for, for a point at this level."""
    added = f"""added AS (
    SELECT score, -score AS risk_id, -1 AS unit_id, level_id AS current_id, level_id AS anchor_id, NULL::bigint AS settled_id, scale_id,
        covered, severity AS current_severity, floor AS current_floor, '[]'::jsonb AS contributions
    FROM band CROSS JOIN generate_series(0, {HIGHEST}) AS score WHERE level_id = {int(level.pk)}
)"""  # noqa: S608 -- numbers of our own
    found = {row.score or 0: row.direction for row in _evaluation(rules, level, {"added": added}).rows()}
    rises = [score for score, direction in found.items() if direction == "rise"]
    falls = [score for score, direction in found.items() if direction == "fall"]
    told: dict[str, Any] = {"level": level.label}
    if rises:
        yield _("A point at “%(level)s”: from %(n)d points on a rise is proposed.") % (told | {"n": min(rises)})
    if falls:
        yield _("A point at “%(level)s”: at %(n)d points or fewer a fall is proposed.") % (told | {"n": max(falls)})


_EXAMPLES: dict[Section, Callable[[Rules, Words, Level], Iterator[str]]] = {
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
