"""The unit's catalogue of signs. A common sign is changed by a row of the unit's own that takes its place."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common import numbers
from common.errors import DomainError, NotPossible
from common.writes import lock
from leads.models import LeadLevel, Sign, SignField
from leads.permissions import signs as permissions
from positions.models import Unit

_TOLD = ["field", "text", "severity", "advice", "is_active"]


@dataclass(frozen=True, slots=True)
class SignFacts:
    """What a sign says. `severity` is that of a level of the unit."""

    field: str
    text: str
    severity: int
    advice: str = ""


@transaction.atomic
def add(*, unit: Unit, facts: SignFacts, by: User) -> Sign:
    """Add a sign of the unit's own. Raises NotAllowed, and DomainError for no text or a level that does not exist."""
    permissions.may_edit(by, unit.pk).require()
    _check(unit, facts)
    number = f"Z{numbers.take(f'sign:{unit.pk}'):02d}"
    sign = Sign(unit=unit, number=number)
    _say(sign, facts)
    sign.save()
    audit.record("sign.added", by=by, obj=sign)
    return sign


@transaction.atomic
def change(*, unit: Unit, sign: Sign, facts: SignFacts, by: User, version: int | None = None) -> Sign:
    """Change a sign for the unit; a common one stays as it is for the others. Raises NotAllowed, Conflict, DomainError."""
    permissions.may_edit(by, unit.pk).require()
    _check(unit, facts)
    own = _own(unit, sign, version)
    before = Sign(**{name: getattr(own, name) for name in _TOLD})
    _say(own, facts)
    own.save()
    audit.record("sign.changed", by=by, obj=own, changes=audit.differences(before, own, _TOLD))
    return own


@transaction.atomic
def switch(*, unit: Unit, sign: Sign, on: bool, by: User) -> Sign:
    """Take a sign in or out of use for the unit. Raises NotAllowed."""
    permissions.may_edit(by, unit.pk).require()
    own = _own(unit, sign, None)
    own.is_active = on
    own.save()
    audit.record("sign.switched_on" if on else "sign.switched_off", by=by, obj=own)
    return own


@transaction.atomic
def remove(*, sign: Sign, by: User, reason: str) -> None:
    """Take out a sign of the unit's own that nothing rests on: one that was imported by mistake. Its history stays.

    Raises NotAllowed, and NotPossible for a common sign, or one that leads refer to.
    """
    if sign.unit_id is None:
        raise NotPossible(_("A common sign cannot be removed: take it out of use for the unit."))
    permissions.may_edit(by, sign.unit_id).require()
    own = lock(Sign.objects, sign.pk)
    if own.leads.exists():
        raise NotPossible(_("It is in use already: take it out of use instead."))
    audit.record("sign.removed", by=by, obj=own, reason=reason)
    own.delete()


def _own(unit: Unit, sign: Sign, version: int | None) -> Sign:
    """The unit's row for the sign: itself, or one in the place of a common one, made now."""
    # Two who change a common sign at the same time wait for each other here.
    locked = lock(Sign.objects, sign.pk, version=version)
    if locked.unit_id == unit.pk:
        return locked
    if locked.unit_id is not None:
        raise DomainError(_("This sign belongs to another unit."))
    found = Sign.objects.filter(unit=unit, replaces=locked).first()
    if found is not None:
        return found
    copied = {name: getattr(locked, name) for name in _TOLD}
    return Sign.objects.create(unit=unit, number=locked.number, replaces=locked, **copied)


def _say(sign: Sign, facts: SignFacts) -> None:
    sign.field, sign.text, sign.severity, sign.advice = facts.field, facts.text.strip(), facts.severity, facts.advice.strip()


def _check(unit: Unit, facts: SignFacts) -> None:
    if not facts.text.strip():
        raise DomainError(_("Say what the sign is."))
    if facts.field not in SignField.values:
        raise DomainError(_("Choose a field."))
    if not LeadLevel.objects.of_unit(unit.pk).filter(severity=facts.severity).exists():
        raise DomainError(_("This level is not one of the unit's."))
