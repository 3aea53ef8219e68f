"""Writes of appointments, the division of work and memberships. Rights begin and end with them, so every change ends sessions."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import end_sessions
from audit.services import record
from common.errors import DomainError
from common.writes import lock
from positions.models import Appointment, Body, BodyMembership, BodyRole, Department, DivisionOfWork, Position, Rank
from positions.permissions.organisation import may_edit_posts, may_edit_structure
from positions.policies import must_not_be_administrator
from positions.services.announce import announce

SINGLE_HOLDER = (Rank.UNIT_HEAD, Rank.DEPARTMENT_HEAD)


@transaction.atomic
def appoint(
    *,
    person: User,
    position: Position,
    by: User | None,
    starts_on: date,
    ends_on: date | None = None,
    is_main: bool = True,
    document: str = "",
) -> Appointment:
    """Give somebody a position. Raises NotAllowed, and DomainError for overlapping dates, a closed post, a second head."""
    if by:
        may_edit_posts(by, position.unit, person).require()
    must_not_be_administrator(person=person)
    position = lock(Position.objects, position.pk)
    _check_dates(starts_on, ends_on)
    if position.closed_on and position.closed_on <= starts_on:
        raise DomainError(_("The position is closed."))
    if person.left_on and person.left_on <= starts_on:
        raise DomainError(_("%(name)s has left the unit.") % {"name": person.name})
    at_the_time = _overlapping(Appointment.objects.filter(position=position), starts_on, ends_on)
    if at_the_time.filter(person=person).exists():
        raise DomainError(_("%(name)s already holds this position in that time.") % {"name": person.name})
    if position.rank in SINGLE_HOLDER and at_the_time.exists():
        raise DomainError(
            _("Somebody else holds this position in that time; a head's post has one holder. End the other appointment first.")
        )
    appointment = Appointment.objects.create(
        person=person, position=position, starts_on=starts_on, ends_on=ends_on, is_main=is_main, document=document
    )
    _record(appointment, "organisation.appointed", by, position.unit_id, person)
    _changed(by, {position.unit_id}, [person.pk], _("%(name)s was appointed %(post)s") % {"name": person.name, "post": position.name})
    return appointment


@transaction.atomic
def end_appointment(*, appointment: Appointment, by: User | None, ends_on: date, reason: str) -> Appointment:
    """Set the last day; what the person was in charge of ends with it, and with the last post in the unit the seats in its bodies
    (domain §1: when an appointment ends, so do its rights). Raises NotAllowed, DomainError."""
    if by:
        may_edit_posts(by, appointment.position.unit, appointment.person).require()
    found = lock(Appointment.objects, appointment.pk)
    _check_dates(found.starts_on, ends_on)
    old = found.ends_on
    found.ends_on = ends_on
    found.save()
    for division in found.divisions.filter(Q(ends_on=None) | Q(ends_on__gt=ends_on), starts_on__lte=ends_on):
        division.ends_on = ends_on
        division.save()
    _seats_end_with_the_last_post(found.person, found.position.unit_id, by=by, ends_on=ends_on, reason=reason)
    changes = {"ends_on": [old.isoformat() if old else None, ends_on.isoformat()]}
    _record(found, "organisation.appointment_ended", by, found.position.unit_id, found.person, changes=changes, reason=reason)
    _changed(by, {found.position.unit_id}, [found.person_id], reason)
    return found


@transaction.atomic
def put_in_charge(*, appointment: Appointment, department: Department, by: User | None, starts_on: date) -> DivisionOfWork:
    """Put a leader in charge of a department; whoever was before ends the day before. Raises NotAllowed, DomainError."""
    if by:
        may_edit_posts(by, department.unit, appointment.person).require()
    department = lock(Department.objects, department.pk)
    if appointment.position.unit_id != department.unit_id or appointment.position.department_id is not None:
        raise DomainError(_("Only a member of the unit's leadership can be in charge of a department."))
    people = [appointment.person_id]
    for former in DivisionOfWork.objects.filter(department=department).filter(Q(ends_on=None) | Q(ends_on__gte=starts_on)):
        if former.starts_on >= starts_on:
            raise DomainError(_("There already is a division of work from that day or later. End it first, or choose a later day."))
        former.ends_on = starts_on - timedelta(days=1)
        former.save()
        people.append(former.appointment.person_id)
    division = DivisionOfWork.objects.create(appointment=appointment, department=department, starts_on=starts_on)
    record(
        "organisation.put_in_charge",
        by=by,
        obj=department,
        detail={"person": appointment.person.name, "department": department.name, "since": starts_on.isoformat()},
    )
    words = _("%(name)s is in charge of %(department)s") % {"name": appointment.person.name, "department": department.name}
    _changed(by, {department.unit_id}, people, words)
    return division


@transaction.atomic
def end_division(*, division: DivisionOfWork, by: User | None, ends_on: date, reason: str) -> DivisionOfWork:
    """The leader is no longer in charge after that day. Raises NotAllowed, DomainError."""
    if by:
        may_edit_posts(by, division.department.unit, division.appointment.person).require()
    found = lock(DivisionOfWork.objects, division.pk)
    _check_dates(found.starts_on, ends_on)
    found.ends_on = ends_on
    found.save()
    detail = {"person": found.appointment.person.name, "department": found.department.name, "until": ends_on.isoformat()}
    record("organisation.division_ended", by=by, obj=found.department, detail=detail, reason=reason)
    _changed(by, {found.department.unit_id}, [found.appointment.person_id], reason)
    return found


@transaction.atomic
def add_member(
    *, body: Body, person: User, by: User | None, role: str = BodyRole.MEMBER, starts_on: date, ends_on: date | None = None
) -> BodyMembership:
    """Make somebody a member of a body. Raises NotAllowed, and DomainError for administrators, overlaps and a second head."""
    if by:
        may_edit_structure(by, body.unit).require()
    must_not_be_administrator(person=person)
    body = lock(Body.objects, body.pk)
    _check_dates(starts_on, ends_on)
    at_the_time = _overlapping(BodyMembership.objects.filter(body=body), starts_on, ends_on)
    if at_the_time.filter(person=person).exists():
        raise DomainError(_("%(name)s already is a member in that time.") % {"name": person.name})
    if role == BodyRole.HEAD and at_the_time.filter(role=role).exists():
        raise DomainError(_("This body has a head in that time. End the other membership first."))
    membership = BodyMembership.objects.create(body=body, person=person, role=role, starts_on=starts_on, ends_on=ends_on)
    _record(membership, "organisation.member_added", by, body.unit_id, person)
    _changed(by, {body.unit_id}, [person.pk], _("%(name)s joined %(body)s") % {"name": person.name, "body": body.name})
    return membership


@transaction.atomic
def end_membership(*, membership: BodyMembership, by: User | None, ends_on: date, reason: str) -> BodyMembership:
    """Set the last day of a membership. Raises NotAllowed, DomainError."""
    if by:
        may_edit_structure(by, membership.body.unit).require()
    found = lock(BodyMembership.objects, membership.pk)
    _check_dates(found.starts_on, ends_on)
    found.ends_on = ends_on
    found.save()
    changes = {"ends_on": [None, ends_on.isoformat()]}
    _record(found, "organisation.membership_ended", by, found.body.unit_id, found.person, changes=changes, reason=reason)
    _changed(by, {found.body.unit_id}, [found.person_id], reason)
    return found


@transaction.atomic
def follow_dates(*, on: date) -> int:
    """Every night: what began today or ended yesterday takes effect in responsibility and sessions. Returns the units concerned."""
    edges = Q(starts_on=on) | Q(ends_on=on - timedelta(days=1))
    units = set(Appointment.objects.filter(edges).values_list("position__unit_id", flat=True))
    units |= set(DivisionOfWork.objects.filter(edges).values_list("department__unit_id", flat=True))
    units |= set(BodyMembership.objects.filter(edges).values_list("body__unit_id", flat=True))
    people = set(Appointment.objects.filter(edges).values_list("person_id", flat=True))
    people |= set(BodyMembership.objects.filter(edges).values_list("person_id", flat=True))
    for ended in Appointment.objects.filter(ends_on=on - timedelta(days=1)).select_related("position", "person"):
        words = _("last post in the unit ended on %(day)s") % {"day": ended.ends_on.isoformat()}
        _seats_end_with_the_last_post(ended.person, ended.position.unit_id, by=None, ends_on=ended.ends_on, reason=words)
    if units:
        _changed(None, units, people, _("appointments or divisions of work began or ended on %(day)s") % {"day": on.isoformat()})
    return len(units)


def _seats_end_with_the_last_post(person: User, unit_id: int, *, by: User | None, ends_on: date, reason: str) -> None:
    """Who holds no post in the unit after that day sits in none of its bodies. Somebody from outside who never held one stays."""
    posts = Appointment.objects.filter(person=person, position__unit_id=unit_id, starts_on__lte=ends_on + timedelta(days=1))
    if posts.filter(Q(ends_on=None) | Q(ends_on__gt=ends_on)).exists():
        return
    seats = BodyMembership.objects.filter(person=person, body__unit_id=unit_id, starts_on__lte=ends_on)
    for seat in seats.filter(Q(ends_on=None) | Q(ends_on__gt=ends_on)):
        changes = {"ends_on": [seat.ends_on.isoformat() if seat.ends_on else None, ends_on.isoformat()]}
        seat.ends_on = ends_on
        seat.save()
        _record(seat, "organisation.membership_ended", by, unit_id, person, changes=changes, reason=reason)


def _record(obj: Appointment | BodyMembership, action: str, by: User | None, unit_id: int, person: User, **facts: object) -> None:
    record(action, by=by, obj=obj, unit_id=unit_id, detail={"person": person.name}, **facts)  # type: ignore[arg-type]


def _changed(by: User | None, unit_ids: set[int], people: Iterable[int], reason: str) -> None:
    end_sessions(people)
    announce(unit_ids=unit_ids, by=by, reason=reason)


def _check_dates(starts_on: date, ends_on: date | None) -> None:
    if ends_on and ends_on < starts_on:
        raise DomainError(_("The last day lies before the first one."))
    if not date(1950, 1, 1) <= starts_on <= timezone.localdate() + timedelta(days=730):
        raise DomainError(_("The first day must lie between 1950 and two years from now."))


def _overlapping(queryset: QuerySet[Any], starts_on: date, ends_on: date | None) -> QuerySet[Any]:
    found = queryset.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
    return found.filter(starts_on__lte=ends_on) if ends_on else found
