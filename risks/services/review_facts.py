"""Reads from the organisation what a review path depends on: three queries a unit, however many forms are asked about.

For one form, heads and deputies of its own department alone are read: a large unit has hundreds of departments.
"""

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import DateField, Q, QuerySet
from django.utils import timezone

from common import prepared
from common.prepared import Given
from positions.models import LEADERSHIP_RANKS, Appointment, BodyKind, BodyMembership, BodyRole, DivisionOfWork, Rank
from risks.models import Declaration
from risks.review_path import FormFacts, PlannedStep, plan

_ON: Any = Given("on", DateField())


def _posts(heads: Q) -> QuerySet[Any]:
    ranks = Q(position__rank__in=LEADERSHIP_RANKS) | heads & Q(position__rank=Rank.DEPARTMENT_HEAD)
    posts = Appointment.objects.in_force(_ON).filter(ranks, position__unit_id=Given("unit"))
    return posts.order_by("starts_on", "id").values_list("person_id", "position__department_id", "position__rank")


def _charges(wanted: Q) -> QuerySet[Any]:
    charges = DivisionOfWork.objects.in_force(_ON).filter(wanted, department__unit_id=Given("unit"))
    return charges.order_by("starts_on", "id").values_list("department_id", "appointment__person_id")


def _discipline_heads() -> Any:
    heads = BodyMembership.objects.in_force(_ON).filter(
        body__unit_id=Given("unit"),
        body__kind=BodyKind.DISCIPLINE_COMMITTEE,
        body__is_higher=False,
        role__in=[BodyRole.HEAD, BodyRole.SECRETARY],
    )
    return heads.order_by("starts_on", "id").values_list("person_id")


class UnitFacts:
    """Who holds which office of a unit on a day. Several holders: the longest in office is asked first."""

    def __init__(self, unit_id: int, on: date | None = None, *, department_id: int | None = None) -> None:
        """`department_id`: for forms of this department alone; heads and deputies of the others are left out."""
        self.department_heads: dict[int, list[int]] = defaultdict(list)
        self.deputies: dict[int, list[int]] = defaultdict(list)
        self.unit_heads: list[int] = []
        self.leadership: set[int] = set()
        asked: dict[str, Any] = {"unit": unit_id, "on": on or timezone.localdate()}
        if narrow := department_id is not None:
            asked["department"] = department_id
        of_department = Q(position__department_id=Given("department")) if narrow else Q()
        for person, department, rank in prepared.rows("risks.path_posts", narrow, lambda: _posts(of_department), **asked):
            if rank == Rank.DEPARTMENT_HEAD:
                self.department_heads[department].append(person)
                continue
            self.leadership.add(person)
            if rank == Rank.UNIT_HEAD:
                self.unit_heads.append(person)
        in_charge = Q(department_id=Given("department")) if narrow else Q()
        for department, person in prepared.rows("risks.path_charges", narrow, lambda: _charges(in_charge), **asked):
            self.deputies[department].append(person)
        self.discipline_heads = [person for (person,) in prepared.rows("risks.path_discipline", "", _discipline_heads, **asked)]

    def facts(self, declaration: Declaration) -> FormFacts:
        """The facts of one form."""
        department = department_of(declaration)
        rank = None if declaration.position is None else declaration.position.rank
        who = declaration.declarant_id
        return FormFacts(
            kind=declaration.kind,
            declarant=who,
            is_department_head=rank == Rank.DEPARTMENT_HEAD,
            in_leadership=who in self.leadership or rank in LEADERSHIP_RANKS,
            is_unit_head=who in self.unit_heads or rank == Rank.UNIT_HEAD,
            department_heads=tuple(self.department_heads.get(department, ())) if department else (),
            deputies=tuple(self.deputies.get(department, ())) if department else (),
            unit_heads=tuple(self.unit_heads),
            discipline_heads=tuple(self.discipline_heads),
        )


def department_of(declaration: Declaration) -> int | None:
    """Whose head and deputy the form goes to."""
    return declaration.department_id if declaration.position is None else declaration.position.department_id


def facts_for(declaration: Declaration, on: date | None = None) -> FormFacts:
    """The facts of a single form, read now."""
    return UnitFacts(declaration.unit_id, on, department_id=department_of(declaration)).facts(declaration)


def plan_steps(declaration: Declaration, on: date | None = None) -> tuple[PlannedStep, ...]:
    """The path the form would take today; also shown to the declarant before signing."""
    return plan(facts_for(declaration, on))
