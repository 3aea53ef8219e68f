"""Who answers for a risk (domain §3: the responsible leader is derived from level and holder). Pure; no database.

Places, from below: department head → leader in charge of the department → unit head. The level says where to begin (000: level 1 unit
head, level 2 deputy in charge, level 3 department head). From there the first place that somebody fills answers, so a vacancy moves up.
Nobody answers for the risk of their own position: it moves up as well. Points of the unit, and of the leadership's own positions, begin at
the unit head. Above the unit head there is nobody in the unit, so the risks of that position stay with the unit head (whose forms go to the
leading group without them, which is where they are supervised); with no unit head in office nobody answers, and the register says so.
"""

from dataclasses import dataclass

from positions.models import HolderLevel
from risks.models import Answerer


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose risk it is, and who stands above. Persons are primary keys; None is a vacancy."""

    level_of: str
    has_department: bool
    holder: int | None = None  # who holds the position; only asked for at the level of positions
    department_head: int | None = None
    deputy: int | None = None  # leader in charge of the department
    unit_head: int | None = None


_PLACES = (Answerer.DEPARTMENT_HEAD, Answerer.DEPUTY, Answerer.UNIT_HEAD)


def responsible(answerer: str, facts: Holder) -> int | None:
    """The person who answers for a risk of a level with this answerer; None when every place from there up is vacant."""
    in_department = facts.has_department and facts.level_of != HolderLevel.UNIT
    begin = _PLACES.index(Answerer(answerer)) if in_department else len(_PLACES) - 1
    people = (facts.department_head, facts.deputy, facts.unit_head)
    for place, person in list(zip(_PLACES, people, strict=True))[begin:]:
        own = facts.level_of == HolderLevel.POSITION and person == facts.holder and place != Answerer.UNIT_HEAD
        if person is not None and not own:
            return person
    return None
