"""Points of the demo's register, their measures, and what happened to them since they were entered."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from accounts.models import User
from common import workdays
from demo import content
from demo.bulk import Writer
from demo.choose import chance, number, pick, weighted
from demo.dates import Calendar
from demo.forms import Written, other_level, spread
from demo.organisation import FORMER_FOLLOWED, MOVED_CHARGE, World
from demo.powers import Version
from demo.trail import Trail
from positions.models import FlowStep, HolderLevel, PowerItem
from risks import search
from risks.models import Level, Measure, RiskEntry, RiskPoint, Source
from risks.services.points import searched_texts, take_numbers
from risks.services.responsibility import Organisation
from risks.states import MeasureState, RiskState

# Weekdays on which a day's work was reported, confirmed or decided.
SPRING = ("2026-03-10", "2026-04-14", "2026-05-19", "2026-06-16", "2026-07-14", "2026-08-18", "2026-09-15", "2026-10-20")
RETIRED_ON = "2026-09-15"
DUE = {
    "before": ("2025-12-31", "2026-01-30", "2026-03-31", "2026-06-30"),
    "during": ("2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"),
    "after": ("2026-06-30", "2026-10-30", "2026-11-13", "2026-11-27", "2026-12-31", "2027-01-29"),
}
# How far measures have got, by when they were due: (due until, states with their weights).
PROGRESS = (
    ("2026-06-30", (("confirmed", 90), ("done", 5), ("dropped", 3), ("planned", 2))),
    ("2026-09-30", (("confirmed", 62), ("done", 22), ("dropped", 3), ("planned", 13))),
    ("2026-11-13", (("confirmed", 28), ("done", 38), ("planned", 34))),
    ("9999-12-31", (("confirmed", 4), ("done", 12), ("planned", 84))),
)


class Register:
    """Writes points and measures of one unit."""

    def __init__(
        self, writer: Writer, calendar: Calendar, trail: Trail, world: World, organisation: Organisation, levels: Sequence[Level]
    ) -> None:
        self.writer, self.calendar, self.trail, self.world = writer, calendar, trail, world
        self.organisation, self.levels = organisation, levels
        self.people = {person.pk: person for person in world.people.values()}
        self.words = content.words()

    def numbers(self, year: int, count: int) -> list[str]:
        """The next numbers of the unit's series."""
        return list(take_numbers(self.world.unit, year, count)) if count else []

    def enter(self, written: Written, entry: RiskEntry, number_: str, by: User, on: datetime, version: Version) -> RiskPoint:
        """The point of a new risk, on the items of `version`, with its measures."""
        level = entry.final_level
        assert level is not None
        form = written.plan
        declared = written.declared[entry.pk]
        item: PowerItem | None = version.items.get(declared.power.number)
        step: FlowStep | None = version.steps.get((declared.power.number, declared.risk.step))
        day = on.date()
        point = self.writer.new(
            RiskPoint,
            unit=self.world.unit,
            department=None if form.kind == HolderLevel.UNIT else form.department,
            position=form.position,
            number=number_,
            level_of=entry.level_of,
            title=entry.title,
            content=entry.content,
            manifestation=entry.manifestation,
            aspect=entry.aspect,
            found_by=entry.found_by,
            method=entry.method,
            power_item=item,
            flow_step=step,
            power_category=entry.power_category,
            major_matter=entry.major_matter,
            probability=entry.probability,
            harm=entry.harm,
            involved_positions=entry.involved_positions,
            initial_level=level,
            current_level=level,
            direct_holder=form.declarant if form.kind == HolderLevel.POSITION else None,
            is_shared=form.kind == HolderLevel.POSITION and chance(18, "shared", number_),
            source=Source.CAMPAIGN,
            registered_on=day,
            reviewed_on=day,
            created_at=on,
            updated_at=on,
        )
        self._target(point)
        self.derive(point)
        point.search = search.vector_text(*searched_texts(point))
        entry.risk_point = point
        self.trail.tell(on, "risk.entered", by, point, changes={"current_level": [None, level.label]})
        return point

    def derive(self, point: RiskPoint) -> None:
        """Who answers for it today."""
        self.organisation.derive(point, point.current_level)

    def _target(self, point: RiskPoint) -> None:
        below = [level for level in self.levels if level.severity == point.current_level.severity - 1]
        if below and chance(45, "target", point.number):
            point.target_level = below[0]

    def measures(self, written: Written, entry: RiskEntry, point: RiskPoint, *, fresh: bool = False) -> None:
        """The measures of a point and how far they have got; `fresh` ones are all still planned."""
        for source in written.measures[entry.pk]:
            due = self.calendar.day(pick(DUE["after"][3:] if fresh else DUE[source.line], "due", point.number, source.order))
            measure = self.writer.new(
                Measure,
                risk=point,
                order=source.order,
                kind=source.kind,
                line=source.line,
                text=source.text,
                rule=source.rule,
                who_id=self._who(point, source.order),
                due_on=due,
                created_at=point.created_at,
                updated_at=point.created_at,
            )
            if not fresh:
                self._progress(point, measure, due)

    def _progress(self, point: RiskPoint, measure: Measure, due: date) -> None:
        key = ("measure", point.number, measure.order)
        weights = next(weights for until, weights in PROGRESS if due <= self._until(until))
        state = weighted(weights, *key)
        who = self.people.get(measure.who_id or 0)
        if state == "planned" or who is None:
            return
        if state == "dropped":
            measure.state = MeasureState.DROPPED
            reason = pick(self.words["measures"]["dropped"], *key)
            head = self.people[point.department_head_id or point.responsible_leader_id or who.pk]
            at = spread(self.calendar, SPRING[:3], *key)
            self.trail.tell(at, "measure.dropped", head, measure, unit_id=point.unit_id, reason=reason)
            return
        done = self._done_at(due, state, *key)
        note = pick(self.words["measures"][measure.kind], "note", *key).format(month=done.month)
        measure.state, measure.done_by, measure.done_at, measure.proof_note = MeasureState.DONE, who, done, note
        measure.updated_at, measure.version = done, 2
        self.trail.tell(done, "measure.reported", who, measure, unit_id=point.unit_id, reason=note)
        checker = self._checker(point, who)
        if state == "confirmed" and checker:
            at = self._workday(done + timedelta(days=1 + number("checked", *key) % 4))
            measure.state, measure.confirmed_by, measure.confirmed_at = MeasureState.CONFIRMED, checker, at
            measure.updated_at, measure.version = at, 3
            self.trail.tell(at, "measure.confirmed", checker, measure, unit_id=point.unit_id)

    def _until(self, text: str) -> date:
        return date.max if text.startswith("9999") else self.calendar.day(text)

    def _done_at(self, due: date, state: str, *key: object) -> datetime:
        """Shortly before it was due; what still waits to be confirmed was reported in the last weeks."""
        latest = self.calendar.day("2026-11-18" if state == "done" else "2026-11-12")
        day = min(due, latest) - timedelta(days=number("done", *key) % 18)
        if state == "done":
            day = max(day, self.calendar.day("2026-10-26") + timedelta(days=number("lately", *key) % 20))
        return self._workday(
            spread(Calendar(self.calendar.today), ("2026-11-18",), *key).replace(year=day.year, month=day.month, day=day.day)
        )

    def _workday(self, at: datetime) -> datetime:
        while not workdays.is_workday(at.date()):
            at -= timedelta(days=1)
        return at

    def _who(self, point: RiskPoint, order: int) -> int | None:
        """Who carries out a measure; those of the unit are divided among the deputies."""
        deputies = sorted(set(self.organisation.deputies.values()))
        if point.level_of == HolderLevel.UNIT and deputies:
            return pick(deputies, "who", point.number, order)
        return point.direct_holder_id or point.department_head_id

    def _checker(self, point: RiskPoint, who: User) -> User | None:
        """The nearest one above who did not do it; nobody for the unit head's own."""
        above = (point.department_head_id, self.organisation.deputies.get(point.department_id or 0), self.organisation.unit_head)
        return next((self.people[pk] for pk in above if pk and pk != who.pk), None)

    def history(self, points: Sequence[RiskPoint], by: User) -> None:
        """What happened to last year's points: levels adjusted, points taken off, responsibility that followed the organisation."""
        reasons = self.words["levels"]
        for point in points:
            roll = number("fate", point.number) % 100
            if roll < 2:
                level, direction = other_level(self.levels, point.current_level, point.number)
                self._adjust(point, level, pick(reasons[f"adjusted_{direction}"], point.number), by)
            elif roll == 2 and point.current_level.severity == 1:
                self._retire(point, pick(reasons["retired"], point.number), by)
        self._moved_charge(points)
        self._followed_holder(points)

    def _adjust(self, point: RiskPoint, level: Level, reason: str, by: User) -> None:
        at = spread(self.calendar, SPRING, "adjusted", point.number)
        old, before = point.current_level, self._name(point.responsible_leader_id)
        point.current_level, point.reviewed_on, point.updated_at, point.version = level, at.date(), at, 2
        point.target_level = None
        self.derive(point)
        changes: dict[str, list[object]] = {"current_level": [old.label, level.label]}
        if self._name(point.responsible_leader_id) != before:
            changes["responsible_leader"] = [before, self._name(point.responsible_leader_id)]
        self.trail.tell(at, "risk.level_changed", by, point, changes=changes, reason=reason)

    def _retire(self, point: RiskPoint, reason: str, by: User) -> None:
        at = self.calendar.at(RETIRED_ON, 15, number("retired", point.number) % 60)
        point.state, point.retired_on, point.updated_at, point.version = RiskState.RETIRED, at.date(), at, 2
        self.trail.tell(at, "risk.retired", by, point, reason=reason)

    def _moved_charge(self, points: Sequence[RiskPoint]) -> None:
        """The points whose deputy in charge changed with the division of work."""
        name, old, new, _until, since = MOVED_CHARGE
        if name not in self.world.departments:
            return
        before, after = self.world.people[old], self.world.people[new]
        by = self.world.people["A001"]
        department = self.world.departments[name].pk
        for n, point in enumerate(points):
            if point.department_id == department and point.responsible_leader_id == after.pk:
                at = self.calendar.at(since, 9, 30) + timedelta(seconds=n % 7)
                changes = {"responsible_leader": [before.name, after.name]}
                self.trail.tell(at, "risk.followed", by, point, changes=changes, reason=self.words["shifts"]["reason"])

    def _followed_holder(self, points: Sequence[RiskPoint]) -> None:
        """The points whose holder retired during the year."""
        for point in points:
            former = self.world.former.get(point.position_id or 0)
            if former:
                changes = {"direct_holder": [former.name, self._name(point.direct_holder_id)]}
                reason = f"{former.name}退休，{self._name(point.direct_holder_id)}接任。"
                at = self.calendar.at(FORMER_FOLLOWED, 9, 5)
                self.trail.tell(at, "risk.followed", None, point, changes=changes, reason=reason)

    def _name(self, pk: int | None) -> str:
        return self.people[pk].name if pk else ""
