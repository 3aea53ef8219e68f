"""How a unit handles warnings: read by every step, changed by the discipline committee."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common.errors import Conflict, DomainError
from common.writes import lock
from early_warnings.models import LimitedStep, WarningLevel, WarningScheme, WarningSettings
from early_warnings.permissions import settings as permissions
from positions.models import Unit

_FIELDS = [
    "scheme",
    "approval_mode",
    "quorum_numerator",
    "quorum_denominator",
    "majority",
    "amber_share",
    "remind_before",
    "escalate_after",
]


def settings_of(unit_id: int) -> WarningSettings:
    """The unit's settings; where it has none, those common to all (made by a migration)."""
    rows = WarningSettings.objects.of_unit(unit_id).select_related("scheme")
    return sorted(rows, key=lambda row: row.unit_id is None)[0]


def mapped(level: WarningLevel, unit_id: int) -> WarningLevel:
    """The level in the scheme the unit uses: itself, what it stands for there, or the one of the same tier. Raises DomainError if none."""
    scheme = settings_of(unit_id).scheme
    if level.scheme_id == scheme.pk:
        return level
    by_mapping = WarningLevel.objects.filter(scheme=scheme, mapped_from__from_level=level).order_by("-severity").first()
    found = by_mapping or scheme.levels.filter(tier=level.tier).exclude(tier="").order_by("severity").first()
    if found is None:
        raise DomainError(_("“%(level)s” stands for no level of the scheme “%(scheme)s”.") % {"level": level, "scheme": scheme})
    return found


@transaction.atomic
def change(
    *, unit: Unit, values: dict[str, Any], limits: dict[str, dict[str, int | bool]], by: User, version: int | None = None
) -> WarningSettings:
    """Set the unit's own settings; the first change makes its row from the common one.

    `values`: any of scheme, approval_mode, quorum_numerator, quorum_denominator, majority, amber_share, remind_before, escalate_after.
    `limits`: step of LimitedStep → {"days", "working"}; steps left out stay. `version` is that of the settings the form showed. Raises
    NotAllowed, Conflict, and DomainError for limits or a quorum that make no sense.
    """
    permissions.may_change(by, unit).require()
    Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    shown = settings_of(unit.pk)
    if version is not None and shown.version != version:
        raise Conflict(_("Somebody else has changed the settings in the meantime. Reload and compare."))
    row = lock(WarningSettings.objects, shown.pk) if shown.unit_id else WarningSettings(unit=unit, **_copied(shown))
    before = {name: getattr(row, name) for name in _FIELDS}
    for name in _FIELDS:
        if name in values:
            setattr(row, name, values[name])
    changed_limits = _set_limits(row, limits)
    _check(row)
    changes = {n: [_shown(row, n, before[n]), _shown(row, n, getattr(row, n))] for n in _FIELDS if before[n] != getattr(row, n)}
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    audit.record("warning_settings.changed", by=by, obj=row, unit_id=unit.pk, changes=changes | changed_limits)
    return row


def _copied(common: WarningSettings) -> dict[str, Any]:
    return {name: getattr(common, name) for name in [*_FIELDS, "limits"]}


def _set_limits(row: WarningSettings, limits: dict[str, dict[str, int | bool]]) -> dict[str, list[Any]]:
    kept, changes = dict(row.limits), {}
    for step, limit in limits.items():
        old = row.limit(LimitedStep(step).value)
        days, working = int(limit["days"]), bool(limit["working"])
        if not 1 <= days <= 730:
            raise DomainError(_("A time limit is between 1 and 730 days."))
        kept[step] = {"days": days, "working": working}
        if (old.days, old.working) != (days, working):
            changes[str(LimitedStep(step).label)] = [_days(old.days, old.working), _days(days, working)]
    row.limits = kept
    return changes


def _days(days: int, working: bool) -> str:
    return (_("%(n)d working days") if working else _("%(n)d calendar days")) % {"n": days}


def _check(row: WarningSettings) -> None:
    if not 1 <= row.quorum_numerator <= row.quorum_denominator:
        raise DomainError(_("The quorum is a part of the members: more than none, at most all."))
    if not 0 < row.amber_share < 1:
        raise DomainError(_("The share from which a limit shows amber lies between 10 % and 99 %."))
    if not 1 <= row.remind_before <= 60:
        raise DomainError(_("Measures are reminded of 1 to 60 working days before."))
    if row.scheme.closed_on or row.scheme.unit_id not in (None, row.unit_id):
        raise DomainError(_("This scheme cannot be chosen."))
    if not row.scheme.levels.exclude(tier="").exists():
        raise DomainError(_("No level of this scheme belongs to a tier, so it cannot start a warning."))


def _shown(row: WarningSettings, name: str, value: Any) -> Any:
    if isinstance(value, WarningScheme):
        return str(value)
    choices = dict(WarningSettings._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    return str(choices.get(value, value))
