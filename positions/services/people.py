"""Whom the powers and rules services tell."""

from accounts.models import User
from positions.models import Appointment, BodyMembership, PowerItem, Rank


def of_body(unit_id: int, kind: str) -> list[User]:
    """Members in force of the unit's body of that kind."""
    members = BodyMembership.objects.in_force().filter(body__unit_id=unit_id, body__kind=kind).select_related("person")
    return [m.person for m in members]


def heads_of(department_id: int | None) -> list[User]:
    """The department head (one, unless two hold the post)."""
    held = Appointment.objects.in_force().filter(position__department_id=department_id, position__rank=Rank.DEPARTMENT_HEAD)
    return [a.person for a in held.select_related("person")] if department_id else []


def leadership_of(unit_id: int) -> list[User]:
    """The leadership of the unit."""
    held = Appointment.objects.in_force().filter(position__unit_id=unit_id, position__department=None)
    return [a.person for a in held.select_related("person")]


def everybody_of(unit_id: int) -> list[User]:
    """Everybody who holds a position in the unit."""
    return list(User.objects.filter(pk__in=Appointment.objects.in_force().filter(position__unit_id=unit_id).values("person_id")))


def writers_of(item: PowerItem) -> list[User]:
    """Who wrote the item, and who holds the position it belongs to."""
    people = [item.created_by] if item.created_by else []
    if item.position_id:
        held = Appointment.objects.in_force().filter(position_id=item.position_id).select_related("person")
        people += [a.person for a in held]
    return people
