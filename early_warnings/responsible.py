"""Who answers for a warning (domain §5, 000 §4). Pure: people are keys, None is a vacancy.

Places from below: department head → deputy in charge → unit head → head of the higher unit → head of the discipline committee. The tier
says where to begin: general with the department head, important with the deputy in charge, highest with the unit head; warnings about the
unit or a member of the leadership begin at the unit head. A vacancy moves up, and nobody answers for a warning about themselves.
"""

from dataclasses import dataclass

from early_warnings.models import ResponsibleHow, SubjectKind, Tier

_PLACES = (
    ResponsibleHow.DEPARTMENT_HEAD,
    ResponsibleHow.DEPUTY,
    ResponsibleHow.UNIT_HEAD,
    ResponsibleHow.HIGHER_HEAD,
    ResponsibleHow.DISCIPLINE_HEAD,
)
_BEGIN = {Tier.GENERAL: 0, Tier.IMPORTANT: 1, Tier.HIGHEST: 2}
_AT_UNIT_HEAD = 2


@dataclass(frozen=True, slots=True)
class Chain:
    """Who fills the places above the subject today."""

    department_head: int | None = None
    deputy: int | None = None
    unit_head: int | None = None
    higher_head: int | None = None
    discipline_head: int | None = None


@dataclass(frozen=True, slots=True)
class Warned:
    """Who is warned: the person, or nobody in particular for a department or the unit."""

    subject_kind: str
    person: int | None = None
    in_leadership: bool = False


def responsible(tier: str, warned: Warned, chain: Chain) -> tuple[int, ResponsibleHow] | None:
    """The person and the place they hold; None when every place from there up is vacant."""
    begin = _BEGIN[Tier(tier)]
    if warned.subject_kind == SubjectKind.UNIT or warned.in_leadership:
        begin = _AT_UNIT_HEAD
    people = (chain.department_head, chain.deputy, chain.unit_head, chain.higher_head, chain.discipline_head)
    for place, person in list(zip(_PLACES, people, strict=True))[begin:]:
        if person is not None and person != warned.person:
            return person, place
    return None
