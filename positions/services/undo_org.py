"""Taking back what an import brought into an organisation. That nothing of it was changed since, the caller has made sure of."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import end_sessions, withdraw_account
from audit.services import record
from common.errors import NotPossible
from positions.models import Appointment, BodyMembership, DivisionOfWork, Unit
from positions.permissions.organisation import may_import
from positions.services.announce import announce

POSTS = (DivisionOfWork, BodyMembership, Appointment)
"""What gives rights; goes first, so that what follows from it (who answers for what) has moved on when people and places go."""


@transaction.atomic
def take_back(*, unit: Unit, objects: Sequence[tuple[models.Model, Mapping[str, Any]]], by: User, reason: str) -> None:
    """Remove what was made, in the order given; set back what came to its end because of it (object with its former values).

    Responsibility follows within the same transaction. Raises NotAllowed, NotPossible.
    """
    may_import(by, unit).require()
    people: set[int] = set()
    for obj, before in objects:
        if isinstance(obj, User):
            withdraw_account(account=obj, by=by, reason=reason)
            continue
        if not before:
            _used_by_nobody(obj)
        people |= _holders(obj)
        action = "organisation.import_set_back" if before else "organisation.import_removed"
        # Neither a division of work nor a membership has a unit of its own.
        record(action, by=by, obj=obj, unit_id=unit.pk, reason=reason)
        if before:
            ends_on = before["ends_on"]
            obj.ends_on = date.fromisoformat(ends_on) if ends_on else None  # type: ignore[attr-defined]
            obj.save()
        else:
            _remove(obj)
    if people:
        end_sessions(people)
        announce(unit_ids={unit.pk}, by=by, reason=reason)


def _holders(obj: models.Model) -> set[int]:
    if isinstance(obj, DivisionOfWork):
        return {obj.appointment.person_id}
    return {obj.person_id} if isinstance(obj, (Appointment, BodyMembership)) else set()


def _used_by_nobody(obj: models.Model) -> None:
    """Sessions ended when the post was given, so only who has signed in since can have acted with it. What was decided then rests on it."""
    for person in User.objects.filter(pk__in=_holders(obj), last_login__gte=obj.created_at):  # type: ignore[attr-defined]
        raise NotPossible(_("%(name)s has signed in with it since. End it on its own page instead.") % {"name": person.name})


def _remove(obj: models.Model) -> None:
    try:
        with transaction.atomic():
            obj.delete()
    except (ProtectedError, IntegrityError) as error:
        raise NotPossible(_("Other records refer to “%(name)s”.") % {"name": obj}) from error
