"""From arrival to the end: what each step requires, who may take it, what stays behind (domain §4)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from audit.models import AuditEvent
from audit.selectors import timeline
from common.errors import Conflict, DomainError, NotAllowed
from common.workdays import add_workdays
from leads.models import Judgement, Lead, LeadDesk, LeadRecusal, Sign, SignField
from leads.selectors import possible_duplicates
from leads.services import desks, judging, reporting, signs
from leads.services.receiving import LeadFacts, receive
from leads.states import LeadState
from notifications.models import Notice
from positions.models import BodyKind
from tests.factories.leads import CONTENT, TITLE, about, judgement_facts, lead_about, level
from tests.factories.organisation import small_unit
from tests.factories.positions import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def org():
    return small_unit(code="LS")


@pytest.fixture
def people(org):
    """Head and member of the discipline committee, and a lead about somebody neither of them works under."""
    return org.discipline_head, org.departments[0].staff[1]


@pytest.fixture
def lead(org):
    return lead_about(org, org.departments[2].head)


def judged(lead, people, **facts):
    head, member = people
    judging.take_up(lead=lead, by=head)
    judgement = judging.propose_judgement(lead=lead, facts=judgement_facts(**facts), by=head)
    judging.confirm_judgement(judgement=judgement, by=member)
    lead.refresh_from_db()
    return lead


def test_what_arrives_has_a_number_a_date_and_a_neutral_notice(org, lead):
    year = timezone.localdate().year
    assert lead.number == f"廉情〔{year}〕001号"
    assert lead_about(org, org.clerk).number == f"廉情〔{year}〕002号"
    assert lead.state == LeadState.RECEIVED
    assert lead.due_on == add_workdays(timezone.localdate(), 10)
    assert lead.subjects.get().post == "执法大队 科长"
    notices = Notice.objects.filter(kind="lead.waiting")
    assert set(notices.values_list("person", flat=True)) == {org.discipline_head.pk, org.departments[0].staff[1].pk}
    for notice in notices:
        assert notice.sensitive
        assert notice.url == "/leads/"
        assert lead.number not in notice.text
        assert org.departments[2].head.name not in notice.text


def test_the_database_holds_no_word_of_it(lead):
    with connection.cursor() as cursor:
        cursor.execute("SELECT title, content FROM leads_lead UNION ALL SELECT title, content FROM leads_historicallead")
        rows = cursor.fetchall()
    assert rows
    assert not any(TITLE in value or CONTENT in value for row in rows for value in row)


def test_the_audit_trail_names_nobody_who_reported(org):
    reporter = org.departments[1].staff[1]
    reporting.report(
        facts=LeadFacts(
            unit=org.unit, channel="staff_report", title=TITLE, content=CONTENT, subjects=about(org.departments[2].head), is_named=True
        ),
        reporter=reporter,
    )
    event = AuditEvent.objects.get(action="lead.received")
    assert event.actor_id is None
    assert not event.actor_label
    assert not event.address
    assert not event.request_id
    assert not AuditEvent.objects.filter(actor_id=reporter.pk).exists()
    assert Lead.objects.get().received_by is None


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"title": " "}, "summary"),
        ({"content": ""}, "summary"),
        ({"title": "长" * 121}, "too long"),
        ({"content": "长" * 10_001}, "too long"),
        ({"channel": "rumour"}, "where the lead comes from"),
        ({"subjects": []}, "whom it is about"),
        ({"subjects": about(" ")}, "whom it is about"),
        ({"received_at": timezone.now() + timedelta(hours=1)}, "future"),
        ({"received_at": timezone.now() - timedelta(days=4000)}, "ten years"),
    ],
)
def test_what_is_not_taken_in(org, changed, message):
    facts = {"unit": org.unit, "channel": "letters", "title": TITLE, "content": CONTENT, "subjects": about(org.clerk)} | changed
    with translation.override("en"), pytest.raises(DomainError, match=message):
        receive(facts=LeadFacts(**facts))
    assert not Lead.objects.exists()


def test_the_unit_is_that_of_the_person_reported(org):
    other = small_unit(code="OT")
    lead = lead_about(org, other.clerk)
    assert lead.unit == other.unit
    assert not Lead.objects.visible_to(org.discipline_head).exists()


def test_the_whole_way_to_the_end(lead, people):
    head, member = people
    lead = judged(lead, people)
    assert lead.state == LeadState.HANDLING
    assert lead.due_on == date(2027, 12, 31)
    with pytest.raises(NotAllowed):
        judging.end(lead=lead, step="close", by=head)  # no result yet
    judging.record_result(lead=lead, result="已约谈并完成整改", by=member)
    with pytest.raises(NotAllowed):
        judging.end(lead=lead, step="clear", by=head)  # the judgement says “educate”
    judging.end(lead=lead, step="close", by=head)
    lead.refresh_from_db()
    assert lead.state == LeadState.CLOSED
    assert lead.reported_back_at is None, "it came by a channel of the committee: somebody has to answer it"
    judging.report_back(lead=lead, by=head)
    judging.reopen(lead=lead, reason="发现新情况", by=member)
    lead.refresh_from_db()
    assert (lead.state, lead.reported_back_at) == (LeadState.STUDYING, None)
    told = [event.sentence for event in timeline(lead)]
    assert len(told) == 8
    assert not any(word in sentence for sentence in told for word in (TITLE, "整改", "新情况"))


@pytest.mark.parametrize(
    ("outcome", "formal_kind", "step", "state"),
    [
        ("watch", "", "close", LeadState.CLOSED),
        ("warn", "", "close", LeadState.CLOSED),
        ("unfounded", "", "clear", LeadState.CLEARED),
        ("hand_over", "verification", "hand_over", LeadState.HANDED_OVER),
    ],
)
def test_each_outcome_has_its_own_end(lead, people, outcome, formal_kind, step, state):
    lead = judged(lead, people, outcome=outcome, formal_kind=formal_kind)
    judging.record_result(lead=lead, result="已处置", by=people[0])
    for wrong in {"close", "clear", "hand_over"} - {step}:
        with pytest.raises(NotAllowed):
            judging.end(lead=lead, step=wrong, by=people[0])
    judging.end(lead=lead, step=step, by=people[0])
    lead.refresh_from_db()
    assert lead.state == state


def test_nobody_confirms_or_returns_their_own_judgement(lead, people):
    head, _member = people
    judging.take_up(lead=lead, by=head)
    judgement = judging.propose_judgement(lead=lead, facts=judgement_facts(), by=head)
    with pytest.raises(NotAllowed):
        judging.confirm_judgement(judgement=judgement, by=head)
    with pytest.raises(NotAllowed):
        judging.return_judgement(judgement=judgement, reason="理由", by=head)
    with pytest.raises(IntegrityError), transaction.atomic():
        Judgement.objects.filter(pk=judgement.pk).update(confirmed_by=head, confirmed_at=timezone.now())


def test_a_returned_judgement_is_studied_again(lead, people):
    head, member = people
    judging.take_up(lead=lead, by=head)
    judgement = judging.propose_judgement(lead=lead, facts=judgement_facts(), by=head)
    with pytest.raises(DomainError):
        judging.return_judgement(judgement=judgement, reason=" ", by=member)
    judging.return_judgement(judgement=judgement, reason="不良影响分析不充分", by=member)
    lead.refresh_from_db()
    assert lead.state == LeadState.STUDYING
    again = judging.propose_judgement(lead=lead, facts=judgement_facts(outcome="watch"), by=member)
    judging.confirm_judgement(judgement=again, by=head)
    assert judging.confirmed(lead) == again


@pytest.mark.parametrize(
    "facts",
    [
        {"effects": " "},
        {"measures": ""},
        {"outcome": "forget"},
        {"outcome": "hand_over"},
        {"formal_kind": "inquiry"},
        {"due_on": date(2020, 1, 1)},
        {"due_on": date(9999, 1, 1)},
    ],
)
def test_a_judgement_that_lacks_or_contradicts_is_refused(lead, people, facts):
    judging.take_up(lead=lead, by=people[0])
    with pytest.raises(DomainError):
        judging.propose_judgement(lead=lead, facts=judgement_facts(**facts), by=people[0])
    assert not Judgement.objects.exists()


def test_who_is_reported_or_has_left_does_not_answer_for_the_handling(org, lead, people):
    judging.take_up(lead=lead, by=people[0])
    for person in (org.departments[2].head, UserFactory(is_active=False)):
        with pytest.raises(DomainError):
            judging.propose_judgement(lead=lead, facts=judgement_facts(responsible=person), by=people[0])


def test_a_stale_form_overwrites_nothing(lead, people):
    judging.take_up(lead=lead, by=people[0])
    with pytest.raises(Conflict):
        judging.propose_judgement(lead=lead, facts=judgement_facts(), by=people[1], version=1)


def test_strangers_find_nothing_to_act_on(org, lead, people):
    for stranger in (org.head, org.clerk, org.departments[2].head, UserFactory(admin_role="system")):
        with pytest.raises(Lead.DoesNotExist):
            judging.take_up(lead=lead, by=stranger)


def test_the_branch_secretary_passes_on(org, people):
    reporter = org.departments[1].staff[1]
    MembershipFactory(body=org.bodies[BodyKind.PARTY_BRANCH], person=reporter)
    lead = lead_about(org, org.departments[2].staff[0], reporter=reporter)
    secretary = org.departments[0].head
    with pytest.raises(NotAllowed):
        judging.take_up(lead=lead, by=secretary)
    [body] = [b for b in desks.targets(lead) if b.kind == BodyKind.DISCIPLINE_COMMITTEE]
    with pytest.raises(DomainError):
        desks.pass_on(lead=lead, body=body, reason="", by=secretary)
    desks.pass_on(lead=lead, body=body, reason="情况较重", by=secretary)
    assert not Lead.objects.visible_to(secretary).exists()
    judging.take_up(lead=lead, by=people[0])


def test_about_a_deputy_the_discipline_committee_gets_it_from_the_party_committee_alone(org, people):
    lead = lead_about(org, org.deputies[0])
    assert LeadDesk.objects.get(lead=lead).body.kind == BodyKind.PARTY_COMMITTEE
    kinds = {b.kind for b in desks.targets(lead)}
    assert kinds == {BodyKind.DISCIPLINE_COMMITTEE}
    desks.pass_on(lead=lead, body=desks.targets(lead)[0], reason="请纪委研判", by=org.head, keep=True)
    assert set(LeadDesk.objects.filter(lead=lead, until=None).values_list("body__kind", flat=True)) == {
        BodyKind.DISCIPLINE_COMMITTEE,
        BodyKind.PARTY_COMMITTEE,
    }
    assert not Lead.objects.visible_to(people[1]).exists(), "works in the office, below the deputy"


def test_only_the_head_shuts_out_others(lead, people):
    head, member = people
    with pytest.raises(NotAllowed):
        desks.recuse(lead=lead, person=head, reason="亲属", by=member)
    desks.recuse(lead=lead, person=member, reason="亲属", by=head)
    assert not Lead.objects.visible_to(member).exists()
    with pytest.raises(DomainError):
        desks.recuse(lead=lead, person=member, reason="亲属", by=head)
    assert LeadRecusal.objects.count() == 1


def test_when_somebody_is_identified_the_lead_moves_to_the_right_desk(org, people):
    lead = lead_about(org, "某领导")
    judging.take_up(lead=lead, by=people[0])
    desks.set_subject(lead=lead, subject=lead.subjects.get(), person=org.deputies[0], by=people[0])
    assert LeadDesk.objects.get(lead=lead, until=None).body.kind == BodyKind.PARTY_COMMITTEE
    lead.refresh_from_db()
    assert lead.subjects.get().post


def test_an_important_lead_goes_to_the_higher_committee_too():
    higher = small_unit(code="HI")
    lower = small_unit(code="LO", parent=higher.unit)
    lead = lead_about(lower, lower.clerk)
    assert not Lead.objects.visible_to(higher.discipline_head).exists()
    judging.mark_important(lead=lead, by=lower.discipline_head)
    assert Lead.objects.visible_to(higher.discipline_head).exists()
    assert Lead.objects.visible_to(lower.discipline_head).exists()


def test_the_last_resort_can_only_be_handed_up(org):
    lead = lead_about(org, org.head)
    keeper = org.discipline_head
    for act in (
        lambda: judging.take_up(lead=lead, by=keeper),
        lambda: judging.propose_judgement(lead=lead, facts=judgement_facts(), by=keeper),
        lambda: desks.pass_on(lead=lead, body=org.bodies[BodyKind.PARTY_COMMITTEE], reason="转办", by=keeper),
    ):
        with pytest.raises(NotAllowed):
            act()
    judging.hand_up(lead=lead, result="11月22日派专人送上级纪委信访室签收", by=keeper)
    lead.refresh_from_db()
    assert lead.state == LeadState.HANDED_OVER


def test_duplicates_are_those_the_reader_may_see_within_90_days(org, people):
    head, member = people
    person = org.departments[2].head
    first, second = lead_about(org, person), lead_about(org, person)
    old = lead_about(org, person)
    Lead.objects.filter(pk=old.pk).update(received_at=timezone.now() - timedelta(days=91))
    lead_about(org, org.departments[1].head)
    assert possible_duplicates(head, first) == [second]
    desks.recuse(lead=second, person=member, reason="亲属", by=head)
    assert possible_duplicates(member, first) == []


def test_the_database_refuses_a_step_that_the_table_does_not_have(lead):
    with pytest.raises(Exception, match="Invalid transition"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE leads_lead SET state = 'closed' WHERE id = %s", [lead.pk])


def test_the_catalogue_of_signs(org, people):
    common = Sign.objects.filter(unit=None)
    assert common.count() >= 40
    assert set(common.values_list("field", flat=True)) == set(SignField.values)
    assert level(3).label == "一级"
    sign = common.first()
    facts = signs.SignFacts(field=sign.field, text="本单位的说法", severity=1, advice="提醒")
    with pytest.raises(NotAllowed):
        signs.change(unit=org.unit, sign=sign, facts=facts, by=org.head)
    own = signs.change(unit=org.unit, sign=sign, facts=facts, by=people[0])
    assert signs.change(unit=org.unit, sign=own, facts=facts, by=people[1]) == own
    sign.refresh_from_db()
    assert sign.text != "本单位的说法", "others keep the common one"
    catalogue = Sign.objects.of_unit(org.unit.pk)
    assert own in catalogue
    assert sign not in catalogue
    assert catalogue.count() == common.count()
    signs.switch(unit=org.unit, sign=own, on=False, by=people[0])
    assert own not in Sign.objects.of_unit(org.unit.pk).active()
    with pytest.raises(DomainError):
        signs.add(unit=org.unit, facts=signs.SignFacts(field="funds", text="账外收入", severity=9), by=people[0])
    assert signs.add(unit=org.unit, facts=signs.SignFacts(field="funds", text="账外收入", severity=3), by=people[0]).number == "Z01"
