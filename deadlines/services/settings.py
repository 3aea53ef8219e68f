"""The intervals of a unit: set by its office, or put back to the default."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common.errors import Conflict, DomainError
from deadlines import permissions
from deadlines.models import ReminderRule
from deadlines.registry import DeadlineKind, Intervals
from positions.models import Unit

LONGEST = 250  # working days: a year
MOST = 6  # numbers in one row of intervals


def row_of(unit_id: int, kind: DeadlineKind) -> ReminderRule | None:
    """What the unit has set itself, if anything."""
    return ReminderRule.objects.filter(unit_id=unit_id, kind=kind.code).first()


@transaction.atomic
def change(*, unit: Unit, kind: DeadlineKind, intervals: Intervals, by: User, version: int | None = None) -> ReminderRule:
    """Set the unit's intervals of a kind. `version` is that of the row the form showed, 0 where there was none.

    What was told already is not told again under new intervals. Raises NotAllowed, Conflict, DomainError for numbers that make no sense.
    """
    permissions.may_change(by, unit.pk).require()
    _check(kind, intervals)
    row = _locked(unit, kind, version) or ReminderRule(unit=unit, kind=kind.code)
    before = row.intervals if row.pk else kind.default
    row.before = sorted(intervals.before, reverse=True)
    row.on_day, row.every, row.days = intervals.on_day, intervals.every, intervals.days
    row.after, row.escalate = sorted(intervals.after), sorted(intervals.escalate)
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    changes = {name: [_shown(getattr(before, name)), _shown(getattr(row.intervals, name))] for name in Intervals.__dataclass_fields__}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    audit.record("reminders.set", by=by, obj=unit, unit_id=unit.pk, changes=changes, detail={"kind": str(kind.title)})
    return row


@transaction.atomic
def reset(*, unit: Unit, kind: DeadlineKind, by: User, version: int | None = None) -> None:
    """Put the kind back to the default; nothing happens where it is. Raises NotAllowed, Conflict."""
    permissions.may_change(by, unit.pk).require()
    row = _locked(unit, kind, version)
    if row is not None:
        row._history_user = by  # type: ignore[attr-defined]
        row.delete()
        audit.record("reminders.reset", by=by, obj=unit, unit_id=unit.pk, detail={"kind": str(kind.title)})


def _locked(unit: Unit, kind: DeadlineKind, version: int | None) -> ReminderRule | None:
    Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    row = row_of(unit.pk, kind)
    if version is not None and version != (row.version if row else 0):
        raise Conflict(_("Somebody else has changed the settings in the meantime. Reload and compare."))
    return row


def _check(kind: DeadlineKind, intervals: Intervals) -> None:
    for numbers in (intervals.before, intervals.after, intervals.escalate):
        if len(numbers) > MOST or len(set(numbers)) < len(numbers) or not all(1 <= number <= LONGEST for number in numbers):
            raise DomainError(_("Give at most %(most)d different numbers from 1 to %(longest)d.") % {"most": MOST, "longest": LONGEST})
    if not 0 <= intervals.every <= LONGEST:
        raise DomainError(_("Give a number from 0 to %(longest)d.") % {"longest": LONGEST})
    if (kind.default.days is None) != (intervals.days is None) or not 1 <= (intervals.days or 1) <= LONGEST:
        raise DomainError(_("Say how many working days are given, from 1 to %(longest)d.") % {"longest": LONGEST})


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return _(", ").join(str(number) for number in value) or "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return "–" if value is None else str(value)
