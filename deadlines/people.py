"""Who is who in all units on one day, read at once for the kinds of deadlines: a run asks for thousands of things, not of people."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property

from positions.models import Appointment, BodyMembership, BodyRole, DivisionOfWork, Rank

People = tuple[int, ...]


class Organisation:
    """Heads, leaders in charge and members of bodies by the ids of users. Each table is read once, when it is first asked for."""

    def __init__(self, on: date) -> None:
        self._on = on

    @cached_property
    def _heads(self) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
        units, departments = defaultdict(list), defaultdict(list)
        held = Appointment.objects.in_force(self._on).filter(position__rank__in=[Rank.UNIT_HEAD, Rank.DEPARTMENT_HEAD]).order_by("pk")
        for person, unit, department, rank in held.values_list(
            "person_id", "position__unit_id", "position__department_id", "position__rank"
        ):
            if rank == Rank.UNIT_HEAD:
                units[unit].append(person)
            elif department is not None:
                departments[department].append(person)
        return units, departments

    @cached_property
    def _deputies(self) -> dict[int, list[int]]:
        found = defaultdict(list)
        for department, person in (
            DivisionOfWork.objects.in_force(self._on).order_by("pk").values_list("department_id", "appointment__person_id")
        ):
            found[department].append(person)
        return found

    @cached_property
    def _members(self) -> tuple[dict[tuple[int, str], list[int]], dict[tuple[int, str], list[int]]]:
        members, heads = defaultdict(list), defaultdict(list)
        held = BodyMembership.objects.in_force(self._on).order_by("pk")
        for person, unit, kind, role in held.values_list("person_id", "body__unit_id", "body__kind", "role"):
            members[unit, kind].append(person)
            if role in (BodyRole.HEAD, BodyRole.SECRETARY):
                heads[unit, kind].append(person)
        return members, heads

    def unit_heads(self, unit_id: int) -> People:
        """The head of the unit, or nobody."""
        return tuple(self._heads[0].get(unit_id, ()))

    def department_heads(self, department_id: int | None) -> People:
        """The head of the department, or nobody."""
        return tuple(self._heads[1].get(department_id or 0, ()))

    def deputies(self, department_id: int | None) -> People:
        """Leaders in charge of the department."""
        return tuple(self._deputies.get(department_id or 0, ()))

    def members(self, unit_id: int, kind: str) -> People:
        """Members of the unit's body of that kind."""
        return tuple(self._members[0].get((unit_id, kind), ()))

    def body_heads(self, unit_id: int, kind: str) -> People:
        """Its head or secretary."""
        return tuple(self._members[1].get((unit_id, kind), ()))

    def above(self, unit_id: int, department_id: int | None) -> tuple[People, ...]:
        """The places above somebody of the department: its head, the leader in charge, the unit head."""
        return (self.department_heads(department_id), self.deputies(department_id), self.unit_heads(unit_id))


def without(people: Iterable[int], out: Iterable[int]) -> People:
    """The people but those, each once, in their order."""
    kept_out = set(out)
    return tuple(dict.fromkeys(person for person in people if person not in kept_out))
