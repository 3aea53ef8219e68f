"""Every write of mottos."""

from datetime import date

from django.db import transaction
from django.db.models import Max, Value
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from accounts.models import User
from audit import services as audit
from common.errors import DomainError
from common.writes import lock
from education import permissions
from education.models import Motto
from education.pasted import MottoFacts
from positions.models import Unit

_TOLD = ["text", "source", "month", "day"]


@transaction.atomic
def add(*, unit: Unit, found: list[MottoFacts], by: User) -> list[Motto]:
    """Add what the unit does not have yet, behind what it has; returns that. Raises NotAllowed, and DomainError when all are known."""
    permissions.may_keep(by, unit.pk).require()
    Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    own = Motto.objects.filter(unit=unit)
    known = set(own.values_list("text", flat=True))
    first = (own.aggregate(last=Max("order"))["last"] or 0) + 1
    new = [facts for facts in (one.checked() for one in found) if facts.text not in known]
    if not new:
        raise DomainError(_("The unit has all of these already."))
    rows = [_said(Motto(unit=unit, order=first + n), facts) for n, facts in enumerate(new)]
    made: list[Motto] = bulk_create_with_history(rows, Motto, default_user=by)
    audit.record("mottos.added", by=by, obj=unit, unit_id=unit.pk, detail={"n": len(made), "ids": [motto.pk for motto in made]})
    return made


@transaction.atomic
def change(*, motto: Motto, facts: MottoFacts, by: User, version: int | None = None) -> Motto:
    """Change what a motto says or the day it is kept for. Raises NotAllowed, Conflict, DomainError."""
    permissions.may_keep(by, motto.unit_id).require()
    row = lock(Motto.objects, motto.pk, version=version)
    before = Motto(**{name: getattr(row, name) for name in _TOLD})
    facts = facts.checked()
    if Motto.objects.filter(unit_id=row.unit_id, text=facts.text).exclude(pk=row.pk).exists():
        raise DomainError(_("The unit has this motto already."))
    _said(row, facts)._history_user = by  # type: ignore[attr-defined]
    row.save()
    audit.record("motto.changed", by=by, obj=row, unit_id=row.unit_id, changes=audit.differences(before, row, _TOLD))
    return row


@transaction.atomic
def switch(*, motto: Motto, on: bool, by: User, version: int | None = None) -> Motto:
    """Take a motto in or out of use; nothing happens where it is so already. Raises NotAllowed, Conflict."""
    permissions.may_keep(by, motto.unit_id).require()
    row = lock(Motto.objects, motto.pk, version=version)
    if row.is_active != on:
        row.is_active = on
        row._history_user = by  # type: ignore[attr-defined]
        row.save()
        audit.record("motto.switched_on" if on else "motto.switched_off", by=by, obj=row, unit_id=row.unit_id)
    return row


def mark(*, today: date) -> int:
    """Write down for every unit with mottos which one is today's, so that each comes once before one comes again. Returns how many units.

    Run twice, it changes nothing. A motto that a unit has from above is marked where it belongs.
    """
    units = Unit.objects.filter(mottos__is_active=True).distinct()
    for unit in units:
        chosen = Motto.objects.of_day(Value(unit.path), today, month=today.month, day=today.day).first()
        if chosen is not None and chosen.unit_id == unit.pk:
            Motto.objects.filter(pk=chosen.pk).update(shown_on=today)
    return len(units)


def _said(row: Motto, facts: MottoFacts) -> Motto:
    row.text, row.source, row.month, row.day = facts.text, facts.source, facts.month, facts.day
    return row
