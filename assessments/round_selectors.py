"""Reads of a round for its pages: groups, people with their raters, turnout. Never who has answered."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from accounts.models import User
from assessments.ballot_selectors import turnout
from assessments.models import Assessed, Group, Method, Rater, RaterLevel, Round
from assessments.rules import GroupRules
from assessments.services.settings import all_of, rules_of
from assessments.states import RoundState
from positions.models import Appointment


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group on the page of a round. `asked` and `given` are ballots; None while the appraisal has not opened."""

    group: Group
    people: int
    rules: GroupRules
    is_frozen: bool
    asked: int | None
    given: int | None

    @property
    def methods(self) -> list[tuple[Any, Decimal]]:
        """Name of each method and its weight in per cent."""
        return [(Method(name).label, weight) for name, weight in self.rules.methods.items()]


def rules_in(found: Round) -> dict[str, tuple[GroupRules, bool]]:
    """Group → its rules and whether they are frozen; before the appraisal opens, those the settings would give now."""
    frozen = {row.group: row.frozen for row in found.groups.all() if row.rules is not None}
    now = {} if len(frozen) == len(Group.values) else {group: rules_of(row) for group, row in all_of(found.unit_id).items()}
    return {group: (frozen[group], True) if group in frozen else (now[group], False) for group in Group.values}


def turnouts(found: Round) -> dict[int, tuple[int, int]]:
    """Assessed → (asked, answered); empty before the appraisal opens and where it was cancelled."""
    return turnout(found) if found.rating_opened_at and found.state != RoundState.CANCELLED else {}


def groups_of(found: Round, given: dict[int, tuple[int, int]]) -> list[GroupLine]:
    """The three groups. `given` as `turnouts` gave it."""
    people: dict[str, list[int]] = defaultdict(list)
    for pk, group in found.assessed.values_list("pk", "group"):
        people[group].append(pk)
    lines = []
    for group, (rules, frozen) in rules_in(found).items():
        numbers = [given[pk] for pk in people[group] if pk in given]
        asked, answered = (sum(n[0] for n in numbers), sum(n[1] for n in numbers)) if given else (None, None)
        lines.append(GroupLine(Group(group), len(people[group]), rules, frozen, asked, answered))
    return lines


def people_of(found: Round) -> QuerySet[Assessed]:
    """The people of a round with the number of their raters who can answer: `raters_total`, `raters_first`, … in the list's order."""
    active = Q(raters__person__is_active=True)
    numbers = {f"raters_{level}": Count("raters", filter=active & Q(raters__level=level)) for level in RaterLevel.values}
    place = Case(*[When(group=group, then=Value(n)) for n, group in enumerate(Group.values)], output_field=IntegerField())
    rows = Assessed.objects.filter(round=found).select_related("department")
    rows = rows.annotate(raters_total=Count("raters", filter=active), group_order=place, **numbers)
    return rows.order_by("group_order", "department__order", "position__order", "pk")


def raters_of(assessed: Assessed) -> QuerySet[Rater]:
    """Who is asked about somebody, the closest first."""
    return Rater.objects.filter(assessed=assessed).select_related("person").order_by("level", "relation", "person__name", "pk")


def posts_of(unit_id: int) -> dict[int, str]:
    """Person → post today, for lists and choices; of several posts the main one."""
    held = Appointment.objects.in_force().filter(position__unit_id=unit_id).select_related("position__department")
    found: dict[int, str] = {}
    for row in held.order_by("-is_main", "position__order", "pk"):
        department = row.position.department
        found.setdefault(row.person_id, f"{department.name} {row.position.name}" if department else row.position.name)
    return found


def candidates(unit_id: int, without: set[int]) -> list[tuple[int, str]]:
    """People in post of a unit as choices, by department; those in `without` are left out."""
    held = Appointment.objects.in_force().filter(position__unit_id=unit_id).exclude(person__in=without).select_related("person")
    posts = posts_of(unit_id)
    people: dict[int, User] = {}
    for row in held.order_by("position__department__order", "position__order", "pk"):
        people.setdefault(row.person_id, row.person)
    return [(pk, f"{person.name} · {posts[pk]}") for pk, person in people.items()]
