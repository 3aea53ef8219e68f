"""Loading the whole demo in one transaction (and each step of `--scale` in its own)."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from demo import assessments, content, files, last_year, mottos, regrading, stories, surveys
from demo.bulk import Writer
from demo.dates import Calendar
from demo.forms import FormWriter
from demo.organisation import Builder, World, make_units
from demo.points import Points
from demo.powers import NEW_IN_SECOND, Powers, Version
from demo.register import Register
from demo.roles import ADMINISTRATORS, PASSWORD
from demo.scale import Stations
from demo.this_year import ThisYear
from demo.trail import Trail
from positions.models import HolderLevel, Rule
from risks.models import Campaign, CampaignPhase, Measure, RiskPoint
from risks.services import points as register_points
from risks.services.campaigns import default_phases, default_scheme
from risks.services.responsibility import organisation_of
from risks.services.review_facts import UnitFacts
from risks.states import CampaignState


@dataclass
class Loader:
    """Loads the demo as of a day."""

    today: date
    say: Callable[[str], None] = lambda _text: None
    report: dict[str, Any] = field(default_factory=dict)

    def load(self, times: int = 1) -> dict[str, Any]:
        """Everything; `times` as many points. Returns figures for the report."""
        self.calendar = Calendar(self.today)
        self.stations = Stations(self.calendar, times)
        with transaction.atomic():
            self._base()
        if self.stations.texts:
            self.report["stations"] = self.stations.register(self.bureau, self.version, self.running, self.say)
        register_points.changed()
        self.say("Collecting statistics …")
        collect_statistics()
        return self.report

    def _base(self) -> None:
        self.trail = Trail()
        self.writer = Writer(self.calendar.at("2025-10-09"))
        self.say("People and organisation …")
        bureau_unit, institute_unit = make_units()
        builder = Builder(self.writer, self.calendar, make_password(PASSWORD))
        self.bureau = builder.bureau(bureau_unit)
        institute = builder.institute(institute_unit, self.bureau.people["B019"])
        self.stations.organise(builder, self.bureau)
        for number, role in ADMINISTRATORS.items():
            builder.person(number, content.words()["people"]["administrators"][role.value][1], admin_role=role)
        self.writer.flush()
        self.say("Powers and flowcharts …")
        first, second, _third = self._bureau_catalogues()
        self.version = second
        own = self._institute_catalogue(institute)
        self.say("Forms, reviews and the register …")
        self.running = self._campaigns(self.bureau, first, second, ("A001", "A002"))
        self._campaigns(institute, own, own, ("KA01", "KA02"))
        self.say("Points …")
        self.report["point_entries"] = Points(self.writer, self.calendar, self.trail, self.bureau).run()
        self.trail.write(self.writer)
        self.say("Leads and warnings …")
        # What was just written has no statistics yet: the plans of the queries that read it would take minutes.
        collect_statistics()
        self.report |= stories.tell(self.bureau, self.calendar)
        self.report["mottos"] = mottos.tell(self.bureau, self.calendar)
        self.say("Surveys …")
        self.report["surveys"] = surveys.tell(self.bureau, self.calendar)
        self.say("Assessments …")
        collect_statistics()
        self.report["rounds"] = assessments.tell(self.bureau, self.calendar)
        self.say("Re-grading and reminders …")
        collect_statistics()
        self.report["proposals"] = regrading.tell(self.bureau, self.calendar)
        self.say("Integrity files and annual reports …")
        self.report |= files.tell(self.bureau, self.calendar)

    def _bureau_catalogues(self) -> tuple[Version, Version, Version]:
        world = self.bureau
        powers = Powers(self.writer, self.calendar, self.trail, world)
        self.rules = {world.unit.code: powers.rules()}
        office, legal, head = world.people["B022"], world.people["B019"], world.people["A001"]
        texts = content.bureau()
        first = powers.compile(1, texts, NEW_IN_SECOND)
        powers.publish(first, 1, submitted=office, legal=legal, published=head, former=None)
        second = powers.compile(2, [*texts, *self.stations.texts])
        powers.publish(second, 2, submitted=office, legal=legal, published=head, former=first)
        third = powers.compile(3, [*texts, *self.stations.texts])
        self.trail.tell(
            self.calendar.at("2026-11-09", 8, 40),
            "catalogue.started",
            office,
            third.catalogue,
            detail={"copied": len(second.items), "from": 2},
        )
        powers.third(third)
        return first, second, third

    def _institute_catalogue(self, world: World) -> Version:
        powers = Powers(self.writer, self.calendar, self.trail, world)
        self.rules[world.unit.code] = powers.rules()
        version = powers.compile(1, content.institute())
        leaders = world.texts[0].name
        office, legal = world.first("综合办公室", "主任"), world.first("科研管理科", "科长")
        powers.publish(version, 1, submitted=office, legal=legal, published=world.first(leaders, "所长"), former=None)
        powers.hand_in(powers.compile(2, content.institute()), by=office, to=self.bureau.people["B019"])
        return version

    def _campaigns(self, world: World, before: Version, now: Version, leaders: tuple[str, str]) -> Campaign:
        """Last year's campaign and this year's, which is returned."""
        chair, deputy = (world.people[number] for number in leaders)
        scheme = default_scheme(world.unit)
        assert scheme is not None
        rules = self.rules[world.unit.code]
        register = Register(self.writer, self.calendar, self.trail, world, organisation_of(world.unit.pk), list(scheme.scale.levels.all()))
        closed = self._campaign(world, "2025-11-03", CampaignState.CLOSED)
        facts = UnitFacts(world.unit.pk, self.calendar.day("2025-11-20"))
        points = last_year.run(self._forms(world, closed, before, rules, facts), register, now, chair, deputy)
        running = self._campaign(world, "2026-11-02", CampaignState.RUNNING)
        facts = UnitFacts(world.unit.pk)
        measures: dict[int, list[Measure]] = defaultdict(list)
        for row in self.writer.rows.get(Measure, []):
            assert isinstance(row, Measure)
            measures[row.risk_id].append(row)
        year = ThisYear(self._forms(world, running, now, rules, facts), register, points, measures)
        new = year.run(chair, deputy)
        self.report[world.unit.code] = _figures(world, [*points, *new], year.states)
        self.writer.flush()
        return running

    def _forms(self, world: World, campaign: Campaign, version: Version, rules: dict[str, list[Rule]], facts: UnitFacts) -> FormWriter:
        return FormWriter(self.writer, self.calendar, self.trail, world, campaign, version, rules, facts)

    def _campaign(self, world: World, opened: str, state: CampaignState) -> Campaign:
        at = self.calendar.at(opened, 8, 30)
        words = content.words()["commitments"]
        by = world.people.get("B022") or world.first("综合办公室", "主任")
        closed = self.calendar.at("2026-02-27", 16) if state == CampaignState.CLOSED else None
        campaign = self.writer.new(
            Campaign,
            unit=world.unit,
            year=at.year,
            title=f"{at.year}年度廉政风险排查",
            state=state,
            scheme=default_scheme(world.unit),
            started_at=at,
            closed_at=closed,
            created_at=at,
            **{f"commitment_{kind}": words[kind] for kind in HolderLevel.values},
        )
        year = int(opened[:4])
        for kind, starts_on, due_on in default_phases(year):
            shift = self.calendar.shift
            self.writer.new(CampaignPhase, campaign=campaign, kind=kind, starts_on=starts_on + shift, due_on=due_on + shift)
        self.trail.tell(at, "campaign.created", by, campaign)
        self.trail.tell(at.replace(minute=40), "campaign.started", by, campaign)
        if closed:
            self.trail.tell(closed, "campaign.closed", by, campaign)
        return campaign


def collect_statistics() -> None:
    """Let the database know how much there is of what; only of our tables, or another database of the server would wait for this one."""
    tables = ", ".join(connection.ops.quote_name(name) for name in connection.introspection.table_names())
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


def _figures(world: World, points: list[RiskPoint], states: dict[str, int]) -> dict[str, Any]:
    return {
        "departments": sum(text.name in world.departments for text in world.texts),
        "people": sum(person.is_active for person in world.people.values() if person.staff_number[0] != "D"),
        "powers": sum(len(text.powers) for text in world.texts),
        "points": len(points),
        "forms_this_year": dict(sorted(states.items())),
    }
