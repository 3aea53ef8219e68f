"""Who answers for somebody's points as leader: the first place above that somebody else fills."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Above:
    """Who stands above, from below; persons are primary keys, None is a vacancy."""

    department_head: int | None = None
    deputy: int | None = None  # leader in charge of the department
    unit_head: int | None = None


def leader_of_person(person: int, above: Above) -> int | None:
    """Department head, leader in charge, unit head: the first who is not the person. Above the unit head there is nobody in the unit."""
    if person == above.unit_head:
        return None
    return next((who for who in (above.department_head, above.deputy, above.unit_head) if who is not None and who != person), None)


def leader_of_department(above: Above) -> int | None:
    """The leader in charge answers for a whole department (domain §5), the unit head where there is none."""
    return above.deputy if above.deputy is not None else above.unit_head
