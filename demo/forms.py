"""Writing a form of the demo with its risks, signature, steps and opinions, all with the dates of the story."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from demo import content
from demo.bulk import Writer
from demo.choose import chance, number, pick
from demo.dates import Calendar
from demo.organisation import World
from demo.plans import Declared, Form
from demo.powers import Version
from demo.trail import Trail
from positions.models import HolderLevel, Rule
from risks.grading import level_for
from risks.models import (
    Campaign,
    Decision,
    Declaration,
    EntryChange,
    EntryComment,
    EntryMeasure,
    Level,
    Opinion,
    ReviewStep,
    RiskEntry,
    Signature,
    StepKindReview,
)
from risks.review_path import PlannedStep, plan
from risks.services.forms import canonical, digest_of
from risks.services.review_facts import UnitFacts

TO_MAKE_WORDS = ("制定", "出台", "建立", "修订", "完善")
STEP_WORDS = {
    StepKindReview.RATE: "rate",
    StepKindReview.REVIEW: "review",
    StepKindReview.HEAD: "head",
    StepKindReview.DISCIPLINE: "discipline",
}


@dataclass
class Written:
    """A form with what belongs to it."""

    plan: Form
    declaration: Declaration
    entries: list[RiskEntry] = field(default_factory=list)
    measures: dict[int, list[EntryMeasure]] = field(default_factory=dict)  # entry → measures
    declared: dict[int, Declared] = field(default_factory=dict)  # entry → text, for new risks
    steps: list[ReviewStep] = field(default_factory=list)


class FormWriter:
    """Writes the forms of one campaign of one unit."""

    def __init__(
        self,
        writer: Writer,
        calendar: Calendar,
        trail: Trail,
        world: World,
        campaign: Campaign,
        version: Version,
        rules: dict[str, list[Rule]],
        facts: UnitFacts,
    ) -> None:
        self.writer, self.calendar, self.trail, self.world = writer, calendar, trail, world
        self.campaign, self.version, self.rules, self.facts = campaign, version, rules, facts
        self.scheme = campaign.scheme
        self.people = {person.pk: person for person in world.people.values()}
        self.words = content.words()

    def open(self, form: Form, at: datetime) -> Written:
        """An empty draft, as the start of the campaign makes it."""
        text = form.text
        duties = form.position.duties if form.position else form.department.duties if form.department else self.world.unit.duties
        declaration = self.writer.new(
            Declaration,
            unit=self.world.unit,
            campaign=self.campaign,
            scheme=self.scheme,
            kind=form.kind,
            department=form.department,
            position=form.position,
            declarant=form.declarant,
            duties=duties,
            participants=self._participants(form),
            commitment=self.words["commitments"][form.kind],
            created_at=at,
            updated_at=at,
        )
        self.trail.tell(at, "declaration.opened", None, declaration, detail={"department": text.name})
        return Written(form, declaration)

    def _participants(self, form: Form) -> str:
        if form.kind == HolderLevel.POSITION:
            return ""
        names = [p.name for row in form.text.positions for p in self.world.holders[self.world.positions[form.text.name, row.name].pk]]
        return "、".join(names)

    def begin(self, written: Written, at: datetime) -> None:
        """The declarant opened the draft for the first time."""
        written.declaration.version, written.declaration.updated_at = 2, at
        self.trail.tell(at, "declaration.begun", written.plan.declarant, written.declaration)

    def entry(self, written: Written, declared: Declared, at: datetime) -> RiskEntry:
        """A new risk from the texts."""
        risk, power = declared.risk, declared.power
        item = self.version.items.get(power.number)
        entry = self._entry(
            written,
            at,
            level_of=written.plan.kind,
            title=risk.title,
            content=risk.content,
            manifestation=risk.manifestation,
            aspect=risk.aspect,
            found_by=risk.found_by,
            method=risk.method,
            power_item=item,
            flow_step=self.version.steps.get((power.number, risk.step)),
            power_category=power.category,
            major_matter=power.major_matter,
            probability=risk.probability,
            harm=risk.harm,
            involved_positions="" if written.plan.kind == HolderLevel.POSITION else self._involved(declared),
        )
        written.declared[entry.pk] = declared
        for row in risk.measures:
            self.measure(written, entry, row.kind, row.line, row.text, declared.department.name)
        return entry

    def _entry(self, written: Written, at: datetime, **fields: Any) -> RiskEntry:
        entry = self.writer.new(
            RiskEntry,
            declaration=written.declaration,
            unit=self.world.unit,
            order=len(written.entries) + 1,
            created_at=at,
            updated_at=at,
            **fields,
        )
        entry.computed_level = level_for(self.scheme, entry)[0]
        entry.self_level = entry.computed_level
        written.entries.append(entry)
        written.measures[entry.pk] = []
        return entry

    def kept(self, written: Written, source: Any, at: datetime, **fields: Any) -> RiskEntry:
        """A risk taken over from the register."""
        names = ("title", "content", "manifestation", "aspect", "found_by", "method", "power_item", "flow_step", "power_category",
                 "major_matter", "probability", "harm", "involved_positions", "cooperating")  # fmt: skip
        values = {name: getattr(source, name) for name in names} | {"level_of": written.plan.kind, "risk_point": source}
        entry = self._entry(written, at, **values | {"change": EntryChange.KEEP} | fields)
        entry.self_level = source.current_level
        if entry.self_level != entry.computed_level:
            entry.answers = {"self_reason": pick(self.words["levels"]["self_reason"], "self", source.number)}
        return entry

    def measure(self, written: Written, entry: RiskEntry, kind: str, line: str, text: str, department: str, **fields: Any) -> EntryMeasure:
        """A measure of a risk; one that asks for a rule points to one of the department's."""
        own = written.measures[entry.pk]
        rule = self._rule(text, department) if kind == "rule" else None
        measure = self.writer.new(
            EntryMeasure, entry=entry, order=len(own) + 1, kind=kind, line=line, text=text, rule=rule, who=written.plan.declarant, **fields
        )
        own.append(measure)
        return measure

    def _rule(self, text: str, department: str) -> Rule | None:
        rules = self.rules.get(department, [])
        to_make = [rule for rule in rules if rule.state == "to_make"]
        wanted = to_make if to_make and text.startswith(TO_MAKE_WORDS) else [rule for rule in rules if rule.state == "in_force"]
        return pick(wanted, "rule", text) if wanted else None

    def _involved(self, declared: Declared) -> str:
        step = next((s for s in declared.power.steps if s.key == declared.risk.step), None)
        holder = step.holder if step else ""
        return holder.removeprefix("@").replace("/", "")

    def sign(self, written: Written, at: datetime) -> None:
        """Sign what the form says now and hand it in."""
        declaration, who = written.declaration, written.plan.declarant
        for entry in written.entries:
            entry._prefetched_objects_cache = {"measures": written.measures[entry.pk]}  # type: ignore[attr-defined]
        said = canonical(declaration, written.entries)
        for entry in written.entries:
            del entry._prefetched_objects_cache  # type: ignore[attr-defined]
        declaration.signed_at = declaration.submitted_at = declaration.updated_at = at
        declaration.version += 1
        self.writer.new(
            Signature,
            declaration=declaration,
            by=who,
            name=who.name,
            text=declaration.commitment,
            content=said,
            digest=digest_of(said),
            at=at,
        )
        if not written.steps:
            for order, step in enumerate(self.path(written), 1):
                reviewer = self.people[step.reviewer] if step.reviewer else None
                written.steps.append(self.writer.new(ReviewStep, declaration=declaration, order=order, kind=step.kind, reviewer=reviewer))
        waiting = next(step for step in written.steps if step.decision == Decision.PENDING)
        waiting.is_current, waiting.waiting_since = True, at
        declaration.state = "reviewed" if waiting.kind == StepKindReview.GROUP else "in_review"
        self.trail.tell(at, "declaration.signed", who, declaration, detail={"step": str(waiting.get_kind_display())})

    def path(self, written: Written) -> tuple[PlannedStep, ...]:
        """The reviewers of the form."""
        return plan(self.facts.facts(written.declaration))

    def agree(self, written: Written, at: datetime) -> None:
        """The current reviewer agrees; the form goes to the next one."""
        step = next(step for step in written.steps if step.is_current)
        assert step.reviewer is not None
        words = self.words["opinions"][STEP_WORDS[StepKindReview(step.kind)]]
        text = pick(words, "opinion", self.campaign.year, written.plan.name, step.kind)
        self._decided(written, step, Decision.AGREED, step.reviewer, text, at)
        for entry in written.entries:
            self._rate(entry, step.reviewer, at)
        following = written.steps[step.order]
        following.is_current, following.waiting_since = True, at
        to_group = following.kind == StepKindReview.GROUP
        if to_group:
            written.declaration.state = "reviewed"
        action = "declaration.reviewed" if to_group else "declaration.step_agreed"
        self.trail.tell(at, action, step.reviewer, written.declaration, reason=text, detail={"step": str(step.get_kind_display())})

    def _rate(self, entry: RiskEntry, by: User, at: datetime) -> None:
        wanted = entry.reviewed_level or entry.computed_level if entry.change == EntryChange.NEW else entry.self_level
        if entry.change != EntryChange.RETIRE and entry.reviewed_level != wanted:
            entry.reviewed_level = wanted
            if wanted != entry.self_level:
                self.trail.tell(at, "entry.rated", by, entry, changes={"reviewed_level": [None, str(wanted)]})

    def give_back(self, written: Written, at: datetime, reason: str) -> None:
        """The current reviewer returns the form with a reason and, often, remarks on single risks."""
        step = next(step for step in written.steps if step.is_current)
        assert step.reviewer is not None
        self._decided(written, step, Decision.RETURNED, step.reviewer, reason, at)
        declaration = written.declaration
        declaration.state, declaration.resume_order = "returned", step.order
        detail = {"step": str(step.get_kind_display())}
        self.trail.tell(at, "declaration.returned", step.reviewer, declaration, reason=reason, detail=detail)

    def remark(self, written: Written, entry: RiskEntry, by: User, at: datetime, *, answered: bool) -> None:
        """A remark on one risk, with the declarant's answer an hour later."""
        question, answer = pick(self.words["comments"]["entries"], "remark", entry.title, written.plan.name)
        talk = [(by, question, at), (written.plan.declarant, answer, at + timedelta(minutes=75))][: 2 if answered and answer else 1]
        for person, text, when in talk:
            self.writer.new(EntryComment, entry=entry, by=person, name=person.name, text=text, at=when)
            self.trail.tell(when, "entry.commented", person, entry, detail={"text": text})

    def mended(self, written: Written, at: datetime) -> None:
        """A returned form is signed again and comes back to the step that returned it."""
        for step in written.steps:
            if step.decision == Decision.RETURNED:
                step.decision, step.decided_by, step.decided_at = Decision.PENDING, None, None
        written.declaration.resume_order = None
        self.sign(written, at)

    def grade(self, written: Written, by: User, at: datetime, summary: str) -> None:
        """The leading group has decided on every risk of the form."""
        step = written.steps[-1]
        self._decided(written, step, Decision.AGREED, by, summary, at)
        written.declaration.state, written.declaration.graded_at = "graded", at
        self.trail.tell(at, "declaration.graded", by, written.declaration, changes={"state": ["领导小组评估中", "已定级"]}, reason=summary)

    def _decided(self, written: Written, step: ReviewStep, decision: str, by: User, text: str, at: datetime) -> None:
        step.decision, step.is_current, step.decided_by, step.decided_at = decision, False, by, at
        declaration = written.declaration
        self.writer.new(Opinion, declaration=declaration, kind=step.kind, decision=decision, text=text, by=by, name=by.name, at=at)
        declaration.updated_at = at
        declaration.version += 1

    def decide(self, entry: RiskEntry, level: Level, reason: str, by: User, at: datetime) -> None:
        """The group's decision on one risk."""
        entry.final_level, entry.final_reason, entry.decided_by, entry.decided_at = level, reason, by, at
        action = "entry.level_decided" if reason else "entry.confirmed"
        self.trail.tell(at, action, by, entry, changes={"final_level": [None, level.label]}, reason=reason)


def other_level(levels: Sequence[Level], level: Level, *key: object) -> tuple[Level, str]:
    """A neighbouring level and the direction towards it ("up" or "down"), more often up."""
    ordered = sorted(levels, key=lambda one: one.severity)
    place = ordered.index(level)
    up = place < len(ordered) - 1 and (place == 0 or chance(60, "up", *key))
    return ordered[place + (1 if up else -1)], "up" if up else "down"


def spread(calendar: Calendar, days: Sequence[str], *key: object) -> datetime:
    """One of the days at a time of office hours."""
    minutes = 8 * 60 + 20 + number("minute", *key) % 530
    if 12 * 60 <= minutes < 14 * 60:
        minutes += 150
    return calendar.moment(calendar.day(pick(days, "day", *key)), min(minutes, 17 * 60 + 50))
