"""Last year's campaign: every form signed, reviewed and graded, its risks in the register."""

from datetime import timedelta

from accounts.models import User
from demo import content
from demo.choose import chance, number, pick
from demo.forms import FormWriter, Written, other_level, spread
from demo.organisation import BUREAU
from demo.plans import forms
from demo.powers import Version
from demo.register import Register
from positions.models import HolderLevel
from risks.models import Decision, RiskPoint, StepKindReview
from risks.services.grading import summary

OPENED = "2025-11-03"
SIGNED = ("2025-11-05", "2025-11-06", "2025-11-07", "2025-11-10", "2025-11-11", "2025-11-12", "2025-11-13", "2025-11-14")
RATED = ("2025-11-17", "2025-11-18", "2025-11-19")
REVIEWED = ("2025-11-20", "2025-11-21", "2025-11-24", "2025-11-25")
MENDED = ("2025-11-20",)
RERATED = ("2025-11-21",)
REREVIEWED = ("2025-11-25", "2025-11-26")
GRADED = ("2025-11-27", "2025-11-28")
STEP_DAYS = {
    StepKindReview.RATE: RATED,
    StepKindReview.REVIEW: REVIEWED,
    StepKindReview.HEAD: REVIEWED,
    StepKindReview.DISCIPLINE: REVIEWED,
}


def run(writer: FormWriter, register: Register, current: Version, chair: User, deputy: User) -> list[RiskPoint]:
    """Write it; returns the points. `current` is the catalogue in force today, on whose items the points now sit."""
    cal, words = writer.calendar, content.words()
    done: list[Written] = []
    for plan in forms(writer.world, last_year=True):
        at = spread(cal, SIGNED, "signed", plan.name)
        written = writer.open(plan, cal.at(OPENED, 8, 30))
        writer.begin(written, at - timedelta(hours=3, minutes=number("begun", plan.name) % 50))
        for declared in plan.risks:
            if declared.power.number in writer.version.items:
                writer.entry(written, declared, at - timedelta(minutes=40))
        _rate_oneself(writer, written)
        if not written.entries:
            written.declaration.none_found_reason = pick(words["none_found"]["positions"], plan.name)
        if plan.kind == HolderLevel.UNIT:
            written.declaration.discussed_on = cal.day("2025-11-10")
            bureau = writer.world.unit.code == BUREAU
            written.declaration.discussed_by = words["discussion"]["people"] if bureau else written.declaration.participants
            written.declaration.discussion = words["discussion"]["text" if bureau else "institute_text"]
        writer.sign(written, at)
        _review(writer, written)
        done.append(written)
    return _grade(writer, register, done, current, chair, deputy)


def _rate_oneself(writer: FormWriter, written: Written) -> None:
    """Some rate their own risks otherwise than the matrix, and say why."""
    levels = list(writer.scheme.scale.levels.all())
    for entry in written.entries:
        if entry.computed_level and chance(6, "self", written.plan.name, entry.order):
            entry.self_level = other_level(levels, entry.computed_level, "self", written.plan.name, entry.order)[0]
            entry.answers = {"self_reason": pick(writer.words["levels"]["self_reason"], "self", written.plan.name, entry.order)}


def _review(writer: FormWriter, written: Written) -> None:
    """Through all steps; one form in twelve is returned once and mended."""
    name, cal = written.plan.name, writer.calendar
    returned = chance(9, "returned", name) and written.steps[0].reviewer is not None and len(written.entries) > 1
    for step in list(written.steps[:-1]):
        days = STEP_DAYS[StepKindReview(step.kind)]
        if returned and step.order == 1:
            at = spread(cal, RATED, "returned", name)
            writer.remark(written, written.entries[1], step.reviewer, at - timedelta(minutes=3), answered=True)  # type: ignore[arg-type]
            writer.give_back(written, at, pick(writer.words["returns"]["rate" if step.kind == "rate" else "review"], name))
            writer.mended(written, spread(cal, MENDED, "mended", name))
            days = RERATED if step.kind == "rate" else REREVIEWED
        elif returned:
            days = REREVIEWED
        elif written.entries and chance(15, "remark", name, step.order) and step.reviewer:
            entry = pick(written.entries, "remark", name)
            writer.remark(written, entry, step.reviewer, spread(cal, days, "remark", name) - timedelta(hours=1), answered=True)
        assert step.decision == Decision.PENDING
        writer.agree(written, spread(cal, days, "agreed", name, step.order))


def _grade(writer: FormWriter, register: Register, done: list[Written], current: Version, chair: User, deputy: User) -> list[RiskPoint]:
    """The leading group's two sessions; numbers follow the order of the forms."""
    levels, reasons = list(writer.scheme.scale.levels.all()), writer.words["levels"]
    cal = writer.calendar
    points: list[RiskPoint] = []
    count = sum(len(written.entries) for written in done)
    numbers = iter(register.numbers(cal.day(GRADED[0]).year, count))
    for n, written in enumerate(done):
        by = deputy if written.plan.declarant.pk == chair.pk else chair
        at = cal.at(GRADED[n * 2 // len(done)], 9 + n % 3, 5 + n % 50)
        for entry in written.entries:
            level, reason = entry.computed_level, ""
            assert level is not None
            if chance(4, "final", written.plan.name, entry.order):
                level, direction = other_level(levels, level, "final", written.plan.name, entry.order)
                reason = pick(reasons[direction], "final", written.plan.name, entry.order)
            writer.decide(entry, level, reason, by, at)
            point = register.enter(written, entry, next(numbers), by, at + timedelta(minutes=4), current)
            register.measures(written, entry, point)
            points.append(point)
        writer.grade(written, by, at + timedelta(minutes=4), summary(written.entries))
    register.history(points, chair)
    return points
