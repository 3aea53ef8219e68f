"""The position risk index: computed on request and at the end of each quarter; its settings are the discipline committee's."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from assessments import index_words as words
from assessments.index import PARTS, IndexRules, combine, problems
from assessments.index_sources import Sources, seats_of
from assessments.models import IndexSettings, PositionIndex, SurveyKind
from assessments.permissions import index as permissions
from assessments.quarters import Quarter, quarter_of
from audit import services as audit
from common.errors import Conflict, DomainError
from positions.models import Catalogue, Unit

# So long after the end of a quarter its index is still made; later it would say nothing about that quarter.
DAYS_AFTER_QUARTER = 31


def settings_of(unit_id: int) -> IndexSettings:
    """The unit's settings; where it has none, those common to all (made by a migration)."""
    return sorted(IndexSettings.objects.of_unit(unit_id), key=lambda row: row.unit_id is None)[0]


@transaction.atomic
def compute(*, unit: Unit, by: User) -> list[PositionIndex]:
    """The index of every leadership position as of today. Only what differs from the last one of the day is kept anew.

    Raises NotAllowed, and DomainError where the unit has no leadership position.
    """
    permissions.may_keep(by, unit.pk).require()
    Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    made = _compute(unit, timezone.localdate(), by=by)
    if not made:
        raise DomainError(_("The unit has no leadership position."))
    new = [row for row in made if row.pk is None]
    for row in new:
        row.save()
    audit.record("position_index.computed", by=by, obj=unit, unit_id=unit.pk, detail={"positions": len(made), "changed": len(new)})
    return made


@transaction.atomic
def compute_quarter(*, unit: Unit, quarter: Quarter) -> int:
    """The index of the unit at the end of a quarter, once; how many were made. A second run makes none."""
    Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    if PositionIndex.objects.filter(unit=unit, year=quarter.year, quarter=quarter.number).exists():
        return 0
    made = _compute(unit, timezone.localdate(), by=None, quarter=quarter)
    for row in made:
        row.save()
    if made:
        audit.record("position_index.computed", by=None, obj=unit, unit_id=unit.pk, detail={"positions": len(made), "changed": len(made)})
    return len(made)


def follow_quarters(*, today: date) -> int:
    """After the end of a quarter: the index of every unit that has published its powers; how many were made."""
    quarter = quarter_of(today).before()
    if (today - quarter.end).days > DAYS_AFTER_QUARTER:
        return 0
    units = Unit.objects.filter(pk__in=Catalogue.objects.published().values("unit_id"))
    return sum(compute_quarter(unit=unit, quarter=quarter) for unit in units)


def _compute(unit: Unit, on: date, *, by: User | None, quarter: Quarter | None = None) -> list[PositionIndex]:
    """Rows not saved yet, or for what has not changed since the day's last one that one. The unit's row is locked."""
    settings = settings_of(unit.pk)
    rules = settings.rules
    sources = Sources(unit, on, rules, settings.survey_kinds)
    last = {(row.position_id, row.holder_id): row for row in PositionIndex.objects.filter(unit=unit, as_of=on).newest()}
    made = []
    for seat in seats_of(unit, on):
        index = combine(sources.parts_of(seat), rules)
        row = PositionIndex(
            unit=unit,
            position=seat.position,
            holder=seat.holder,
            holder_name=seat.holder.name if seat.holder else "",
            as_of=on,
            year=quarter.year if quarter else None,
            quarter=quarter.number if quarter else None,
            rules=rules.to_json(),
            parts=[part.to_json() for part in index.parts],
            total=index.total,
            made_by=by,
        )
        before = last.get((row.position_id, row.holder_id))
        same = before is not None and (before.parts, before.rules) == (row.parts, row.rules)
        made.append(before if before is not None and same and quarter is None else row)
    return made


@transaction.atomic
def change(*, unit: Unit, rules: IndexRules, survey_kinds: Mapping[str, str], by: User, version: int | None = None) -> IndexSettings:
    """Set the unit's own settings; the first change makes its row from the common one. Indexes made before keep their rules.

    `survey_kinds`: position key → kind of survey, for positions where the rule by powers does not fit. Raises NotAllowed, Conflict, and
    DomainError for weights that do not add up or thresholds out of order: then nothing is changed.
    """
    permissions.may_keep(by, unit.pk).require()
    Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    row = settings_of(unit.pk)
    if version is not None and row.version != version:
        raise Conflict(_("Somebody else has changed the settings in the meantime. Reload and compare."))
    wrong = problems(rules)
    if wrong:
        raise DomainError(" ".join(words.problem(one) for one in wrong))
    own = {str(pk) for pk in unit.positions.filter(department=None).values_list("pk", flat=True)}
    if not set(survey_kinds) <= own or not set(survey_kinds.values()) <= set(SurveyKind.values):
        raise DomainError(_("Choose a kind of survey for leadership positions of the unit."))
    changes = _changes(row, rules, survey_kinds)
    if row.unit_id is None:
        row = IndexSettings(unit=unit)
    for part in PARTS:
        setattr(row, part, rules.weights[part])
    row.points = {key: value for key, value in rules.to_json().items() if key != "weights"}
    row.survey_kinds = dict(survey_kinds)
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    audit.record("position_index.settings_changed", by=by, obj=unit, unit_id=unit.pk, changes=changes)
    return row


def _changes(row: IndexSettings, rules: IndexRules, survey_kinds: Mapping[str, str]) -> dict[str, list[Any]]:
    old = row.rules
    found: dict[str, list[Any]] = {
        words.part(part): [words.number(old.weights[part]), words.number(rules.weights[part])]
        for part in PARTS
        if old.weights[part] != rules.weights[part]
    }
    for key, label in words.SETTINGS.items():
        if getattr(old, key) != getattr(rules, key):
            found[str(label)] = [words.setting(key, old), words.setting(key, rules)]
    if row.survey_kinds != dict(survey_kinds):
        found[_("survey by position")] = [str(len(row.survey_kinds)), str(len(survey_kinds))]
    return found
