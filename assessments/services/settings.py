"""How a unit assesses: changed by the discipline committee, read when the appraisal of a round opens, which keeps what it read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments import weights
from assessments.models import Answer, Grade, GradeScale, Group, GroupSettings, Indicator, IndicatorSet, Method, RaterLevel
from assessments.permissions import settings as permissions
from assessments.rules import GradeRule, GroupRules, IndicatorRule
from audit import services as audit
from common.errors import Conflict, DomainError
from positions.models import Unit

_WEIGHTS = [*Method.values, *RaterLevel.values, *Answer.values]
FIELDS = [*_WEIGHTS, "minimum_ballots", "scale", "indicator_set", "scope", "notice_days", "appeal_days", "appeal_working"]


def settings_of(unit_id: int, group: str) -> GroupSettings:
    """The unit's own settings of a group; where it has none, those common to all (made by a migration)."""
    rows = GroupSettings.objects.of_unit(unit_id).filter(group=group).select_related("scale", "indicator_set")
    return sorted(rows, key=lambda row: row.unit_id is None)[0]


def all_of(unit_id: int) -> dict[str, GroupSettings]:
    """Group → what holds for the unit, with grades and indicators, in three queries."""
    rows = GroupSettings.objects.of_unit(unit_id).select_related("scale", "indicator_set")
    found = rows.prefetch_related("scale__grades", "indicator_set__indicators")
    by_group = {row.group: row for row in sorted(found, key=lambda row: row.unit_id is not None)}
    return {group: by_group[group] for group in Group.values}


def rules_of(row: GroupSettings) -> GroupRules:
    """The settings as plain values, to be frozen in a round."""
    return GroupRules(
        methods={name: getattr(row, name) for name in Method.values},
        levels={name: getattr(row, name) for name in RaterLevel.values},
        answers={name: getattr(row, name) for name in Answer.values},
        minimum_ballots=row.minimum_ballots,
        indicators=tuple(
            IndicatorRule(str(one.pk), one.factor, one.name, one.text, one.weight) for one in row.indicator_set.indicators.all()
        ),
        grades=tuple(
            GradeRule(one.label, one.min_score, one.severity, one.colour, one.no_award, one.hold_months) for one in row.scale.grades.all()
        ),
        scope=row.scope,
        notice_days=row.notice_days,
        appeal_days=row.appeal_days,
        appeal_working=row.appeal_working,
    )


@transaction.atomic
def change(*, unit: Unit, group: str, values: Mapping[str, Any], by: User, version: int | None = None) -> GroupSettings:
    """Set the unit's own settings of a group; the first change makes its row from the common one. `values`: any of FIELDS.

    Raises NotAllowed, Conflict, and DomainError for weights that do not add up: then nothing is changed.
    """
    _held(unit, by)
    shown = settings_of(unit.pk, group)
    _unchanged(shown.version, version)
    before = {name: getattr(shown, name) for name in FIELDS}
    row = _own(unit, shown)
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    _check(row)
    changes = {name: [_shown(row, name, before[name]), _shown(row, name, getattr(row, name))] for name in FIELDS}
    _save(row, by)
    audit.record("assessment_settings.changed", by=by, obj=row, unit_id=unit.pk, changes=_differing(changes))
    return row


@dataclass(frozen=True, slots=True)
class IndicatorFacts:
    """One question of the appraisal; `weight` in per cent of the set."""

    factor: str
    name: str
    text: str
    weight: Decimal


@transaction.atomic
def save_set(
    *,
    unit: Unit,
    group: str,
    name: str,
    indicators: Sequence[IndicatorFacts],
    by: User,
    indicator_set: IndicatorSet | None = None,
    version: int | None = None,
) -> IndicatorSet:
    """Make a set of the unit, or change one. A common set stays: the unit gets its own, which takes its place in the unit's settings.

    Raises NotAllowed, Conflict, DomainError (weights that do not add up, no name): then nothing is changed.
    """
    _held(unit, by)
    problems = weights.indicator_problems([one.name.strip() for one in indicators], [one.weight for one in indicators])
    if not name.strip():
        problems.insert(0, _("Give the indicator set a name."))
    if problems:
        raise DomainError(" ".join(problems))
    if indicator_set is not None:
        _unchanged(IndicatorSet.objects.of_unit(unit.pk).get(pk=indicator_set.pk).version, version)
    is_own = indicator_set is not None and indicator_set.unit_id is not None
    row = IndicatorSet.objects.get(pk=indicator_set.pk) if is_own and indicator_set else IndicatorSet(unit=unit, group=group)
    row.name = name.strip()
    _save(row, by)
    kept = {one.name: one for one in row.indicators.all()}
    names = {one.name.strip() for one in indicators}
    for gone in kept.values():
        if gone.name not in names:
            gone._history_user = by  # type: ignore[attr-defined]
            gone.delete()
    for order, facts in enumerate(indicators):
        one = kept.get(facts.name.strip()) or Indicator(indicator_set=row, name=facts.name.strip())
        one.factor, one.text, one.weight, one.order = facts.factor, facts.text.strip(), facts.weight, order
        _save(one, by)
    if indicator_set is not None and not is_own:
        _replace(unit, "indicator_set", indicator_set, row, by)
    audit.record("assessment_indicators.saved", by=by, obj=row, unit_id=unit.pk, detail={"indicators": len(indicators)})
    return row


@transaction.atomic
def save_scale(
    *,
    unit: Unit,
    name: str,
    grades: Sequence[GradeRule],
    by: User,
    scale: GradeScale | None = None,
    version: int | None = None,
) -> GradeScale:
    """Make a scale of the unit, or change one; grades come best first (their severity is the order). Common ones as in `save_set`.

    Raises NotAllowed, Conflict, DomainError: then nothing is changed.
    """
    _held(unit, by)
    problems = weights.grade_problems(grades)
    if not name.strip():
        problems.insert(0, _("Give the scale a name."))
    if problems:
        raise DomainError(" ".join(problems))
    if scale is not None:
        _unchanged(GradeScale.objects.of_unit(unit.pk).get(pk=scale.pk).version, version)
    is_own = scale is not None and scale.unit_id is not None
    number = GradeScale.objects.filter(unit=unit).count() + 1
    row = GradeScale.objects.get(pk=scale.pk) if is_own and scale else GradeScale(unit=unit, code=f"unit-{unit.pk}-{number}")
    row.name = name.strip()
    _save(row, by)
    for old in row.grades.all():
        old._history_user = by  # type: ignore[attr-defined]
        old.delete()
    for severity, grade in enumerate(grades):
        made = Grade(scale=row, severity=severity, label=grade.label.strip(), min_score=grade.min_score, colour=grade.colour)
        made.no_award, made.hold_months = grade.no_award, grade.hold_months
        _save(made, by)
    if scale is not None and not is_own:
        _replace(unit, "scale", scale, row, by)
    audit.record("assessment_scale.saved", by=by, obj=row, unit_id=unit.pk, detail={"grades": [grade.label for grade in grades]})
    return row


@transaction.atomic
def retire(*, unit: Unit, row: GradeScale | IndicatorSet, by: User, version: int | None = None) -> None:
    """Take a scale or a set of the unit out of use. Raises NotAllowed, Conflict, DomainError while the settings use it."""
    _held(unit, by)
    row = type(row).objects.filter(unit=unit).get(pk=row.pk)
    _unchanged(row.version, version)
    field = "scale" if isinstance(row, GradeScale) else "indicator_set"
    if GroupSettings.objects.filter(**{field: row}).exists():
        raise DomainError(_("“%(name)s” is in use. Choose another one in the settings first.") % {"name": row})
    row.closed_on = timezone.localdate()
    _save(row, by)
    audit.record("assessment_settings.retired", by=by, obj=row, unit_id=unit.pk)


def _held(unit: Unit, by: User) -> None:
    """One change of a unit's settings at a time."""
    permissions.may_keep(by, unit.pk).require()
    Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)


def _unchanged(now: int, version: int | None) -> None:
    if version is not None and now != version:
        raise Conflict(_("Somebody else has changed the settings in the meantime. Reload and compare."))


def _own(unit: Unit, shown: GroupSettings) -> GroupSettings:
    if shown.unit_id is not None:
        return shown
    return GroupSettings(unit=unit, group=shown.group, **{name: getattr(shown, name) for name in FIELDS})


def _replace(unit: Unit, field: str, old: GradeScale | IndicatorSet, new: GradeScale | IndicatorSet, by: User) -> None:
    """The unit's groups that use the common row use its copy from now on."""
    for group in Group.values:
        shown = settings_of(unit.pk, group)
        if getattr(shown, field) == old:
            row = _own(unit, shown)
            setattr(row, field, new)
            _save(row, by)


def _check(row: GroupSettings) -> None:
    for chosen in (row.scale, row.indicator_set):
        if chosen.closed_on or chosen.unit_id not in (None, row.unit_id):
            raise DomainError(_("“%(name)s” cannot be chosen.") % {"name": chosen})
    if row.indicator_set.group != row.group:
        raise DomainError(_("“%(name)s” is for another group.") % {"name": row.indicator_set})
    problems = weights.problems(rules_of(row))
    if problems:
        raise DomainError(" ".join(problems))


def _save(row: Any, by: User) -> None:
    row._history_user = by  # type: ignore[attr-defined]
    row.save()


def _shown(row: GroupSettings, name: str, value: Any) -> Any:
    if isinstance(value, Decimal):
        return weights.in_words(value)
    if isinstance(value, GradeScale | IndicatorSet):
        return str(value)
    choices = dict(GroupSettings._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    return str(choices.get(value, value))


def _differing(changes: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
