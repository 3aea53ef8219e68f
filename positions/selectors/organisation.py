"""Reads of the organisation for its pages. Callers pass querysets that already start from `visible_to`."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import User
from positions.models import Appointment, Body, BodyMembership, Department, DivisionOfWork, Position, Rank, Unit


@dataclass
class UnitSheet:
    """A unit on one page: leaders with what they are in charge of, departments with their heads, bodies with their members."""

    leaders: list[dict[str, Any]] = field(default_factory=list)
    departments: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    people: int = 0


def unit_sheet(unit: Unit) -> UnitSheet:
    """The unit as of today, in six queries however large it is."""
    today = timezone.localdate()
    sheet = UnitSheet()
    charge: dict[int, list[Department]] = defaultdict(list)
    leader_of: dict[int, User] = {}
    for division in (
        DivisionOfWork.objects.in_force(today)
        .filter(department__unit=unit, department__closed_on=None)
        .select_related("department", "appointment__person")
        .order_by("-starts_on", "-pk")  # where several are in charge, who has been longest is shown
    ):
        charge[division.appointment_id].append(division.department)
        leader_of[division.department_id] = division.appointment.person

    heads: dict[int, User] = {}
    staff: dict[int, set[int]] = defaultdict(set)
    everybody: set[int] = set()
    holders: dict[int, list[Appointment]] = defaultdict(list)
    held = Appointment.objects.in_force(today).filter(position__unit=unit).select_related("person", "position")
    for appointment in held.order_by("-starts_on", "-pk"):
        everybody.add(appointment.person_id)
        position = appointment.position
        if position.department_id is None:
            holders[position.pk].append(appointment)
        else:
            staff[position.department_id].add(appointment.person_id)
            if position.rank == Rank.DEPARTMENT_HEAD:
                heads[position.department_id] = appointment.person
    sheet.people = len(everybody)
    for position in Position.objects.open().filter(unit=unit, department=None):
        posts = holders.get(position.pk, [])
        sheet.leaders.append(
            {
                "position": position,
                "holders": [a.person for a in posts],
                "charge": [d for a in posts for d in sorted(charge.get(a.pk, []), key=_in_order)],
            }
        )
    grouped = Department.objects.open().filter(unit=unit).annotate(posts=Count("positions", filter=Q(positions__closed_on=None)))
    for department in grouped.order_by("order", "pk"):  # a grouped query forgets the model's ordering
        sheet.departments.append(
            {
                "department": department,
                "head": heads.get(department.pk),
                "leader": leader_of.get(department.pk),
                "people": len(staff.get(department.pk, ())),
                "posts": department.posts,
            }
        )
    members: dict[int, list[BodyMembership]] = defaultdict(list)
    for membership in BodyMembership.objects.in_force(today).filter(body__unit=unit).select_related("person").order_by("starts_on", "pk"):
        members[membership.body_id].append(membership)
    for body in Body.objects.open().filter(unit=unit).select_related("department"):
        sheet.bodies.append({"body": body, "members": sorted(members.get(body.pk, []), key=lambda m: _ROLE_ORDER[m.role])})
    return sheet


def _in_order(department: Department) -> tuple[int, int]:
    return department.order, department.pk


_ROLE_ORDER = {"head": 0, "secretary": 1, "deputy": 2, "member": 3}


def positions_with_holders(department: Department) -> list[dict[str, Any]]:
    """The open positions of a department with who holds them today."""
    holders: dict[int, list[Appointment]] = defaultdict(list)
    for appointment in Appointment.objects.in_force().filter(position__department=department).select_related("person"):
        holders[appointment.position_id].append(appointment)
    return [{"position": p, "appointments": holders.get(p.pk, [])} for p in Position.objects.open().filter(department=department)]


def unit_tree(units: Any) -> list[dict[str, Any]]:
    """The units one may browse, in tree order, with their depth below the highest of them (from 0)."""
    rows = list(units.order_by("path"))
    top = min((u.depth for u in rows), default=1)
    return [{"unit": u, "depth": u.depth - top} for u in rows]
