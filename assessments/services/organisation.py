"""The unit as `assessments.proposal` needs it: posts, division of work and flowchart links of a day, in three queries."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from assessments.proposal import Organisation, Post
from positions.models import Appointment, DivisionOfWork, FlowLink
from positions.states import CatalogueState


def organisation_of(unit_id: int, on: date | None = None) -> Organisation:
    """Posts held in the unit on the day (default today); accounts that cannot sign in are left out."""
    held = (
        Appointment.objects.in_force(on).filter(position__unit_id=unit_id).order_by("position__department__order", "position__order", "pk")
    )
    posts = tuple(
        Post(person_id, position_id, department_id, rank, is_main, order)
        for order, (person_id, position_id, department_id, rank, is_main) in enumerate(
            held.values_list("person_id", "position_id", "position__department_id", "position__rank", "is_main")
        )
    )
    charged = DivisionOfWork.objects.in_force(on).filter(department__unit_id=unit_id)
    links = FlowLink.objects.filter(item__catalogue__unit_id=unit_id, item__catalogue__state=CatalogueState.PUBLISHED).order_by()
    ends = ("source__department_id", "source__position__department_id", "target__department_id", "target__position__department_id")
    between = ((a or b, c or d) for a, b, c, d in links.values_list(*ends))
    both_ways = [pair for a, b in between if a and b and a != b for pair in ((a, b), (b, a))]
    return Organisation(posts, _grouped(charged.values_list("department_id", "appointment__person_id")), _grouped(both_ways))


def _grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for key, value in pairs:
        found[key].add(value)
    return {key: frozenset(values) for key, values in found.items()}
