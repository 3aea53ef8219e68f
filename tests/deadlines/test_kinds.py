"""Who is told of what: nobody of a matter that is not theirs to know. When, is the engine's (test_engine, test_year)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from assessments.deadlines import appeal_days_due, appeals_due, restrictions_due
from assessments.models import Appeal, Restriction, RoundPhase
from deadlines import registry
from deadlines.models import Reminder
from deadlines.registry import Due
from deadlines.services.engine import remind
from early_warnings.deadlines import years_due
from early_warnings.models import PointClosing
from leads.deadlines import leads_due
from leads.models import Lead, LeadRecusal
from notifications.models import Notice, Robot, RobotEvent
from positions.models import Appointment, BodyRole
from regrading.models import Proposal
from risks.deadlines import confirmations_due, measures_due
from risks.deadlines_campaigns import forms_due, reviews_due
from risks.models import Measure, ReviewStep, RiskPoint
from tests.assessments.final_rounds import a_round, assessed, result
from tests.early_warnings.points import entered
from tests.factories.leads import lead_about
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.positions import MembershipFactory
from tests.factories.risks import CampaignFactory, DeclarationFactory
from tests.factories.warnings import fresh
from tests.regrading.proposals_world import put_forward
from tests.risks.register_helpers import imported

pytestmark = pytest.mark.django_db

FAR = date(2099, 12, 31)


@pytest.fixture
def unit() -> SmallUnit:
    return small_unit()


def names(ids: tuple[int, ...]) -> list[str]:
    return sorted(name.removeprefix("CS") for name in User.objects.filter(pk__in=ids).values_list("name", flat=True))


def everybody(dues: list[Due]) -> set[int]:
    return {person for due in dues for place in (due.people, *due.leaders) for person in place}


def test_codes_turns_and_kinds_fit_their_columns() -> None:
    for kind in registry.kinds():
        assert len(kind.code) <= 32
        assert len(f"due:{kind.code}:{2**63}:{'x' * 32}:20991231:before:250:999") <= 160
        assert str(kind.url).startswith("/")


def test_a_lead_is_told_to_those_who_see_it_and_to_nobody_else(unit: SmallUnit) -> None:
    """About the clerk, about the head of a department with a member of the committee below them, and with somebody recused."""
    below = unit.departments[1].staff[1]
    MembershipFactory(body=unit.bodies["discipline_committee"], person=below, role=BodyRole.MEMBER)
    leads = [
        lead_about(unit, unit.clerk, by=unit.discipline_head),
        lead_about(unit, unit.departments[1].head, by=unit.discipline_head),
        lead_about(unit, unit.deputies[0], by=unit.discipline_head),
        lead_about(unit, unit.departments[2].head, by=unit.discipline_head),
    ]
    LeadRecusal.objects.create(lead=leads[3], person=unit.discipline_head, reason="亲属", by=unit.discipline_head)
    people = User.objects.all()
    dues = {due.object_id: due for due in leads_due(timezone.localdate(), FAR)}
    for lead in leads:
        seeing = {person.pk for person in people if Lead.objects.visible_to(fresh(person)).filter(pk=lead.pk).exists()}
        assert everybody([dues[lead.pk]]) == seeing
        assert seeing
        assert lead.number not in dues[lead.pk].text
        assert dues[lead.pk].url == "/leads/"
    assert below.pk not in everybody([dues[leads[1].pk]])
    assert unit.discipline_head.pk not in everybody([dues[leads[3].pk]])


def test_nobody_is_told_to_review_the_own_form_nor_as_a_leader_of_it(unit: SmallUnit) -> None:
    """The unit head reads a deputy's form; between campaigns the office has a form of the unit head."""
    deputy, head = unit.deputies[0], unit.head
    for person, state, kind, reviewer in ((deputy, "in_review", "head", head), (head, "reviewed", "group", None)):
        form = DeclarationFactory(appointment=unit.appointments[person.pk], state=state)
        ReviewStep.objects.create(
            declaration=form, order=1, kind=kind, reviewer=reviewer, is_current=True, waiting_since=timezone.now() - timedelta(days=30)
        )
    dues = {due.object_id: due for due in reviews_due(timezone.localdate(), FAR)}
    [of_deputy, of_head] = (dues[pk] for pk in sorted(dues))
    assert names(of_deputy.people) == ["局长周"]
    assert names(of_head.people) == ["办公室甲"]
    assert head.pk not in everybody([of_head])
    assert deputy.pk not in everybody([of_deputy])


def test_forms_not_handed_in_are_one_thing_for_each_department(unit: SmallUnit) -> None:
    campaign = CampaignFactory(unit=unit.unit)
    department = unit.departments[1]
    for person in (*department.staff, department.head, unit.deputies[1]):
        DeclarationFactory(appointment=unit.appointments[person.pk], campaign=campaign, signed_at=None)
    DeclarationFactory(appointment=unit.appointments[department.deputy_head.pk], campaign=campaign, state="in_review")
    [first, second] = sorted(forms_due(date(2026, 11, 25), FAR), key=lambda due: due.turn)
    assert names(first.people) == ["副局长林"]
    assert [names(place) for place in first.leaders] == [[], [], ["局长周"]]
    assert names(second.people) == ["行政审批科乙", "行政审批科甲", "行政审批科科长"]
    assert [names(place) for place in second.leaders] == [["行政审批科科长"], ["副局长陈"], ["局长周"]]
    assert (second.url, second.leader_url) == ("/risks/forms/", f"/risks/campaigns/{campaign.pk}/")


def test_measures_of_retired_points_rest_and_nobody_confirms_the_own_report(unit: SmallUnit) -> None:
    retired, reported, open_ = (imported(unit, title) for title in ("已撤销", "已报完成", "未完成"))
    RiskPoint.objects.filter(pk=retired.pk).update(state="retired")
    Measure.objects.update(due_on=date(2026, 11, 20), who=unit.clerk)
    head = unit.departments[1].head
    Measure.objects.filter(risk=reported).update(state="done", done_by=head, done_at=timezone.now())
    [due] = measures_due(date(2026, 11, 20), FAR)
    assert due.object_id == Measure.objects.get(risk=open_).pk
    assert names(due.people) == ["行政审批科甲"]
    [confirm] = confirmations_due(timezone.localdate(), FAR)
    assert head.pk not in everybody([confirm])
    assert names(confirm.leaders[-1]) == ["局长周"]


def test_who_appeals_is_not_told_to_answer_and_not_reminded_of_the_last_day(unit: SmallUnit) -> None:
    member, other = unit.departments[0].staff[1], unit.clerk  # the first sits in the discipline committee
    found = a_round(unit, state="appeal")
    RoundPhase.objects.create(round=found, phase="appeal", starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 20))
    results = {person: result(unit, assessed(unit, person, found), grade="好") for person in (member, other)}
    Appeal.objects.create(result=results[member], text="得分依据有误", by=member, at=timezone.now())
    [answer] = appeals_due(timezone.localdate(), FAR)
    assert names(answer.people) == ["纪检组长韩"]
    assert names(answer.leaders[0]) == ["局长周"]
    [last] = appeal_days_due(date(2026, 11, 18), FAR)
    assert last.people == (other.pk,)
    assert list(appeal_days_due(date(2026, 11, 21), FAR)) == []


def test_the_end_of_a_restriction_is_not_told_to_whom_it_concerns_or_who_depends_on_them(unit: SmallUnit) -> None:
    office, chief = unit.departments[0].deputy_head, unit.departments[0].head
    MembershipFactory(body=unit.bodies["personnel_office"], person=unit.clerk)
    found = a_round(unit)
    ends = timezone.localdate() + timedelta(days=3)
    for person in (office, unit.clerk, chief):
        of = result(unit, assessed(unit, person, found))
        Restriction.objects.create(
            unit=unit.unit, result=of, person=person, kind="promotion", grade="不良", effective_on=ends - timedelta(days=90),
            starts_on=ends - timedelta(days=90), ends_on=ends,
        )  # fmt: skip
    told = [names(due.people) for due in restrictions_due(timezone.localdate(), FAR)]
    assert told == [["行政审批科甲"], ["办公室副科长"], ["行政审批科甲"]]  # the deputy head of the office works below its head


def test_a_closed_year_of_points_rests(unit: SmallUnit) -> None:
    entry = entered(unit, unit.departments[0].staff[0])
    [due] = years_due(timezone.localdate(), FAR)
    assert due.due_on == date(entry.cycle_year, 12, 31)
    assert names(due.people) == ["办公室乙", "纪检组长韩"]
    PointClosing.objects.create(unit=unit.unit, scheme=entry.scheme, year=entry.cycle_year, by=unit.discipline_head, at=timezone.now())
    assert list(years_due(timezone.localdate(), FAR)) == []


def test_what_a_unit_lacks_is_told_to_the_next_place(unit: SmallUnit) -> None:
    """Nobody leads the department: the leader in charge is told in the head's stead (the engine passes the vacancy over)."""
    Appointment.objects.filter(person=unit.departments[1].head).update(ends_on=date(2026, 1, 1))
    campaign = CampaignFactory(unit=unit.unit)
    DeclarationFactory(appointment=unit.appointments[unit.clerk.pk], campaign=campaign, signed_at=None)
    [due] = forms_due(date(2026, 11, 25), FAR)
    assert [names(place) for place in due.leaders] == [[], ["副局长陈"], ["局长周"]]


def test_what_the_committee_put_forward_is_in_no_group_chat_and_in_no_letter(unit: SmallUnit) -> None:
    """That it spoke is a hint by itself (ADR 0020). The clerk of the office holds one point: of that one the unit head hears instead."""
    today = date(2026, 11, 24)
    Robot.objects.create(unit_id=unit.unit.pk, service="gateway", address="json://x", kinds=["regrading", "unnamed"])
    put_forward(imported(unit, "审批时违规放宽条件"), unit.discipline_head)
    put_forward(imported(unit, "用印审批不严", department=0), unit.discipline_head)
    Proposal.objects.update(opened_on=date(2026, 11, 10))  # ten working days: due on the 24th
    assert remind(today=today, only=["level_proposal", "committee_proposal"])["failed"] == 0
    notices = Notice.objects.filter(kind="regrading")
    assert sorted((notice.person.name, notice.sensitive) for notice in notices) == [("CS办公室甲", True), ("CS局长周", True)]
    assert not RobotEvent.objects.exists()
    assert set(Reminder.objects.values_list("kind", "text")) == {("committee_proposal", "")}
