"""Writes of units, departments and positions."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import differences, record
from common.errors import DomainError
from common.writes import lock
from positions.models import Appointment, Department, Position, Rank, Unit
from positions.permissions.organisation import may_edit_structure
from positions.services.announce import announce


@transaction.atomic
def create_unit(
    *,
    by: User | None,
    name: str,
    code: str,
    short_name: str = "",
    parent: Unit | None = None,
    duties: str = "",
    open_to_higher: bool = False,
) -> Unit:
    """A unit under `parent`, or a root. `by` is None for commands. Raises NotAllowed, DomainError."""
    if by:
        may_edit_structure(by).require()
    if Unit.objects.filter(code=code).exists():
        raise DomainError(_("The code %(code)s is taken. Codes are part of every number, so each unit has its own.") % {"code": code})
    unit = Unit(name=name, code=code, short_name=short_name, duties=duties, open_to_higher=open_to_higher)
    unit = Unit.objects.add_child(parent, instance=unit) if parent else Unit.objects.add_root(instance=unit)
    record("organisation.unit_created", by=by, obj=unit, unit_id=unit.pk)
    return unit


@transaction.atomic
def edit_unit(*, unit: Unit, by: User, version: int | None = None, **values: Any) -> Unit:
    """Change name, short name, duties or openness; the code stays. Raises NotAllowed, Conflict."""
    may_edit_structure(by, unit).require()
    found: Unit = lock(Unit.objects, unit.pk, version=version)
    return _edit(found, by, "organisation.unit_changed", values, {"name", "short_name", "duties", "open_to_higher"}, unit_id=found.pk)


@transaction.atomic
def create_department(*, unit: Unit, by: User | None, name: str, kind: str = "office", duties: str = "", order: int = 0) -> Department:
    """A department of the unit. Raises NotAllowed, DomainError for a name that is taken."""
    if by:
        may_edit_structure(by, unit).require()
    if Department.objects.filter(unit=unit, name=name).exists():
        raise DomainError(_("The unit already has a department “%(name)s”.") % {"name": name})
    department = Department.objects.create(unit=unit, name=name, kind=kind, duties=duties, order=order)
    record("organisation.department_created", by=by, obj=department)
    return department


@transaction.atomic
def edit_department(*, department: Department, by: User, version: int | None = None, **values: Any) -> Department:
    """Change name, kind, duties or order. Raises NotAllowed, Conflict, DomainError."""
    may_edit_structure(by, department.unit).require()
    found = lock(Department.objects, department.pk, version=version)
    name = values.get("name", found.name)
    if Department.objects.filter(unit_id=found.unit_id, name=name).exclude(pk=found.pk).exists():
        raise DomainError(_("The unit already has a department “%(name)s”.") % {"name": name})
    return _edit(found, by, "organisation.department_changed", values, {"name", "kind", "duties", "order"})


@transaction.atomic
def close_department(*, department: Department, by: User, on: date, reason: str) -> Department:
    """Close a department in which nobody holds a post; its positions close with it. Raises NotAllowed, DomainError."""
    may_edit_structure(by, department.unit).require()
    found = lock(Department.objects, department.pk)
    if Appointment.objects.in_force(on).filter(position__department=found).exists():
        raise DomainError(_("People still hold posts here on that day. End their appointments first."))
    for position in Position.objects.filter(department=found, closed_on=None):
        position.closed_on = on
        position.save()
    for division in found.divisions.filter(ends_on=None):
        division.ends_on = max(on, division.starts_on)
        division.save()
    found.closed_on = on
    found.save()
    record("organisation.department_closed", by=by, obj=found, changes={"closed_on": [None, on.isoformat()]}, reason=reason)
    announce(unit_ids={found.unit_id}, by=by, reason=reason)
    return found


@transaction.atomic
def create_position(
    *,
    unit: Unit,
    by: User | None,
    name: str,
    rank: str = Rank.STAFF,
    department: Department | None = None,
    duties: str = "",
    order: int = 0,
) -> Position:
    """A position of the department, or of the leadership when there is none. Raises NotAllowed, DomainError."""
    if by:
        may_edit_structure(by, unit).require()
    _check_position(unit, department, name, rank, None)
    position = Position.objects.create(unit=unit, department=department, name=name, rank=rank, duties=duties, order=order)
    record("organisation.position_created", by=by, obj=position)
    return position


@transaction.atomic
def edit_position(*, position: Position, by: User, version: int | None = None, **values: Any) -> Position:
    """Change name, rank, duties or order; rights of its holders follow a new rank at once. Raises NotAllowed, Conflict, DomainError."""
    may_edit_structure(by, position.unit).require()
    found = lock(Position.objects, position.pk, version=version)
    _check_position(found.unit, found.department, values.get("name", found.name), values.get("rank", found.rank), found.pk)
    old_rank = found.rank
    _edit(found, by, "organisation.position_changed", values, {"name", "rank", "duties", "order"})
    if found.rank != old_rank:
        _end_sessions_of(found)
        announce(unit_ids={found.unit_id}, by=by, reason=_("rank of “%(name)s” changed") % {"name": found.name})
    return found


@transaction.atomic
def close_position(*, position: Position, by: User, on: date, reason: str) -> Position:
    """Close a vacant position. Raises NotAllowed, DomainError."""
    may_edit_structure(by, position.unit).require()
    found = lock(Position.objects, position.pk)
    if Appointment.objects.in_force(on).filter(position=found).exists():
        raise DomainError(_("Somebody still holds this position on that day. End the appointment first."))
    found.closed_on = on
    found.save()
    record("organisation.position_closed", by=by, obj=found, changes={"closed_on": [None, on.isoformat()]}, reason=reason)
    return found


def _check_position(unit: Unit, department: Department | None, name: str, rank: str, pk: int | None) -> None:
    leadership = rank in (Rank.UNIT_HEAD, Rank.DEPUTY, Rank.LEADERSHIP_MEMBER)
    if leadership is not (department is None):
        raise DomainError(_("Posts of the leadership belong to the unit itself, all others to a department."))
    others = Position.objects.exclude(pk=pk) if pk else Position.objects.all()
    if others.filter(unit=unit, department=department, name=name).exists():
        raise DomainError(_("There already is a position “%(name)s” here.") % {"name": name})
    if rank == Rank.UNIT_HEAD and others.filter(unit=unit, rank=rank, closed_on=None).exists():
        raise DomainError(_("A unit has one head; close or change the other position first."))


def _end_sessions_of(position: Position) -> None:
    from accounts.services import end_sessions

    end_sessions(Appointment.objects.in_force().filter(position=position).values_list("person_id", flat=True))


def _edit(obj: Any, by: User, action: str, values: dict[str, Any], allowed: set[str], *, unit_id: int | None = None) -> Any:
    """Set the allowed fields, save and record what changed; nothing is written when nothing did."""
    unknown = values.keys() - allowed
    if unknown:
        raise TypeError(f"not to be edited: {unknown}")
    before = type(obj)._default_manager.get(pk=obj.pk)
    for field, value in values.items():
        setattr(obj, field, value)
    changes = differences(before, obj, sorted(values))
    if changes:
        obj.save()
        record(action, by=by, obj=obj, changes=changes, unit_id=unit_id)
    return obj
