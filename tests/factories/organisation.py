"""A small whole unit, the stage of most tests."""

from dataclasses import dataclass, field
from types import SimpleNamespace

from accounts.models import AdminRole, User
from positions.models import Appointment, Body, BodyKind, BodyRole, Department, Position, Rank, Unit
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


@dataclass
class SmallUnit:
    """People are users; `departments[n]` has .department, .head, .deputy_head, .staff (two), .positions by rank and .leader in charge."""

    unit: Unit
    head: User
    deputies: list[User]
    discipline_head: User
    departments: list[SimpleNamespace]
    bodies: dict[str, Body]
    office_clerk: User  # sits in the office of the leading group; holds a staff post of the first department
    appointments: dict[int, Appointment] = field(default_factory=dict)  # by person id

    @property
    def clerk(self) -> User:
        """General staff of the second department."""
        return self.departments[1].staff[0]


def _post(unit: Unit, department: Department | None, name: str, rank: str, person: User, order: int) -> Appointment:
    position = PositionFactory(unit=unit, department=department, name=name, rank=rank, order=order, duties=f"负责{name}的日常工作")
    return AppointmentFactory(person=person, position=position)


def small_unit(*, code: str = "CS", name: str = "测试市农业农村局", parent: Unit | None = None, open_to_higher: bool = False) -> SmallUnit:
    """A unit with head, two deputies, head of discipline, three departments of four people, division of work and every body.

    The first deputy is in charge of departments 0 and 1, the second of department 2. Members of the leading group: the unit head (head),
    the deputies and the head of discipline. Staff numbers are `<code>-…`.
    """
    unit = UnitFactory(code=code, name=name, parent=parent, open_to_higher=open_to_higher)

    def person(tag: str, shown: str) -> User:
        return UserFactory(staff_number=f"{code}-{tag}", name=shown)

    head = person("HEAD", f"{code}局长周")
    deputies = [person("DEP1", f"{code}副局长陈"), person("DEP2", f"{code}副局长林")]
    discipline_head = person("DISC", f"{code}纪检组长韩")
    result = SmallUnit(unit, head, deputies, discipline_head, [], {}, head)
    leaders = {}
    for order, (who, post, rank) in enumerate(
        [
            (head, "局长", Rank.UNIT_HEAD),
            (deputies[0], "副局长(一)", Rank.DEPUTY),
            (deputies[1], "副局长(二)", Rank.DEPUTY),
            (discipline_head, "纪检组长", Rank.LEADERSHIP_MEMBER),
        ]
    ):
        leaders[who.pk] = result.appointments[who.pk] = _post(unit, None, post, rank, who, order)

    for n, label in enumerate(["办公室", "行政审批科", "执法大队"]):
        department = DepartmentFactory(unit=unit, name=label, order=n, duties=f"{label}的主要职责")
        leader = deputies[0] if n < 2 else deputies[1]
        DivisionFactory(appointment=leaders[leader.pk], department=department)
        people = {
            "head": person(f"D{n}H", f"{code}{label}科长"),
            "deputy_head": person(f"D{n}V", f"{code}{label}副科长"),
            "s0": person(f"D{n}S0", f"{code}{label}甲"),
            "s1": person(f"D{n}S1", f"{code}{label}乙"),
        }
        posts = [
            ("head", "科长", Rank.DEPARTMENT_HEAD),
            ("deputy_head", "副科长", Rank.DEPUTY_DEPARTMENT_HEAD),
            ("s0", "经办", Rank.STAFF),
            ("s1", "审核", Rank.STAFF),
        ]
        positions: dict[str, Position] = {}
        for order, (key, post, rank) in enumerate(posts):
            appointment = _post(unit, department, post, rank, people[key], order)
            result.appointments[people[key].pk] = appointment
            positions[key] = appointment.position
        result.departments.append(
            SimpleNamespace(
                department=department,
                head=people["head"],
                deputy_head=people["deputy_head"],
                staff=[people["s0"], people["s1"]],
                leader=leader,
                positions=positions,
            )
        )

    result.office_clerk = result.departments[0].staff[0]
    members = {
        BodyKind.PARTY_COMMITTEE: [
            (head, BodyRole.SECRETARY),
            *((d, BodyRole.MEMBER) for d in deputies),
            (discipline_head, BodyRole.MEMBER),
        ],
        BodyKind.DISCIPLINE_COMMITTEE: [(discipline_head, BodyRole.HEAD), (result.departments[0].staff[1], BodyRole.MEMBER)],
        BodyKind.LEADING_GROUP: [
            (head, BodyRole.HEAD),
            *((d, BodyRole.DEPUTY) for d in deputies),
            (discipline_head, BodyRole.MEMBER),
        ],
        BodyKind.LEADING_GROUP_OFFICE: [(result.office_clerk, BodyRole.HEAD)],
        BodyKind.LEGAL_OFFICE: [(result.departments[1].deputy_head, BodyRole.HEAD)],
        BodyKind.PERSONNEL_OFFICE: [(result.departments[0].deputy_head, BodyRole.HEAD)],
        BodyKind.PARTY_BRANCH: [(result.departments[0].head, BodyRole.SECRETARY)],
    }
    for kind, people_of in members.items():
        body = BodyFactory(unit=unit, kind=kind)
        result.bodies[kind] = body
        for who, role in people_of:
            MembershipFactory(body=body, person=who, role=role)
    return result


def administrators(code: str = "ADM") -> dict[str, User]:
    """One account for each administrator's role."""
    return {
        role: UserFactory(staff_number=f"{code}-{role}", name=f"{label}", admin_role=role)
        for role, label in [(AdminRole.SYSTEM, "系统管理员"), (AdminRole.SECURITY, "安全管理员"), (AdminRole.AUDIT, "审计管理员")]
    }
