"""Organisations of any shape with leads, and who stands above whom in them, worked out by hand-written loops over plain lists."""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from accounts.models import User
from positions.models import Body, BodyKind, Department, Rank, Unit
from tests.factories.positions import (
    AppointmentFactory,
    BodyFactory,
    DepartmentFactory,
    DivisionFactory,
    MembershipFactory,
    PositionFactory,
    UnitFactory,
    UserFactory,
)

PEOPLE = 7
# Two units, the second below the first; departments 0 and 1 in the upper, 2 and 3 in the lower one.
UNIT_OF_DEPARTMENT = (0, 0, 1, 1)
COMMITTEES = (BodyKind.DISCIPLINE_COMMITTEE, BodyKind.PARTY_COMMITTEE)


@dataclass
class Plan:
    """Posts are (person, unit, department or None, rank); charges (person, unit, department); memberships (person, unit, kind, role)."""

    posts: list = field(default_factory=list)
    charges: list = field(default_factory=list)
    members: list = field(default_factory=list)
    branch: list = field(default_factory=list)  # (person, role) in the branch of department 2


@st.composite
def plans(draw):
    people = st.integers(0, PEOPLE - 1)
    plan = Plan()
    posts = st.one_of(
        st.tuples(people, st.sampled_from([0, 1]), st.none(), st.sampled_from([Rank.UNIT_HEAD, Rank.DEPUTY, Rank.LEADERSHIP_MEMBER])),
        st.tuples(
            people, st.just(None), st.integers(0, 3), st.sampled_from([Rank.DEPARTMENT_HEAD, Rank.DEPUTY_DEPARTMENT_HEAD, Rank.STAFF])
        ),
    )
    for person, unit, department, rank in draw(st.lists(posts, min_size=3, max_size=10)):
        plan.posts.append((person, UNIT_OF_DEPARTMENT[department] if department is not None else unit, department, rank))
    leaders = [(p, u) for p, u, d, _r in plan.posts if d is None]
    for department in range(4):
        of_unit = [p for p, u in leaders if u == UNIT_OF_DEPARTMENT[department]]
        if of_unit and draw(st.booleans()):
            plan.charges.append((draw(st.sampled_from(of_unit)), UNIT_OF_DEPARTMENT[department], department))
    member = st.tuples(people, st.sampled_from([0, 1]), st.sampled_from(COMMITTEES), st.sampled_from(["head", "member"]))
    plan.members = draw(st.lists(member, min_size=1, max_size=8, unique_by=lambda m: m[:3]))
    plan.branch = draw(st.lists(st.tuples(people, st.sampled_from(["secretary", "member"])), max_size=3, unique_by=lambda m: m[0]))
    return plan


@dataclass
class World:
    """What was built of a plan."""

    people: list[User]
    units: list[Unit]
    departments: list[Department]
    bodies: dict[tuple[int, str], Body]


def build(plan: Plan) -> World:
    """Rows for the plan."""
    people = [UserFactory(staff_number=f"R{n}", name=f"张三{'甲乙丙丁戊己庚'[n]}", password="") for n in range(PEOPLE)]
    upper = UnitFactory(code="UPPER")
    units = [upper, UnitFactory(code="LOWER", parent=upper)]
    upper.refresh_from_db()
    departments = [DepartmentFactory(unit=units[u], name=f"科室{n}") for n, u in enumerate(UNIT_OF_DEPARTMENT)]
    appointments = {}
    for person, unit, department, rank in plan.posts:
        position = PositionFactory(unit=units[unit], department=None if department is None else departments[department], rank=rank)
        appointments[person, unit, department] = AppointmentFactory(person=people[person], position=position)
    for person, unit, department in plan.charges:
        DivisionFactory(appointment=appointments[person, unit, None], department=departments[department])
    bodies = {(u, kind): BodyFactory(unit=units[u], kind=kind) for u in (0, 1) for kind in COMMITTEES}
    for person, unit, kind, role in plan.members:
        MembershipFactory(body=bodies[unit, kind], person=people[person], role=role)
    branch = BodyFactory(unit=units[1], kind=BodyKind.PARTY_BRANCH, department=departments[2])
    for person, role in plan.branch:
        MembershipFactory(body=branch, person=people[person], role=role)
    return World(people, units, departments, bodies)


def above(plan: Plan, person: int) -> set[int]:
    """Everybody above the person: direct superiors, and theirs, until nobody is added."""
    found: set[int] = set()
    todo = [person]
    while todo:
        for superior in _directly_above(plan, todo.pop()) - found - {person}:
            found.add(superior)
            todo.append(superior)
    return found


def _directly_above(plan: Plan, person: int) -> set[int]:
    heads = {(p, u) for p, u, _d, r in plan.posts if r == Rank.UNIT_HEAD}
    found = set()
    for p, unit, department, rank in plan.posts:
        if p != person:
            continue
        if unit == 1:
            found |= {h for h, u in heads if u == 0}
        if (person, unit) in heads:
            continue
        found |= {h for h, u in heads if u == unit}
        if department is not None:
            found |= {q for q, _u, d, r in plan.posts if d == department and r == Rank.DEPARTMENT_HEAD}
            found |= {q for q, _u, d in plan.charges if d == department}
            if rank == Rank.STAFF:
                found |= {q for q, _u, d, r in plan.posts if d == department and r == Rank.DEPUTY_DEPARTMENT_HEAD}
    return found - {person}


def reported_in(plan: Plan, people: set[int], departments: set[int], units: set[int]) -> set[int]:
    """The persons reported; a department counts as everybody in it, a unit as everybody with a post in it."""
    return people | {p for p, u, d, _r in plan.posts if d in departments or u in units}
