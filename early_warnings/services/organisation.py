"""Reads from the organisation what a draft keeps: department, post and the responsible leader, as of today."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from early_warnings.models import SubjectKind, Warning
from early_warnings.responsible import Chain, Warned, responsible
from positions.models import LEADERSHIP_RANKS, Appointment, BodyKind, BodyMembership, BodyRole, Department, DivisionOfWork, Rank, Unit


@dataclass(frozen=True, slots=True)
class Post:
    """Where a person works in a unit: the post in the leadership where there is one, else the one held longest."""

    department: Department | None
    in_leadership: bool
    text: str


def post_of(person: User, unit: Unit) -> Post:
    """Raises DomainError when the person holds no post in the unit today: people who left are not warned."""
    held = Appointment.objects.in_force().filter(person=person, position__unit=unit).select_related("position__department")
    rows = sorted(held, key=lambda a: (a.position.rank not in LEADERSHIP_RANKS, a.starts_on, a.pk))
    if not rows:
        raise DomainError(_("%(name)s no longer holds a post in this unit. Check the person, or choose another.") % {"name": person.name})
    first = rows[0].position
    places = [unit.name, *([first.department.name] if first.department else []), first.name]
    return Post(None if first.rank in LEADERSHIP_RANKS else first.department, first.rank in LEADERSHIP_RANKS, " ".join(places))


def chain_of(unit: Unit, department_id: int | None) -> Chain:
    """Who fills the places above the subject today. Where a place has several people, the longest in office counts."""
    posts = Appointment.objects.in_force().order_by("starts_on", "pk")
    parent = Unit.objects.get_parent(unit)
    charged = DivisionOfWork.objects.in_force().filter(department_id=department_id).order_by("starts_on", "pk")
    committee = BodyMembership.objects.in_force().filter(
        body__unit=unit, body__kind=BodyKind.DISCIPLINE_COMMITTEE, role__in=[BodyRole.HEAD, BodyRole.SECRETARY]
    )
    heads = posts.filter(position__rank=Rank.UNIT_HEAD)
    return Chain(
        department_head=posts.filter(position__department_id=department_id, position__rank=Rank.DEPARTMENT_HEAD)
        .values_list("person_id", flat=True)
        .first()
        if department_id
        else None,
        deputy=charged.values_list("appointment__person_id", flat=True).first() if department_id else None,
        unit_head=heads.filter(position__unit=unit).values_list("person_id", flat=True).first(),
        higher_head=heads.filter(position__unit=parent).values_list("person_id", flat=True).first() if parent else None,
        discipline_head=committee.order_by("body__is_higher", "starts_on", "pk").values_list("person_id", flat=True).first(),
    )


def derive_responsible(warning: Warning) -> None:
    """Set who answers for the warning from tier, subject and today's organisation (not saved); nobody when every place is vacant."""
    in_leadership = warning.subject_kind == SubjectKind.PERSON and warning.department_id is None
    found = responsible(
        warning.tier,
        Warned(warning.subject_kind, warning.person_id, in_leadership),
        chain_of(warning.unit, warning.department_id),
    )
    warning.responsible_id, warning.responsible_how = found or (None, "")
