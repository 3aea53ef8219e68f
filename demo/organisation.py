"""The demo's units with their people, posts, division of work and bodies (domain §1)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count

from accounts.models import User
from demo import content
from demo.bulk import Writer
from demo.choose import number, pick
from demo.dates import Calendar
from positions.models import (
    LEADERSHIP_RANKS,
    Appointment,
    Body,
    BodyKind,
    BodyMembership,
    BodyRole,
    Department,
    DivisionOfWork,
    Position,
    Rank,
    Unit,
)

BUREAU, INSTITUTE = "CNNY", "CNNKS"
CHARGES = {
    "A002": ("办公室", "人事科", "政策法规科", "农村经济指导科"),
    "A003": ("计划财务科", "种植业管理科", "畜牧兽医科"),
    "A004": ("行政审批科", "执法大队", "渔业渔政科", "林业科"),
}
# Moved from one deputy to the other in the course of the year: (department, from, to, last day, first day).
MOVED_CHARGE = ("农产品质量安全监管科", "A002", "A003", "2026-05-10", "2026-05-11")
FORMER_LEFT, FORMER_FOLLOWED = "2026-06-30", "2026-07-01"


@dataclass
class World:
    """One unit of the demo, found by the names that the texts use."""

    unit: Unit
    texts: Sequence[content.Department]
    people: dict[str, User] = field(default_factory=dict)  # by staff number
    departments: dict[str, Department] = field(default_factory=dict)
    positions: dict[tuple[str, str], Position] = field(default_factory=dict)  # (department, position)
    holders: dict[int, list[User]] = field(default_factory=dict)  # position → who holds it now
    former: dict[int, User] = field(default_factory=dict)  # position → who held it during last year's campaign
    appointments: dict[int, Appointment] = field(default_factory=dict)  # person → main appointment

    def first(self, department: str, position: str) -> User:
        """The (first) holder of a post."""
        return self.holders[self.positions[department, position].pk][0]

    def head(self, department: content.Department) -> User:
        """The head of a department; the unit head for the leadership."""
        wanted = Rank.UNIT_HEAD if department.is_leadership else Rank.DEPARTMENT_HEAD
        return next(self.first(department.name, position.name) for position in department.positions if position.rank == wanted)

    def text(self, name: str) -> content.Department:
        """The texts of a department."""
        return next(department for department in self.texts if department.name == name)


class Builder:
    """Builds one unit; `password` is the encoded password that everybody of the demo has."""

    def __init__(self, writer: Writer, calendar: Calendar, password: str) -> None:
        self.writer, self.calendar, self.password = writer, calendar, password
        people = content.words()["people"]
        self.fixed: dict[str, list[list[str]]] = people["fixed"]
        self.former: dict[str, list[str]] = people["former"]

    def person(self, staff_number: str, name: str, **fields: object) -> User:
        """An account; not written yet."""
        return self.writer.new(User, staff_number=staff_number, name=name, password=self.password, password_changed_at=None, **fields)

    def unit(self, unit: Unit, texts: Sequence[content.Department], prefix: str, names: Sequence[str]) -> World:
        """Departments, positions and people of a unit. `names` are taken in turn for posts without a fixed holder."""
        world = World(unit, texts)
        waiting = iter(names)
        # The bureau's first numbers belong to those whose posts are fixed.
        numbers = {"A": count(6), "B": count(22), "C": count(32)} if not prefix else {"A": count(1), "B": count(1), "C": count(1)}
        width = 2 if prefix else 3

        def next_person(rank: str) -> tuple[str, str]:
            letter = "A" if rank in LEADERSHIP_RANKS else "C" if rank == Rank.STAFF else "B"
            return f"{prefix}{letter}{next(numbers[letter]):0{width}d}", next(waiting)

        for order, text in enumerate(texts):
            self.department(world, text, order, next_person)
        return world

    def department(self, world: World, text: content.Department, order: int, next_person: Callable[[str], tuple[str, str]]) -> None:
        """A department with its posts and who holds them; the leadership's posts belong to none."""
        department = None
        if not text.is_leadership:
            department = self.writer.new(Department, unit=world.unit, name=text.name, kind=text.kind, duties=text.duties, order=order)
            world.departments[text.name] = department
        for place, row in enumerate(text.positions, 1):
            position = self.writer.new(
                Position, unit=world.unit, department=department, name=row.name, rank=row.rank, duties=row.duties, order=place
            )
            world.positions[text.name, row.name] = position
            known = self.fixed.get(f"{text.name}/{row.name}", [])
            for n in range(row.holders):
                if n < len(known):
                    code, name, since = known[n]
                else:
                    code, name = next_person(row.rank)
                    since = _since(code)
                self._appoint(world, position, self.person(code, name), date.fromisoformat(since))

    def _appoint(self, world: World, position: Position, person: User, since: date) -> None:
        world.people[person.staff_number] = person
        department = position.department.name if position.department else ""
        former = self.former.get(f"{department}/{position.name}")
        if former:
            self._former(world, position, *former)
            since = self.calendar.day(FORMER_FOLLOWED)
        appointment = self.writer.new(Appointment, person=person, position=position, starts_on=since, document=_document(since))
        world.appointments[person.pk] = appointment
        world.holders.setdefault(position.pk, []).append(person)

    def _former(self, world: World, position: Position, code: str, name: str) -> None:
        left = self.calendar.day(FORMER_LEFT)
        person = self.person(code, name, is_active=False, left_on=left)
        self.writer.new(
            Appointment, person=person, position=position, starts_on=date(2012, 5, 1), ends_on=left, document=_document(date(2012, 5, 1))
        )
        world.people[code] = person
        world.former[position.pk] = person

    def bureau(self, unit: Unit) -> World:
        """The bureau with division of work and all bodies."""
        world = self.unit(unit, content.bureau(), "", content.words()["people"]["other"]["names"])
        for leader, departments in CHARGES.items():
            for name in departments:
                self.charge(world, leader, name, world.appointments[world.people[leader].pk].starts_on)
        name, old, new, until, since = MOVED_CHARGE
        self.charge(world, old, name, date(2021, 6, 1), self.calendar.day(until))
        self.charge(world, new, name, self.calendar.day(since))
        self._bureau_bodies(world)
        return world

    def institute(self, unit: Unit, lawyer: User) -> World:
        """The subordinate unit. It is too small for lawyers of its own: one of the bureau's legal office sits in its legal review."""
        world = self.unit(unit, content.institute(), "K", content.words()["people"]["institute"]["names"])
        leaders = world.texts[0].name
        head, deputy = world.first(leaders, "所长"), world.first(leaders, "副所长")
        for name in world.departments:
            self.charge(world, deputy.staff_number, name, world.appointments[deputy.pk].starts_on)
        office = world.departments["综合办公室"]
        chiefs = [world.first("综合办公室", "主任"), world.first("科研管理科", "科长")]
        group = [(head, BodyRole.HEAD), (deputy, BodyRole.DEPUTY), *((chief, BodyRole.MEMBER) for chief in chiefs)]
        self._body(world, BodyKind.LEADING_GROUP, "所廉政风险防控工作领导小组", group)
        self._body(world, BodyKind.LEADING_GROUP_OFFICE, "所领导小组办公室", [(chiefs[0], BodyRole.HEAD)], office)
        self._body(world, BodyKind.LEGAL_OFFICE, "所合规审查小组", [(chiefs[1], BodyRole.HEAD), (lawyer, BodyRole.MEMBER)])
        self._body(world, BodyKind.PARTY_BRANCH, "农科所党支部", [(head, BodyRole.SECRETARY), *((p, BodyRole.MEMBER) for p in chiefs)])
        return world

    def charge(self, world: World, leader: str, department: str, since: date, until: date | None = None) -> None:
        """Put a leader (by staff number) in charge of a department."""
        appointment = world.appointments[world.people[leader].pk]
        self.writer.new(DivisionOfWork, appointment=appointment, department=world.departments[department], starts_on=since, ends_on=until)

    def _body(self, world: World, kind: str, name: str, members: Sequence[tuple[User, str]], department: Department | None = None) -> None:
        body = self.writer.new(Body, unit=world.unit, kind=kind, name=name, department=department)
        for person, role in members:
            appointment = world.appointments.get(person.pk)
            since = max(date(2023, 1, 5), appointment.starts_on) if appointment else date(2023, 1, 5)
            self.writer.new(BodyMembership, body=body, person=person, role=role, starts_on=since)

    def _bureau_bodies(self, world: World) -> None:
        leaders = [world.people[f"A00{n}"] for n in range(1, 6)]
        head, deputies, discipline = leaders[0], leaders[1:4], leaders[4]
        member = BodyRole.MEMBER
        self._body(
            world,
            BodyKind.PARTY_COMMITTEE,
            "中共沧南市农业农村局委员会",
            [(head, BodyRole.SECRETARY), *((p, member) for p in [*deputies, discipline])],
        )
        self._body(
            world,
            BodyKind.DISCIPLINE_COMMITTEE,
            "中共沧南市农业农村局纪律检查委员会",
            [(discipline, BodyRole.HEAD), (world.first("人事科", "副科长"), member), (world.first("计划财务科", "副科长"), member)],
        )
        chiefs = [world.head(world.text(name)) for name in ("办公室", "人事科", "政策法规科")]
        group = [(head, BodyRole.HEAD), *((p, BodyRole.DEPUTY) for p in deputies), *((p, member) for p in [discipline, *chiefs])]
        self._body(world, BodyKind.LEADING_GROUP, "局廉政风险防控工作领导小组", group)
        office = [
            (chiefs[0], BodyRole.HEAD),
            (world.first("办公室", "副科长"), member),
            (world.holders[world.positions["办公室", "文秘"].pk][1], member),
        ]
        self._body(world, BodyKind.LEADING_GROUP_OFFICE, "局廉政风险防控工作领导小组办公室", office, world.departments["办公室"])
        legal = [(chiefs[2], BodyRole.HEAD), *((p, member) for p in world.holders[world.positions["政策法规科", "法制审核"].pk])]
        self._body(world, BodyKind.LEGAL_OFFICE, "局法制办公室", legal, world.departments["政策法规科"])
        personnel = [(chiefs[1], BodyRole.HEAD), (world.first("人事科", "副科长"), member)]
        self._body(world, BodyKind.PERSONNEL_OFFICE, "局人事教育办公室", personnel, world.departments["人事科"])
        offices = ("办公室", "人事科", "计划财务科", "政策法规科", "行政审批科", "农村经济指导科")
        self._branch(world, "机关第一党支部", "人事科", offices)
        self._branch(world, "机关第二党支部", "林业科", [name for name in world.departments if name not in offices])

    def _branch(self, world: World, name: str, secretary_of: str, departments: Sequence[str]) -> None:
        """A party branch of several departments; about three in four people are members."""
        secretary = world.head(world.text(secretary_of))
        people = [
            person
            for (department, _position), position in world.positions.items()
            if department in departments
            for person in world.holders[position.pk]
        ]
        members = [(p, BodyRole.MEMBER) for p in people if p != secretary and number("party", p.staff_number) % 4]
        self._body(world, BodyKind.PARTY_BRANCH, name, [(secretary, BodyRole.SECRETARY), *members])


def make_units() -> tuple[Unit, Unit]:
    """The bureau and, below it, the institute, which is open to the bureau."""
    bureau = Unit.objects.add_root(
        instance=Unit(
            name="沧南市农业农村局",
            short_name="农业农村局",
            code=BUREAU,
            duties="统筹全市农业农村发展，承担种植业、畜牧业、渔业、林业管理和农产品质量安全监管，负责农业行政审批、综合行政执法和农村集体资产监督。",
        )
    )
    institute = Unit.objects.add_child(
        bureau,
        instance=Unit(
            name="沧南市农业科学研究所",
            short_name="农科所",
            code=INSTITUTE,
            duties="承担全市主要农作物新品种选育、栽培技术试验示范和科技成果推广。",
            open_to_higher=True,
        ),
    )
    return bureau, institute


def _since(code: str) -> str:
    year = 2013 + number("since", code) % 12
    return f"{year}-{pick(('03', '06', '07', '09', '11'), 'month', code)}-01"


def _document(since: date) -> str:
    return f"沧农人〔{since.year}〕{number('document', since) % 38 + 2}号"
