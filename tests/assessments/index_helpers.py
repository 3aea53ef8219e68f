"""What the index starts from, for tests: a counted appraisal, a closed survey, powers and risk points of a small unit."""

from datetime import date, timedelta

from django.utils import timezone

from accounts.models import User
from assessments.models import (
    AppraisalCount,
    Assessed,
    Ballot,
    Group,
    Questionnaire,
    Round,
    RoundGroup,
    Survey,
    SurveyTally,
)
from assessments.quarters import Quarter, quarter_of
from assessments.services.settings import rules_of, settings_of
from assessments.states import RoundState
from assessments.states_surveys import SurveyState
from positions.models import BodyKind, HolderLevel
from risks.models import Measure, RiskPoint
from tests.factories.organisation import SmallUnit
from tests.factories.powers import CatalogueFactory, FlowStepFactory, PowerItemFactory, publish
from tests.factories.risks import level

WAY = (RoundState.RATING, RoundState.SCORING, RoundState.REVIEW, RoundState.CONFIRMATION, RoundState.NOTICE)


def last_quarter() -> Quarter:
    """The one that has ended."""
    return quarter_of(timezone.localdate()).before()


def appraised(
    unit: SmallUnit, person: User, answers: list[str], *, until: str = RoundState.NOTICE, quarter: Quarter | None = None
) -> Assessed:
    """A round of a past quarter with one assessed leader, whose ballots say `answers` at every question (all of the first level)."""
    quarter = quarter or last_quarter()
    discipline, party = unit.bodies[BodyKind.DISCIPLINE_COMMITTEE], unit.bodies[BodyKind.PARTY_COMMITTEE]
    found = Round.objects.create(
        unit=unit.unit,
        year=quarter.year,
        quarter=quarter.number,
        discipline_body=discipline,
        party_body=party,
        opened_by=unit.discipline_head,
    )
    rules = rules_of(settings_of(unit.unit.pk, Group.LEADERSHIP))
    RoundGroup.objects.create(round=found, group=Group.LEADERSHIP, rules=rules.to_json())
    position = unit.appointments[person.pk].position
    assessed = Assessed.objects.create(
        round=found, group=Group.LEADERSHIP, person=person, position=position, name=person.name, post=position.name
    )
    is_counted = len(answers) >= rules.minimum_ballots
    AppraisalCount.objects.create(assessed=assessed, invited=len(answers), given=len(answers), counted=is_counted)
    if is_counted:
        for answer in answers:
            Ballot.objects.create(assessed=assessed, pool="first", answers={one.key: answer for one in rules.indicators})
    for state in WAY:
        found.state = state
        if state == RoundState.NOTICE:
            found.published_at = timezone.now()
        found.save()
        if state == until:
            break
    return assessed


def surveyed(unit: SmallUnit, kind: str, *, contacts: int, n: int) -> Survey:
    """A closed survey about the last quarter."""
    quarter = last_quarter()
    today = timezone.localdate()
    survey = Survey.objects.create(
        unit=unit.unit,
        title=f"接触率调查{kind}",
        kind=kind,
        questionnaire=Questionnaire.objects.filter(unit=None, kind=kind)[0],
        questions=[{"category": "gifts", "text": "是否遇到索要财物"}],
        key=f"K{kind[:3].upper()}234567",
        period_start=quarter.start,
        period_end=quarter.end,
        open_from=today - timedelta(days=20),
        open_until=today - timedelta(days=5),
    )
    survey.state, survey.opened_at = SurveyState.OPEN, timezone.now()
    survey.save()
    survey.state, survey.closed_at = SurveyState.CLOSED, timezone.now()
    survey.save()
    SurveyTally.objects.update_or_create(survey=survey, defaults={"n": n, "contacts": contacts, "yes": [contacts], "places": {}})
    return survey


def powers(unit: SmallUnit) -> None:
    """In force: a finance power of the unit (三重一大), an approval of the first deputy with a decision alone, one of department 0."""
    catalogue = CatalogueFactory(unit=unit.unit)
    PowerItemFactory(catalogue=catalogue, number="ZQ-1", name="大额资金使用", category="finance", major_matter="funds")
    deputy = unit.appointments[unit.deputies[0].pk].position
    own = PowerItemFactory(catalogue=catalogue, number="ZQ-2", name="项目审批", category="approval", position=deputy)
    FlowStepFactory(item=own, order=1, kind="decision", name="审批决定", position=deputy, role="")
    PowerItemFactory(catalogue=catalogue, number="ZQ-3", name="印章管理", category="supervision", department=unit.departments[0].department)
    publish(catalogue)


def risk(unit: SmallUnit, number: str, severity: int, *, due: date | None = None, **place: object) -> RiskPoint:
    """A point in the register with one planned measure, due on a day (default: in a month)."""
    place.setdefault("level_of", HolderLevel.POSITION if "position" in place else HolderLevel.UNIT)
    found = RiskPoint.objects.create(
        unit=unit.unit,
        number=number,
        title=f"风险点{number}",
        initial_level=level(severity),
        current_level=level(severity),
        registered_on=date(2026, 1, 5),
        **place,
    )
    Measure.objects.create(risk=found, text="双人复核", due_on=due or timezone.localdate() + timedelta(days=30))
    return found


def everything(unit: SmallUnit) -> None:
    """All sources of the first deputy: moral 15, power, control and an external survey."""
    appraised(unit, unit.deputies[0], ["good"] * 6)
    powers(unit)
    deputy = unit.appointments[unit.deputies[0].pk].position
    risk(unit, "FX-1", 2, position=deputy)
    risk(unit, "FX-2", 3)
    for kind in ("external", "internal"):
        surveyed(unit, kind, contacts=5, n=50)
