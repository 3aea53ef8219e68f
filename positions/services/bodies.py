"""Writes of bodies: committees, groups and offices."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import record
from common.errors import DomainError
from common.writes import lock
from positions.models import Body, BodyKind, BodyMembership, Department, Unit
from positions.permissions.organisation import may_edit_structure
from positions.services.announce import announce


@transaction.atomic
def create_body(
    *, unit: Unit, by: User | None, kind: str, name: str, department: Department | None = None, is_higher: bool = False
) -> Body:
    """A body of the unit; of every kind but party branches there is one. Raises NotAllowed, DomainError."""
    if by:
        may_edit_structure(by, unit).require()
    if kind != BodyKind.PARTY_BRANCH and Body.objects.filter(unit=unit, kind=kind, is_higher=is_higher, closed_on=None).exists():
        raise DomainError(_("The unit already has a body of this kind."))
    if Body.objects.filter(unit=unit, name=name).exists():
        raise DomainError(_("The unit already has a body “%(name)s”.") % {"name": name})
    body = Body.objects.create(unit=unit, kind=kind, name=name, department=department, is_higher=is_higher)
    record("organisation.body_created", by=by, obj=body)
    return body


@transaction.atomic
def close_body(*, body: Body, by: User, on: date, reason: str) -> Body:
    """Close a body; every membership ends with it. Raises NotAllowed."""
    from accounts.services import end_sessions

    may_edit_structure(by, body.unit).require()
    found = lock(Body.objects, body.pk)
    members = list(BodyMembership.objects.filter(body=found, ends_on=None))
    for membership in members:
        membership.ends_on = max(on, membership.starts_on)
        membership.save()
    found.closed_on = on
    found.save()
    record("organisation.body_closed", by=by, obj=found, changes={"closed_on": [None, on.isoformat()]}, reason=reason)
    end_sessions(m.person_id for m in members)
    announce(unit_ids={found.unit_id}, by=by, reason=reason)
    return found
