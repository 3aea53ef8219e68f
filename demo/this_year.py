"""This year's campaign, half-way: forms in every state, further on in some departments than in others."""

from collections import defaultdict
from datetime import datetime, timedelta

from accounts.models import User
from demo.choose import chance, pick, weighted
from demo.forms import FormWriter, Written, other_level, spread
from demo.plans import Form, forms
from demo.powers import NEW_IN_SECOND
from demo.register import Register
from positions.models import HolderLevel
from risks import search
from risks.models import EntryChange, Examination, Measure, RiskEntry, RiskPoint, StepKindReview
from risks.services.grading import summary
from risks.services.points import searched_texts
from risks.states import RiskState
from web.links import link

OPENED = "2026-11-02"
BEGUN = ("2026-11-04", "2026-11-05", "2026-11-06", "2026-11-09")
SIGNED = ("2026-11-09", "2026-11-10", "2026-11-11", "2026-11-12")
RATED = ("2026-11-13", "2026-11-16", "2026-11-17")
REVIEWED = ("2026-11-17", "2026-11-18")
RETURNED = ("2026-11-18", "2026-11-19", "2026-11-20")
GRADED = "2026-11-19"
STEP_DAYS = {
    StepKindReview.RATE: RATED,
    StepKindReview.REVIEW: REVIEWED,
    StepKindReview.HEAD: REVIEWED,
    StepKindReview.DISCIPLINE: REVIEWED,
}

STATES = ("graded", "reviewed", "second", "first", "returned", "begun", "untouched")
# How many of a hundred forms stand where, by department: at the second or first reviewer, returned, begun, not begun.
PROGRESS = {
    "办公室": (20, 28, 16, 14, 4, 10, 8),
    "人事科": (0, 40, 20, 16, 0, 14, 10),
    "计划财务科": (10, 18, 20, 22, 6, 14, 10),
    "政策法规科": (45, 30, 10, 5, 0, 5, 5),
    "行政审批科": (10, 16, 18, 18, 10, 16, 12),
    "执法大队": (0, 10, 14, 20, 8, 22, 26),
    "种植业管理科": (12, 24, 18, 12, 6, 14, 14),
    "畜牧兽医科": (0, 14, 16, 20, 5, 22, 23),
    "渔业渔政科": (30, 26, 12, 10, 0, 12, 10),
    "林业科": (0, 0, 12, 26, 10, 22, 30),
    "农产品质量安全监管科": (18, 18, 16, 14, 4, 16, 14),
    "农村经济指导科": (0, 22, 20, 14, 4, 20, 20),
}
OTHERS = (0, 0, 0, 0, 0, 30, 70)
# People whose accounts are shown: what waits for them is chosen, not left to chance. (staff number, kind of form) to state.
CHOSEN = {
    ("C022", "position"): "begun",
    ("C019", "position"): "untouched",
    ("C025", "position"): "returned",
    ("C021", "position"): "first",
    ("C023", "position"): "first",
    ("B012", "position"): "first",
    ("B012", "department"): "begun",
    ("B010", "position"): "graded",
    ("B010", "department"): "reviewed",
    ("B019", "position"): "graded",
    # Among them holders of the powers that are new this year, so that the register has grown.
    ("B026", "position"): "graded",
    ("B033", "position"): "graded",
    ("C059", "position"): "graded",
    ("C103", "position"): "graded",
    ("B013", "department"): "first",
    ("B018", "position"): "begun",
    ("A001", "position"): "first",
    ("A001", "unit"): "begun",
    ("A002", "position"): "reviewed",
    ("A003", "position"): "first",
    ("A004", "position"): "begun",
    ("A005", "position"): "first",
}


class ThisYear:
    """Writes the running campaign of one unit."""

    def __init__(self, writer: FormWriter, register: Register, points: list[RiskPoint], measures: dict[int, list[Measure]]) -> None:
        self.writer, self.register, self.points, self.measures = writer, register, points, measures
        self.calendar, self.trail, self.words = writer.calendar, writer.trail, writer.words
        self.levels = list(writer.scheme.scale.levels.all())
        self.by_holder: dict[tuple[str, int | None, int | None], list[RiskPoint]] = defaultdict(list)
        for point in points:
            if point.state == RiskState.REGISTERED:
                direct = point.direct_holder_id if point.level_of == HolderLevel.POSITION else None
                self.by_holder[point.level_of, point.position_id or point.department_id, direct].append(point)
        self.states: dict[str, int] = defaultdict(int)

    def run(self, chair: User, deputy: User) -> list[RiskPoint]:
        """Write it; returns the points that came new this year."""
        graded: list[Written] = []
        for plan in forms(self.writer.world, last_year=False):
            state = self.state(plan)
            self.states[state] += 1
            written = self.writer.open(plan, self.calendar.at(OPENED, 8, 40))
            self._invite(written, state)
            if state != "untouched":
                self._fill(written, state)
            if state in ("graded", "reviewed", "second", "first", "returned"):
                self._hand_in(written, state)
            if state == "graded":
                graded.append(written)
        return self._grade(graded, chair, deputy)

    def state(self, plan: Form) -> str:
        """Where the form stands."""
        chosen = CHOSEN.get((plan.declarant.staff_number, plan.kind))
        weights = PROGRESS.get(plan.text.name, OTHERS)
        state = chosen or weighted(tuple(zip(STATES, weights, strict=True)), "state", plan.name)
        if plan.kind == HolderLevel.DEPARTMENT and state == "graded":
            return "reviewed"
        return state

    def _invite(self, written: Written, state: str) -> None:
        at = self.calendar.at(OPENED, 8, 41)
        read = None if state == "untouched" else spread(self.calendar, BEGUN[:2], "read", written.plan.name)
        if written.plan.kind == HolderLevel.POSITION:
            text = f"“{self.writer.campaign.title}”已启动，请于 {self.calendar.day('2026-11-30')} 前填报廉政风险表。"
            self.trail.notice(at, written.plan.declarant, "form.opened", text, link("risks:forms"), read)
            if state in ("untouched", "begun") and chance(60, "reminded", written.plan.name):
                text = f"请于 {self.calendar.day('2026-11-30')} 前提交“{self.writer.campaign.title}”的廉政风险表。"
                self.trail.notice(
                    self.calendar.at("2026-11-20", 9, 0), written.plan.declarant, "campaign.reminder", text, link("risks:forms")
                )

    def _own_points(self, plan: Form) -> list[RiskPoint]:
        place = plan.position.pk if plan.position else plan.department.pk if plan.department else None
        return self.by_holder[plan.kind, place, plan.declarant.pk if plan.kind == HolderLevel.POSITION else None]

    def _fill(self, written: Written, state: str) -> None:
        plan, at = written.plan, spread(self.calendar, BEGUN, "begun", written.plan.name)
        self.writer.begin(written, at)
        for point in self._own_points(plan):
            self._take_over(written, point, at)
        new = [declared for declared in plan.risks if declared.power.number in NEW_IN_SECOND]
        for declared in new[:1] if state == "begun" else new:
            self.writer.entry(written, declared, at + timedelta(minutes=25))
        if not written.entries:
            written.declaration.none_found_reason = self.words["none_found"]["positions"][0]
        if plan.kind == HolderLevel.POSITION and written.entries and state != "begun":
            self._examined(written, at)

    def _take_over(self, written: Written, point: RiskPoint, at: datetime) -> None:
        """Unchanged as a rule; some are worded anew, a few are to be taken off."""
        fate = weighted((("keep", 84), ("change", 13), ("retire", 3)), "fate", point.number)
        if fate == "retire" and point.current_level.severity > 1:
            fate = "keep"
        department = written.plan.text.name
        if fate == "change":
            addition = pick(self.words["changes"]["content"], point.number)
            harder = (
                point.probability + 1
                if point.probability and point.probability < 5 and chance(40, "harder", point.number)
                else point.probability
            )
            entry = self.writer.kept(
                written, point, at, change=EntryChange.CHANGE, content=f"{point.content}{addition}", probability=harder
            )
            entry.self_level, entry.answers = entry.computed_level, {}
        elif fate == "retire":
            entry = self.writer.kept(written, point, at, change=EntryChange.RETIRE)
            entry.answers = {"change_reason": pick(self.words["levels"]["retired"], "off", point.number)}
        else:
            entry = self.writer.kept(written, point, at)
        for measure in self.measures.get(point.pk, []):
            if measure.state != "dropped":
                fields = {"due_on": measure.due_on}
                self.writer.measure(written, entry, measure.kind, measure.line, measure.text, department, **fields)
        if fate == "change":
            # Now and then one that commits nobody to anything, so that reviewers have a hint to see.
            vague = chance(25, "vague", point.number)
            text = self.words["changes"]["vague"] if vague else pick(self.words["changes"]["measures"], "measure", point.number)
            self.writer.measure(written, entry, "process", "during", text, department, due_on=self.calendar.day("2026-12-31"))

    def _examined(self, written: Written, at: datetime) -> None:
        """A few steps of the person's own powers were examined without a finding."""
        declared = {(entry.power_item_id, entry.flow_step_id) for entry in written.entries}
        assert written.plan.position is not None
        for (power, _key), step in self.writer.version.steps.items():
            item = self.writer.version.items[power]
            own = step.position_id == written.plan.position.pk and written.plan.declarant == self.writer.world.holders[step.position_id][0]
            if own and (item.pk, step.pk) not in declared and chance(30, "examined", power, step.name):
                reason = pick(self.words["none_found"]["steps"], power, step.name)
                row = self.writer.writer.new(
                    Examination,
                    campaign=self.writer.campaign,
                    power_item=item,
                    flow_step=step,
                    reason=reason,
                    by=written.plan.declarant,
                    created_at=at,
                )
                self.trail.tell(at, "power.examined", written.plan.declarant, row, unit_id=item.unit_id, reason=reason)

    def _hand_in(self, written: Written, state: str) -> None:
        plan, writer = written.plan, self.writer
        writer.sign(written, spread(self.calendar, SIGNED, "signed", plan.name))
        reviewers = len(written.steps) - 1
        wanted = {"first": 0, "second": reviewers - 1}.get(state, reviewers)
        if state == "returned" and reviewers:
            self._give_back(written)
            return
        for step in written.steps[: max(wanted, 0)]:
            at = spread(self.calendar, STEP_DAYS[StepKindReview(step.kind)], "agreed", plan.name, step.order)
            if written.entries and step.reviewer and chance(12, "remark", plan.name, step.order):
                entry = pick(written.entries, "remark", plan.name)
                writer.remark(written, entry, step.reviewer, at - timedelta(minutes=20), answered=False)
            writer.agree(written, at)
        current = next((step for step in written.steps if step.is_current), None)
        if current and current.reviewer and current.waiting_since:
            holder = plan.position or plan.department or writer.world.unit
            text = f"“{holder} · {plan.declarant.name}”的廉政风险表等待您审核。"
            self.trail.notice(
                current.waiting_since, current.reviewer, "declaration.to_review", text, link("risks:review_form", written.declaration.pk)
            )

    def _give_back(self, written: Written) -> None:
        step = written.steps[0]
        assert step.reviewer is not None
        at = spread(self.calendar, RETURNED, "returned", written.plan.name)
        if written.entries:
            entry = pick(written.entries, "returned", written.plan.name)
            self.writer.remark(written, entry, step.reviewer, at - timedelta(minutes=6), answered=False)
        reason = pick(self.words["returns"]["rate" if step.kind == "rate" else "review"], "now", written.plan.name)
        self.writer.give_back(written, at, reason)
        text = f"{step.reviewer.name}退回了您的廉政风险表：{reason}"
        self.trail.notice(at, written.plan.declarant, "declaration.returned", text, link("risks:form", written.declaration.pk))

    def _grade(self, graded: list[Written], chair: User, deputy: User) -> list[RiskPoint]:
        at = self.calendar.at(GRADED, 15, 10)
        new = [(written, entry) for written in graded for entry in written.entries if entry.change == EntryChange.NEW]
        numbers = iter(self.register.numbers(at.year, len(new)))
        found: list[RiskPoint] = []
        for n, written in enumerate(graded):
            by = deputy if written.plan.declarant.pk == chair.pk else chair
            when = at + timedelta(minutes=2 * n)
            for entry in written.entries:
                self._settle(written, entry, by, when)
                if entry.change == EntryChange.NEW:
                    point = self.register.enter(written, entry, next(numbers), by, when, self.writer.version)
                    self.register.measures(written, entry, point, fresh=True)
                    found.append(point)
            said = summary(written.entries)
            self.writer.grade(written, by, when, said)
            text = f"您的廉政风险表已定级：{said}"
            self.trail.notice(when, written.plan.declarant, "declaration.graded", text, link("risks:form", written.declaration.pk))
        return found

    def _settle(self, written: Written, entry: RiskEntry, by: User, at: datetime) -> None:
        """Decide one risk; kept and changed ones update their point, those to be taken off leave the register."""
        point = entry.risk_point
        level, reason = entry.computed_level, ""
        if point is not None and entry.change != EntryChange.CHANGE:
            level = point.current_level
        assert level is not None
        if level != entry.computed_level and point is not None:
            reason = "维持登记册现有等级，年内继续跟踪。"
        elif entry.change == EntryChange.CHANGE and chance(20, "settled", entry.title):
            level, direction = other_level(self.levels, level, "settled", entry.title)
            reason = pick(self.words["levels"][direction], "settled", entry.title)
        self.writer.decide(entry, level, reason, by, at)
        if point is None:
            return
        point.reviewed_on, point.updated_at, point.version = at.date(), at, point.version + 1
        if entry.change == EntryChange.RETIRE:
            point.state, point.retired_on = RiskState.RETIRED, at.date()
            self.trail.tell(at, "risk.retired", by, point, reason=str(entry.answers.get("change_reason", "")))
            return
        changes: dict[str, list[object]] = {}
        if entry.change == EntryChange.CHANGE:
            changes["content"] = [point.content, entry.content]
            point.content, point.probability = entry.content, entry.probability
        if level != point.current_level:
            changes["current_level"] = [point.current_level.label, level.label]
            point.current_level = level
            self.register.derive(point)
        if changes:
            point.search = search.vector_text(*searched_texts(point))
        self.trail.tell(at, "risk.changed" if changes else "risk.reviewed", by, point, changes=changes, reason=reason)
