"""Reads from the organisation what a review path depends on: three queries a unit, however many forms are asked about."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import DateField
from django.utils import timezone

from common import prepared
from common.prepared import Given
from positions.models import LEADERSHIP_RANKS, Appointment, BodyKind, BodyMembership, BodyRole, DivisionOfWork, Rank
from risks.models import Declaration
from risks.review_path import FormFacts, PlannedStep, plan

_ON: Any = Given("on", DateField())


def _posts() -> Any:
    ranks = [*LEADERSHIP_RANKS, Rank.DEPARTMENT_HEAD]
    posts = Appointment.objects.in_force(_ON).filter(position__unit_id=Given("unit"), position__rank__in=ranks)
    return posts.order_by("starts_on", "id").values_list("person_id", "position__department_id", "position__rank")


def _charges() -> Any:
    charges = DivisionOfWork.objects.in_force(_ON).filter(department__unit_id=Given("unit"))
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

    def __init__(self, unit_id: int, on: date | None = None) -> None:
        self.department_heads: dict[int, list[int]] = defaultdict(list)
        self.deputies: dict[int, list[int]] = defaultdict(list)
        self.unit_heads: list[int] = []
        self.leadership: set[int] = set()
        asked = {"unit": unit_id, "on": on or timezone.localdate()}
        for person, department, rank in prepared.rows("risks.path_posts", "", _posts, **asked):
            if rank == Rank.DEPARTMENT_HEAD:
                self.department_heads[department].append(person)
                continue
            self.leadership.add(person)
            if rank == Rank.UNIT_HEAD:
                self.unit_heads.append(person)
        for department, person in prepared.rows("risks.path_charges", "", _charges, **asked):
            self.deputies[department].append(person)
        self.discipline_heads = [person for (person,) in prepared.rows("risks.path_discipline", "", _discipline_heads, **asked)]

    def facts(self, declaration: Declaration) -> FormFacts:
        """The facts of one form."""
        department = declaration.department_id
        rank = None
        if declaration.position is not None:
            department, rank = declaration.position.department_id, declaration.position.rank
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


def facts_for(declaration: Declaration, on: date | None = None) -> FormFacts:
    """The facts of a single form, read now."""
    return UnitFacts(declaration.unit_id, on).facts(declaration)


def plan_steps(declaration: Declaration, on: date | None = None) -> tuple[PlannedStep, ...]:
    """The path the form would take today; also shown to the declarant before signing."""
    return plan(facts_for(declaration, on))
