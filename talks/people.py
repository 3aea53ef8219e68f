"""Unit and post of a person on a day, in words, as a record keeps them (domain §11: 谈话人、记录人、谈话对象 with 单位职务)."""

from dataclasses import dataclass

from accounts.models import User
from positions.models import Appointment


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a talk in words."""

    name: str
    unit: str = ""
    post: str = ""


def side_of(person: User | None) -> Side:
    """Name, unit with department, and post of today; the main post where there are several."""
    return sides_of([person])[person.pk] if person else Side("")


def sides_of(people: list[User]) -> dict[int, Side]:
    """The same for many, in one query."""
    found = {person.pk: Side(person.name) for person in people}
    held = (
        Appointment.objects.in_force()
        .filter(person__in=people)
        .select_related("person", "position__unit", "position__department")
        .order_by("is_main", "-starts_on", "-pk")
    )
    for post in held:  # the main post comes last and stays
        place = post.position.unit.name + (post.position.department.name if post.position.department else "")
        found[post.person_id] = Side(post.person.name, place[:200], post.position.name)
    return found
