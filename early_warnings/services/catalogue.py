"""The catalogue of dispositions and the warning schemes of a unit, kept by its discipline committee (domain §5: data)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common import numbers
from common.errors import Conflict, DomainError, NotPossible
from common.writes import lock
from early_warnings.models import DispositionKind, LevelMapping, Warning, WarningLevel, WarningScheme, WarningSettings
from early_warnings.permissions import settings as permissions
from positions.models import Unit

_KIND = ["name", "subject_kinds", "tiers", "ordered_by", "effect", "limit_days", "limit_working", "talk_kind"]


@dataclass(frozen=True, slots=True)
class KindFacts:
    """What a kind of disposition says. `talk_kind`: of talks.models.TalkKind, or empty."""

    name: str
    subject_kinds: Collection[str]
    tiers: Collection[str]
    ordered_by: str
    effect: str
    limit_days: int | None = None
    limit_working: bool = True
    talk_kind: str = ""


@transaction.atomic
def save_kind(
    *, unit: Unit, facts: KindFacts, by: User, kind: DispositionKind | None = None, version: int | None = None
) -> DispositionKind:
    """Add a kind, or change one. Changing a common one makes the unit's own, which takes its place in this unit alone.

    Dispositions ordered before keep the effect they were ordered with. Raises NotAllowed, Conflict, DomainError for a name missing or
    taken, or nothing it goes with.
    """
    permissions.may_change(by, unit).require()
    unit = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    row = _own(unit, kind, version)
    before = DispositionKind.objects.filter(pk=row.pk).first()
    if not facts.name.strip():
        raise DomainError(_("Give the disposition a name."))
    if not facts.subject_kinds or not facts.tiers:
        raise DomainError(_("Say with which tiers and with whom it goes."))
    for name in _KIND:
        value = getattr(facts, name)
        setattr(row, name, sorted(value) if name in ("subject_kinds", "tiers") else value.strip() if isinstance(value, str) else value)
    others = DispositionKind.objects.of_unit(unit.pk).filter(name=row.name).exclude(pk=row.pk).exclude(code=row.code)
    if any(set(other.subject_kinds) & set(row.subject_kinds) for other in others):
        raise DomainError(_("There is a disposition of this name already."))
    _save(row, by)
    changes = audit.differences(before, row, _KIND) if before else {}
    audit.record("disposition_kind.changed" if kind else "disposition_kind.added", by=by, obj=row, unit_id=unit.pk, changes=changes)
    return row


@transaction.atomic
def use_kind(*, unit: Unit, kind: DispositionKind, in_use: bool, by: User, version: int | None = None) -> DispositionKind:
    """Take a kind out of use in this unit, or into use again. Raises NotAllowed, Conflict."""
    permissions.may_change(by, unit).require()
    unit = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    row = _own(unit, kind, version)
    row.closed_on = None if in_use else timezone.localdate()
    _save(row, by)
    audit.record("disposition_kind.reopened" if in_use else "disposition_kind.closed", by=by, obj=row, unit_id=unit.pk)
    return row


def _own(unit: Unit, kind: DispositionKind | None, version: int | None) -> DispositionKind:
    """The unit's row to write: a new one, its own, or a copy of the common one under the same code."""
    if kind is None:
        return DispositionKind(unit=unit, code=f"unit-{unit.pk}-{numbers.take(f'disposition:{unit.pk}')}", order=900)
    row = lock(DispositionKind.objects, kind.pk, version=version)
    if row.unit_id == unit.pk:
        return row
    if row.unit_id is not None:
        raise DomainError(_("This disposition belongs to another unit."))
    if DispositionKind.objects.filter(unit=unit, code=row.code).exists():
        raise Conflict(_("Somebody else has changed this in the meantime. Reload and compare."))
    fields = {name: getattr(row, name) for name in [*_KIND, "order", "closed_on"]}
    return DispositionKind(unit=unit, code=row.code, **fields)


@dataclass(frozen=True, slots=True)
class LevelFacts:
    """One level of a scheme, from the lightest up; `stands_for` is a level of another scheme. Without a tier it is a reminder."""

    label: str
    colour: str
    tier: str = ""
    is_fault: bool = True
    meaning: str = ""
    stands_for: WarningLevel | None = None


@transaction.atomic
def save_scheme(
    *,
    unit: Unit,
    name: str,
    levels: Sequence[LevelFacts],
    by: User,
    note: str = "",
    scheme: WarningScheme | None = None,
    version: int | None = None,
) -> WarningScheme:
    """Make a scheme of the unit, or change one under which nothing was drafted or counted yet. Levels come from the lightest up.

    Raises NotAllowed, Conflict, NotPossible for one in use, DomainError for labels missing or twice, no tier at all, or a graver level with
    a lower tier than a lighter one.
    """
    permissions.may_change(by, unit).require()
    if scheme is None:
        code = f"unit-{unit.pk}-{numbers.take(f'warning_scheme:{unit.pk}')}"
        row, action = WarningScheme(unit=unit, code=code), "warning_scheme.added"
    else:
        row, action = lock(WarningScheme.objects, scheme.pk, version=version), "warning_scheme.changed"
        if row.unit_id != unit.pk:
            raise DomainError(_("Common schemes are not changed: make one of your own."))
        if is_used(row):
            raise NotPossible(_("Warnings or points already use this scheme. Make a new one and choose it in the settings."))
    if not name.strip():
        raise DomainError(_("Give the scheme a name."))
    _check_levels(levels)
    row.name, row.note = name.strip(), note.strip()
    _save(row, by)
    for old in row.levels.all():
        for mapping in LevelMapping.objects.filter(from_level=old) | LevelMapping.objects.filter(to_level=old):
            _delete(mapping, by)
        _delete(old, by)
    for severity, facts in enumerate(levels, 0 if not levels[0].tier else 1):
        level = WarningLevel(
            scheme=row,
            severity=severity,
            label=facts.label.strip(),
            colour=facts.colour,
            tier=facts.tier,
            is_fault=facts.is_fault,
            meaning=facts.meaning.strip(),
        )
        _save(level, by)
        if facts.stands_for is not None:
            _save(LevelMapping(from_level=level, to_level=facts.stands_for), by)
            _save(LevelMapping(from_level=facts.stands_for, to_level=level), by)
    audit.record(action, by=by, obj=row, unit_id=unit.pk)
    return row


@transaction.atomic
def close_scheme(*, scheme: WarningScheme, by: User, version: int | None = None) -> WarningScheme:
    """Take a scheme of the unit out of use; warnings that have it keep it. Raises NotAllowed, Conflict, NotPossible (it is in force)."""
    row = lock(WarningScheme.objects.select_related("unit"), scheme.pk, version=version)
    if row.unit is None:
        raise DomainError(_("Common schemes are not changed: make one of your own."))
    permissions.may_change(by, row.unit).require()
    if WarningSettings.objects.filter(scheme=row).exists():
        raise NotPossible(_("The settings use this scheme: choose another there first."))
    row.closed_on = timezone.localdate()
    _save(row, by)
    audit.record("warning_scheme.closed", by=by, obj=row, unit_id=row.unit_id)
    return row


def is_used(scheme: WarningScheme) -> bool:
    """Whether a warning, a threshold of points or anything else refers to one of its levels."""
    from early_warnings.models import PointThreshold

    return Warning.objects.filter(level__scheme=scheme).exists() or PointThreshold.objects.filter(level__scheme=scheme).exists()


def _check_levels(levels: Sequence[LevelFacts]) -> None:
    from early_warnings.models import TIER_ORDER

    labels = [level.label.strip() for level in levels]
    if not levels or not all(labels):
        raise DomainError(_("Give every level a label."))
    if len(set(labels)) != len(labels):
        raise DomainError(_("Two levels bear the same label."))
    tiers = [TIER_ORDER.index(level.tier) for level in levels if level.tier]  # type: ignore[arg-type]
    if not tiers:
        raise DomainError(_("At least one level must belong to a tier: else no warning could be drafted."))
    if tiers != sorted(tiers) or any(not level.tier for level in levels[1:]):
        raise DomainError(_("List the levels from the lightest to the gravest; only the first may be without a tier, as a reminder."))


def _save(row: Any, by: User) -> None:
    row._history_user = by
    row.save()


def _delete(row: Any, by: User) -> None:
    row._history_user = by
    row.delete()
