"""A small register and the evidence about it, written as rows: what evidence counts for is asked here, not how it came to be.

The day is 22 November 2026. The clerk holds a point of probability 3 and harm 4 at the second level (severity 2 of 3): it starts at
40 + (12 − 1) / 24 · 29 = 40 + 13.29 → 53.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from assessments.models import Assessed, Result, Round, RoundGroup, Survey, SurveyTally
from assessments.rules import GroupRules
from early_warnings.models import Warning
from leads.models import Judgement, Lead, LeadSubject
from positions.models import BodyKind, Department, Position, PowerItem, Unit
from regrading.evidence import Contribution, Graded, evaluate, everything
from regrading.rules import Rules
from risks.models import Measure, RiskPoint
from tests.factories.leads import level as lead_level
from tests.factories.positions import BodyFactory, DepartmentFactory, PositionFactory, UnitFactory, UserFactory
from tests.factories.powers import CatalogueFactory, PowerItemFactory
from tests.factories.risks import level
from tests.factories.warnings import tier_level

TODAY = date(2026, 11, 22)
CHINA = ZoneInfo("Asia/Shanghai")
START = 53


def moment(day: date, hour: int = 12) -> datetime:
    """An hour of a day in China."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=CHINA)


@dataclass
class World:
    """One unit with two departments; `clerk` and `other` work in the first."""

    unit: Unit
    department: Department
    elsewhere: Department
    position: Position
    clerk: Any
    other: Any
    member: Any  # of the committees: whoever has to have decided something
    item: PowerItem
    numbers: int = 0

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    def point(self, severity: int = 2, **more: Any) -> RiskPoint:
        """A point of the clerk's position, reviewed this month."""
        facts: dict[str, Any] = {
            "unit": self.unit, "department": self.department, "position": self.position, "level_of": "position", "title": "受理审查不严",
            "number": f"R-{self.number():04d}", "initial_level": level(severity), "current_level": level(severity), "probability": 3,
            "harm": 4, "direct_holder": self.clerk, "registered_on": date(2026, 11, 1),
        }  # fmt: skip
        return RiskPoint.objects.create(**facts | more)

    def measure(self, risk: RiskPoint, state: str = "planned", **more: Any) -> Measure:
        """A measure; done and confirmed ones were done on 1 March and confirmed on the 2nd."""
        facts: dict[str, Any] = {"text": "双人受理", "state": state}
        if state in ("done", "confirmed"):
            facts |= {"done_by": self.clerk, "done_at": moment(date(2026, 3, 1))}
        if state == "confirmed":
            facts |= {"confirmed_by": self.member, "confirmed_at": moment(date(2026, 3, 2))}
        return Measure.objects.create(risk=risk, **facts | more)

    def lead(self, on: date = date(2026, 6, 1), severity: int | None = None, *, outcome: str = "educate", **subject: Any) -> Lead:
        """A lead about the clerk, unless told otherwise; judged with this severity on the day it came."""
        about = {key: subject.pop(key) for key in ("person", "department", "unit", "is_guess") if key in subject} or {"person": self.clerk}
        facts = {"received_at": moment(on), "state": "studying" if severity is None else "handling"} | subject
        lead = Lead.objects.create(
            unit=self.unit, number=f"L-{self.number():04d}", channel="letters", title="反映", content="内容", **facts
        )
        if about != {"person": None}:
            LeadSubject.objects.create(lead=lead, **about)
        if severity is not None:
            self.judge(lead, severity, on, outcome)
        return lead

    def judge(self, lead: Lead, severity: int, on: date, outcome: str = "educate") -> Judgement:
        """A confirmed judgement."""
        return Judgement.objects.create(
            lead=lead, level=lead_level(severity), effects="影响", measures="约谈", outcome=outcome, due_on=TODAY, proposed_by=self.member,
            proposed_at=moment(on), confirmed_by=self.other, confirmed_at=moment(on),
        )  # fmt: skip

    def warning(self, tier: str = "general", on: date = date(2026, 6, 1), state: str = "rectifying", **more: Any) -> Warning:
        """An issued warning about the clerk, unless `department=` or `unit_wide=True`; ended ones ended ten days before today."""
        subject = {"subject_kind": "person", "person": self.clerk}
        if more.pop("unit_wide", False):
            subject = {"subject_kind": "unit", "person": None}
        elif "department" in more:
            subject = {"subject_kind": "department", "person": None}
        facts: dict[str, Any] = {"issued_at": moment(on), "issued_by": self.member, "number": f"W-{self.number()}"}
        if state in ("closed", "escalated", "withdrawn"):
            facts |= {"closed_at": moment(date(2026, 11, 12)), "closed_by": self.member, "end_reason": "理由"}
        return Warning.objects.create(
            unit=self.unit, level=tier_level(tier), tier=tier, state=state, subject_label="某人", grounds="事由", **subject | facts | more
        )

    def grade(
        self, severity: int, quarter: int = 3, *, year: int = 2026, scope: str = "unit", state: str = "final", number: int = 1
    ) -> Result:
        """The clerk's grade in a quarter."""
        bodies = {
            field: self.unit.bodies.filter(kind=kind).first() or BodyFactory(unit=self.unit, kind=kind)
            for field, kind in [("discipline_body", BodyKind.DISCIPLINE_COMMITTEE), ("party_body", BodyKind.PARTY_COMMITTEE)]
        }
        ended = moment(date(2026, 10, 20))
        facts = {"opened_by": self.member, "state": state, "published_at": ended, "final_at": ended}
        found, made = Round.objects.get_or_create(unit=self.unit, year=year, quarter=quarter, defaults=facts | bodies)
        if made:
            rules = GroupRules({}, {}, {}, 3, (), (), scope, 5, 10, appeal_working=True)
            RoundGroup.objects.create(round=found, group="staff", rules=rules.to_json())
        assessed, _made = Assessed.objects.get_or_create(
            round=found, person=self.clerk, defaults={"group": "staff", "position": self.position, "name": "甲", "post": "经办"}
        )
        return Result.objects.create(
            assessed=assessed, number=number, state="confirmed", score=80, grade_label=("好", "良好", "一般", "不良")[severity],
            grade_severity=severity, grade_colour="blue", lines=[], computed_by=self.member, computed_at=ended, reviewed_by=self.member,
            reviewed_at=ended, confirmed_by=self.other, confirmed_at=ended,
        )  # fmt: skip

    def survey(self, contacts: int, n: int, kind: str = "external", *, closed: date = date(2026, 10, 1), **places: list[int]) -> Survey:
        """A closed survey; `places={"department": [answers, with contact]}`."""
        questionnaire = self.unit.surveys.model.questionnaire.field.related_model.objects.get(unit=None, kind=kind)
        made = Survey.objects.create(
            unit=self.unit, title="调查", kind=kind, state="closed", questionnaire=questionnaire,
            questions=[{"category": "gifts", "text": "?"}],
            key=f"key{self.number()}", period_start=date(2026, 7, 1), period_end=date(2026, 9, 30), open_from=date(2026, 9, 1),
            open_until=date(2026, 9, 30), opened_at=moment(date(2026, 9, 1)), closed_at=moment(closed),
        )  # fmt: skip
        named = {str(getattr(self, name).pk): counts for name, counts in places.items()}
        SurveyTally.objects.create(survey=made, n=n, contacts=contacts, yes=[contacts], places=named)
        return made

    def graded(self, risk: RiskPoint, rules: Rules | None = None, as_of: date = TODAY, **more: Any) -> Graded:
        """The point evaluated with all evidence there is, unless told otherwise."""
        sources = more or everything()
        (found,) = evaluate(RiskPoint.objects.filter(pk=risk.pk), rules=rules or Rules(), as_of=as_of, with_sources=True, **sources).rows()
        return found


def world() -> World:
    """Rows for one test."""
    unit = UnitFactory()
    department, elsewhere = DepartmentFactory(unit=unit), DepartmentFactory(unit=unit)
    item = PowerItemFactory(catalogue=CatalogueFactory(unit=unit), department=department)
    clerk, other, member = (UserFactory() for _n in range(3))
    return World(unit, department, elsewhere, PositionFactory(department=department), clerk, other, member, item)


def told(found: Graded, rule: str) -> Contribution | None:
    """What a rule gave, if it gave anything."""
    return next((line for line in found.contributions if line[0] == rule), None)
