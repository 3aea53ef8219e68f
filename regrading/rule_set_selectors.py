"""Which rules hold for a unit, and what the unit calls the things they speak of."""

from django.db.models import F, Q

from assessments.services.settings import all_of
from early_warnings.models import Tier
from leads.models import LeadLevel
from regrading.models import RuleSet
from regrading.rule_items import Words
from regrading.rules import Rules
from regrading.states import RuleSetState
from risks.models import GradingScheme, Level, RiskPoint


def in_force(unit_id: int) -> RuleSet:
    """The unit's own set, or the common one (made by a migration) while it has none."""
    rows = RuleSet.objects.in_force().filter(Q(unit_id=unit_id) | Q(unit=None))
    found: RuleSet = rows.order_by(F("unit_id").asc(nulls_last=True))[:1].get()
    return found


def versions(unit_id: int) -> list[RuleSet]:
    """The unit's own sets, newest first, and behind them the common one that holds for units without their own."""
    found = RuleSet.objects.select_related("drafted_by", "switched_on_by")
    own = list(found.filter(unit_id=unit_id).order_by("-number"))
    return own + list(found.filter(unit=None, state=RuleSetState.IN_FORCE))


def words_of(unit_id: int, *sets: Rules) -> Words:
    """Levels of the unit's register and schemes, levels of leads, tiers and grades, and what else the sets speak of."""
    levels = {level.severity: level.label for level in _levels(unit_id)}
    leads = dict(LeadLevel.objects.of_unit(unit_id).values_list("severity", "label"))
    grades: dict[int, str] = {}
    for row in all_of(unit_id).values():
        for grade in row.scale.grades.all():
            if grade.label not in grades.get(grade.severity, "").split("/"):
                grades[grade.severity] = "/".join(filter(None, [grades.get(grade.severity, ""), grade.label]))
    for rules in sets:
        for severity, _points in rules.bands:
            levels.setdefault(severity, str(severity))
        for severity, _points in rules.leads.judged:
            leads.setdefault(severity, str(severity))
        for severity, _points in rules.grades.grades:
            grades.setdefault(severity, str(severity))
    tiers = tuple((tier.value, str(tier.label)) for tier in reversed(Tier))
    return Words(_gravest_first(levels), _gravest_first(leads), tiers, _gravest_first(grades))


def _levels(unit_id: int) -> list[Level]:
    """Of the scales that the unit's points and the schemes open to it use; a label of the points' scale comes last and so wins."""
    used = RiskPoint.objects.filter(unit_id=unit_id).order_by().values("current_level__scale_id").distinct()
    schemes = GradingScheme.objects.filter(unit_id=unit_id, closed_on=None) or GradingScheme.objects.filter(unit=None, is_default=True)
    by_scheme = Level.objects.filter(scale__in=[scheme.scale_id for scheme in schemes])
    return [*by_scheme, *Level.objects.filter(scale__in=used)]


def _gravest_first(labels: dict[int, str]) -> tuple[tuple[int, str], ...]:
    return tuple(sorted(labels.items(), reverse=True))
