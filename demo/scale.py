"""`--scale N`: stations of the towns below the bureau, each with 400 points, until the register has N times as many.

Texts stay natural because a point is a risk of the bureau in one of thirty situations (such as 春耕备耕期间), combined with a second risk
of the same field; no two say the same, and nothing differs by a mere number. Stations bring powers with flowcharts, posts and people
of their own; for this year's campaign they have drafts that nobody has begun. Points are written in one transaction a station.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Any

from django.db import transaction

from audit import services as audit
from demo import content
from demo.bulk import Writer
from demo.choose import pick
from demo.dates import Calendar
from demo.organisation import Builder, World
from demo.powers import Version
from positions.models import DepartmentKind, HolderLevel
from risks import search
from risks.grading import level_for
from risks.models import Campaign, Declaration, Measure, RiskPoint, Source
from risks.services.points import searched_texts, take_numbers
from risks.services.responsibility import Organisation, organisation_of

POINTS = 400
POINTS_OF_BUREAU = 800
# Kinds of stations with the department whose field they work in.
KINDS = (
    ("畜牧兽医站", "livestock"),
    ("农业技术推广站", "crops"),
    ("综合执法中队", "enforcement"),
    ("农村经营管理站", "rural"),
    ("林业工作站", "forestry"),
    ("农产品质量监管站", "quality"),
    ("渔政管理站", "fishery"),
    ("便民服务审批站", "approval"),
)
# How the bureau's titles are called in a station.
WORDS = (
    ("副大队长", "副站长"),
    ("大队长", "站长"),
    ("副科长", "副站长"),
    ("科长", "站长"),
    ("本科室", "本站"),
    ("科务会", "站务会"),
    ("科室", "站内"),
    ("科内", "站内"),
)
MOST_HOLDERS = 2
REGISTERED = "2025-12-10"
DUE = ("2026-09-30", "2026-12-31", "2027-03-31", "2027-06-30")


class Stations:
    """The stations that make the register `times` as long; none when it is 1."""

    def __init__(self, calendar: Calendar, times: int) -> None:
        self.calendar = calendar
        self.words = content.words()
        fields = {text.slug: text for text in content.bureau()}
        self.fields = [fields[slug] for _label, slug in KINDS]
        self.texts = [self._text(n) for n in range((times - 1) * POINTS_OF_BUREAU // POINTS)]
        self.people = 0

    def _text(self, n: int) -> content.Department:
        """A station as if it had a file of its own."""
        label, _slug = KINDS[n % len(KINDS)]
        field = self.fields[n % len(KINDS)]
        towns, counties = self.words["scale"]["towns"], self.words["scale"]["counties"]
        place = n // len(KINDS)
        posts = tuple(
            replace(row, name=in_station(row.name), duties=in_station(row.duties), holders=min(row.holders, MOST_HOLDERS))
            for row in field.positions
        )
        return replace(
            field,
            name=f"{counties[place // len(towns) % len(counties)]}{towns[place % len(towns)]}{label}",
            kind=DepartmentKind.SUBORDINATE,
            duties=self.words["scale"]["duties"],
            positions=posts,
            powers=tuple(_power(power, n) for power in field.powers),
            rules=(),
        )

    def organise(self, builder: Builder, world: World) -> None:
        """Departments, posts, people, and who is in charge."""
        taken = {person.name for person in world.people.values()}
        numbers, names = count(10001), _names(self.words["people"]["many"], taken)

        def next_person(_rank: str) -> tuple[str, str]:
            self.people += 1
            return f"D{next(numbers)}", next(names)

        for n, text in enumerate(self.texts):
            builder.department(world, text, 100 + n, next_person)
            builder.charge(world, pick(("A002", "A003", "A004"), "charge", text.name), text.name, date(2021, 6, 1))

    def register(self, world: World, version: Version, campaign: Campaign, say: Callable[[str], None]) -> dict[str, int]:
        """Points, measures and this year's drafts; returns how many of what."""
        organisation = organisation_of(world.unit.pk)
        for n, text in enumerate(self.texts):
            with transaction.atomic():
                _Station(self, n, text, world, version, organisation).write(campaign)
            if n % 10 == 9:
                say(f"Stations of the towns: {n + 1} of {len(self.texts)} …")
        return {"departments": len(self.texts), "people": self.people, "points": len(self.texts) * POINTS}


@dataclass(frozen=True, slots=True)
class Said:
    """What one point of a station says, and the risk of the bureau it comes from."""

    power: content.Power
    risk: content.Risk
    title: str
    content: str
    manifestation: str


class Texts:
    """The texts of one station, told apart by their place."""

    def __init__(self, stations: Stations, n: int) -> None:
        self.situations, self.joiners = stations.words["scale"]["situations"], stations.words["scale"]["joiners"]
        field = stations.fields[n % len(KINDS)]
        self.risks = [(power, risk) for power, risk in field.risks if risk.level != HolderLevel.UNIT]
        self.first = n // len(KINDS) * POINTS

    def at(self, place: int) -> Said:
        """A combination of risk, situation and second risk of the field; none comes twice in all stations of a kind."""
        k = self.first + place
        rounds = k // len(self.risks)
        power, risk = self.risks[k % len(self.risks)]
        situation = self.situations[rounds % len(self.situations)]
        other = self.risks[(k + 1 + rounds // len(self.situations)) % len(self.risks)][1]
        joiner = self.joiners[(k + rounds) % len(self.joiners)].format(title=other.title)
        return Said(
            power,
            risk,
            in_station(f"{situation}{risk.title}"),
            in_station(f"{situation}，{risk.content}{joiner}"),
            in_station(other.manifestation if k % 3 == 0 else risk.manifestation),
        )


class _Station:
    """Writes the points of one station."""

    def __init__(
        self, stations: Stations, n: int, text: content.Department, world: World, version: Version, organisation: Organisation
    ) -> None:
        self.text, self.world, self.version, self.organisation = text, world, version, organisation
        self.calendar = stations.calendar
        self.n, self.texts = n, Texts(stations, n)
        self.department = world.departments[text.name]
        self.at = self.calendar.at(REGISTERED, 10)
        self.writer = Writer(self.at)

    def write(self, campaign: Campaign) -> None:
        """Everything, with one summary event."""
        scheme = campaign.scheme
        for place, given in enumerate(take_numbers(self.world.unit, self.at.year, POINTS)):
            said = self.texts.at(place)
            point = self._point(said, place, given)
            level = level_for(scheme, point)[0]
            assert level is not None
            point.initial_level = point.current_level = level
            self.organisation.derive(point, level)
            point.search = search.vector_text(*searched_texts(point))
            self._measures(point, said.risk)
        self._drafts(campaign)
        self.writer.flush()
        by, unit = self.world.people["B022"], self.world.unit
        audit.record("risk.imported", by=by, obj=unit, unit_id=unit.pk, detail={"points": POINTS, "department": self.text.name})

    def _point(self, said: Said, place: int, given: str) -> RiskPoint:
        power, risk = said.power, said.risk
        own = _number(power, self.n)
        position = self.world.positions[self.text.name, in_station(risk.position)] if risk.level == HolderLevel.POSITION else None
        return self.writer.new(
            RiskPoint,
            unit=self.world.unit,
            department=self.department,
            position=position,
            number=given,
            level_of=risk.level,
            title=said.title,
            content=said.content,
            manifestation=said.manifestation,
            aspect=risk.aspect,
            found_by=risk.found_by,
            method=risk.method,
            power_item=self.version.items[own],
            flow_step=self.version.steps[own, risk.step],
            power_category=power.category,
            major_matter=power.major_matter,
            probability=min(5, max(1, risk.probability + place % 3 - 1)),
            harm=risk.harm,
            direct_holder_id=self._holder(position.pk, place) if position else None,
            source=Source.IMPORT,
            registered_on=self.at.date(),
            reviewed_on=self.at.date(),
            created_at=self.at,
            updated_at=self.at,
        )

    def _holder(self, position_id: int, place: int) -> int:
        holders = self.organisation.holders[position_id]
        return holders[place % len(holders)]

    def _measures(self, point: RiskPoint, risk: content.Risk) -> None:
        for order, row in enumerate(risk.measures, 1):
            self.writer.new(
                Measure,
                risk=point,
                order=order,
                kind=row.kind,
                line=row.line,
                text=in_station(row.text),
                who_id=point.direct_holder_id or point.department_head_id,
                due_on=self.calendar.day(pick(DUE, "due", point.number, order)),
                created_at=self.at,
                updated_at=self.at,
            )

    def _drafts(self, campaign: Campaign) -> None:
        common = {"unit": self.world.unit, "campaign": campaign, "scheme": campaign.scheme, "department": self.department}
        at = campaign.created_at
        commitments = {kind: getattr(campaign, f"commitment_{kind}") for kind in (HolderLevel.POSITION, HolderLevel.DEPARTMENT)}
        names: list[str] = []
        for row in self.text.positions:
            position = self.world.positions[self.text.name, row.name]
            for person in self.world.holders[position.pk]:
                names.append(person.name)
                self.writer.new(
                    Declaration,
                    kind=HolderLevel.POSITION,
                    position=position,
                    declarant=person,
                    duties=position.duties,
                    commitment=commitments[HolderLevel.POSITION],
                    created_at=at,
                    **common,
                )
        self.writer.new(
            Declaration,
            kind=HolderLevel.DEPARTMENT,
            declarant=self.world.head(self.text),
            duties=self.department.duties,
            participants="、".join(names),
            commitment=commitments[HolderLevel.DEPARTMENT],
            created_at=at,
            **common,
        )


def in_station(text: str) -> str:
    """A text of the bureau in the words of a station."""
    for word, here in WORDS:
        text = text.replace(word, here)
    return text


def _number(power: content.Power, n: int) -> str:
    return f"{power.number.replace('-', '')}-Z{n + 1:03d}"


def _power(power: content.Power, n: int) -> content.Power:
    """A power of the bureau as a station has it: held there, its own people in the steps; its risks come as points."""
    steps = tuple(step if step.holder.startswith("@") else replace(step, holder=in_station(step.holder)) for step in power.steps)
    level = HolderLevel.DEPARTMENT if power.level == HolderLevel.UNIT else power.level
    return replace(power, number=_number(power, n), level=level, position=in_station(power.position), steps=steps, risks=())


def _names(many: dict[str, Any], taken: set[str]) -> Iterator[str]:
    """Surname and given name, each pair once, neighbours unlike."""
    surnames, given = many["surnames"], many["given"]
    total = len(surnames) * len(given)
    # Any step without a common divisor visits every pair once; 14,720 = 2^7 · 5 · 23.
    step = 5701
    for n in range(total):
        place = n * step % total
        name = surnames[place // len(given)] + given[place % len(given)]
        if name not in taken:
            yield name
