"""No reported person, nor anybody below them, ever sees a lead, in any organisation and by whatever way it travels (ADR 0009)."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from common import schedule
from leads import secrecy, tasks  # noqa: F401 -- the tasks are found by name
from leads.cases import readers
from leads.models import Channel, Lead, LeadDesk
from leads.services import desks
from leads.services.receiving import LeadFacts, receive
from positions.models import Appointment, BodyKind, BodyMembership, Rank
from tests.factories.leads import about, lead_about
from tests.factories.organisation import small_unit
from tests.factories.positions import AppointmentFactory, BodyFactory, MembershipFactory, PositionFactory, UserFactory
from tests.leads.random_organisations import PEOPLE, above, build, plans, reported_in

pytestmark = pytest.mark.django_db


def sees(user, lead):
    secrecy.forget(user)
    user.__dict__.pop("_scope", None)
    return Lead.objects.visible_to(user).filter(pk=lead.pk).exists()


def sees_now(people, lead):
    return {n for n, person in enumerate(people) if sees(person, lead)}


@settings(
    max_examples=60,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), plan=plans())
def test_no_reported_person_nor_anybody_below_sees_it_in_any_organisation(data, plan):
    people = data.draw(st.sets(st.integers(0, PEOPLE - 1), max_size=2), label="people")
    departments = data.draw(st.sets(st.integers(0, 3), max_size=1), label="departments")
    units = data.draw(st.sets(st.just(1), max_size=1), label="units") if not people | departments else set()
    important = data.draw(st.booleans(), label="important")
    reporter = data.draw(st.none() | st.integers(0, PEOPLE - 1), label="reporter")
    hidden = reported_in(plan, people, departments, units)
    below = {n for n in range(PEOPLE) if above(plan, n) & hidden}

    with transaction.atomic():
        world = build(plan)
        subjects = about(
            *(world.people[n] for n in people), *(world.departments[n] for n in departments), *(world.units[n] for n in units), "某某"
        )
        facts = LeadFacts(
            unit=world.units[1], channel=Channel.LETTERS, title="概要", content="内容", subjects=subjects, is_important=important
        )
        lead = receive(facts=facts, reporter=world.people[reporter] if reporter is not None else None)

        def check():
            seen = sees_now(world.people, lead)
            assert seen == {world.people.index(person) for person in readers(lead)}, "readers() and visible_to() differ"
            assert not seen & reported_in(plan, people, departments, set()), "a reported person sees it"
            alone = list(LeadDesk.objects.filter(lead=lead, until=None, alone=True))
            if not alone:
                assert not seen & hidden, "somebody of the reported unit sees it"
                assert not seen & below, "somebody below a reported person sees it"
            else:
                # The last resort: nobody but heads of that discipline committee.
                heads = {p for p, u, kind, role in plan.members if kind == BodyKind.DISCIPLINE_COMMITTEE and role == "head"}
                assert seen <= heads
            return seen

        seen = check()
        # It travels: passed on by whoever has it, then left by two who have it.
        if seen:
            by = world.people[min(seen)]
            if targets := desks.targets(lead):
                body = data.draw(st.sampled_from(targets), label="target")
                if not LeadDesk.objects.filter(lead=lead, until=None, alone=True).exists():
                    desks.pass_on(lead=lead, body=body, reason="转办", by=by, keep=data.draw(st.booleans(), label="keep"))
                    seen = check()
        for _round in range(2):
            if not seen or LeadDesk.objects.filter(lead=lead, until=None, alone=True).exists():
                break  # who keeps it alone only hands it up
            leaver = world.people[min(seen)]
            desks.recuse(lead=lead, person=leaver, reason="本人与反映对象系亲属", by=leaver)
            assert not sees(leaver, lead)
            seen = check()
        transaction.set_rollback(True)


@settings(
    max_examples=60,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plan=plans())
def test_the_chain_is_what_the_loops_say(plan):
    with transaction.atomic():
        world = build(plan)
        number = {person.pk: n for n, person in enumerate(world.people)}
        for n, person in enumerate(world.people):
            assert {number[pk] for pk in secrecy.superiors_of(person)} == above(plan, n)
        transaction.set_rollback(True)


@pytest.fixture
def org(db):
    return small_unit(code="LS")


def test_the_small_unit_person_by_person(org):
    """Who of everybody sees which lead, written out."""
    office, approval, brigade = org.departments
    committee_clerk = office.staff[1]  # sits in the discipline committee, works in the office under deputy 1
    expected = {
        "clerk": ({org.discipline_head, committee_clerk}, (approval.staff[0],)),
        "head of another department": ({org.discipline_head, committee_clerk}, (brigade.head,)),
        "head of the clerk's department": ({org.discipline_head}, (office.head,)),
        "deputy head of the clerk's department": ({org.discipline_head}, (office.deputy_head,)),
        "the clerk": ({org.discipline_head}, (committee_clerk,)),
        "a deputy": ({org.head, org.deputies[1], org.discipline_head}, (org.deputies[0],)),
        "a department": ({org.discipline_head, committee_clerk}, (approval.department,)),
        "the clerk's department": ({org.discipline_head}, (office.department,)),
        "the head of discipline": ({org.head, *org.deputies}, (org.discipline_head,)),
        # Nobody higher in this installation: the head of the discipline committee alone.
        "the unit head": ({org.discipline_head}, (org.head,)),
        "the unit": ({org.discipline_head}, (org.unit,)),
        "a stranger": ({org.discipline_head, committee_clerk}, ("某商户负责人",)),
    }
    everybody = [a.person for a in Appointment.objects.select_related("person")]
    for case, (who, things) in expected.items():
        lead = lead_about(org, *things)
        assert {p for p in everybody if sees(p, lead)} == who, case


def test_the_unit_head_is_reported_to_the_higher_committee(org):
    higher = small_unit(code="HI")
    lower = small_unit(code="LO", parent=higher.unit)
    lead = lead_about(lower, lower.head)
    assert sees(higher.discipline_head, lead)
    assert not any(sees(p, lead) for p in (lower.head, lower.discipline_head, *lower.deputies, higher.head))
    assert not LeadDesk.objects.get(lead=lead).alone


def test_a_designated_higher_committee_comes_before_that_of_the_unit_above():
    higher = small_unit(code="HI")
    lower = small_unit(code="LO", parent=higher.unit)
    named = BodyFactory(unit=lower.unit, kind=BodyKind.DISCIPLINE_COMMITTEE, name="派驻纪检监察组", is_higher=True)
    envoy = UserFactory(staff_number="ENVOY")
    MembershipFactory(body=named, person=envoy, role="head")
    lead = lead_about(lower, lower.head)
    assert sees(envoy, lead)
    assert not sees(higher.discipline_head, lead)


def test_a_name_written_down_shuts_out_who_bears_it(org):
    """The public knows no accounts: who is named in words must not read it either."""
    lead = lead_about(org, f"{org.discipline_head.name}")
    assert lead.subjects.get().is_guess
    assert not sees(org.discipline_head, lead)
    assert sees(org.head, lead), "it went to the party committee, as leads about the leadership do"


def test_administrators_and_people_without_a_committee_see_nothing(org):
    lead_about(org, org.clerk)
    for role in ("system", "security", "audit"):
        assert not Lead.objects.visible_to(UserFactory(admin_role=role)).exists()
    assert not Lead.objects.visible_to(org.departments[1].staff[1]).exists()
    assert not Lead.objects.visible_to(org.office_clerk).exists(), "the office of the leading group is no committee"


def test_members_of_a_branch_do_not_read_its_desk(org):
    branch = org.bodies[BodyKind.PARTY_BRANCH]
    MembershipFactory(body=branch, person=org.departments[1].staff[1])
    lead = lead_about(org, org.departments[2].staff[0], reporter=org.departments[1].staff[1])
    assert LeadDesk.objects.get(lead=lead).body == branch
    assert sees(org.departments[0].head, lead), "the secretary"
    assert not sees(org.departments[1].staff[1], lead), "the reporter sees the receipt, not the desk"
    assert not sees(org.discipline_head, lead)


def test_rights_end_with_the_membership_and_begin_with_the_subordination(org):
    lead = lead_about(org, org.departments[2].head)
    clerk = org.departments[0].staff[1]
    assert sees(clerk, lead)
    yesterday = timezone.localdate() - timedelta(days=1)
    AppointmentFactory(
        person=clerk, position=PositionFactory(department=org.departments[2].department, rank=Rank.STAFF), starts_on=date(2026, 1, 1)
    )
    assert not sees(clerk, lead), "now works under the head who is reported"
    BodyMembership.objects.filter(person=org.discipline_head, body=org.bodies[BodyKind.DISCIPLINE_COMMITTEE]).update(ends_on=yesterday)
    assert not sees(org.discipline_head, lead)


def test_a_lead_that_lost_all_its_readers_moves_up(org):
    lead = lead_about(org, org.departments[2].head)
    yesterday = timezone.localdate() - timedelta(days=1)
    BodyMembership.objects.filter(body=org.bodies[BodyKind.DISCIPLINE_COMMITTEE]).update(ends_on=yesterday)
    assert not readers(lead)
    assert not schedule.get("leads.recheck_desks").function(), "administrators read what scheduled work counts"
    assert sees(org.head, lead), "the party committee is the next one up"
    assert desks.recheck_open() == 0


def test_the_last_resort_ends_when_a_higher_committee_comes(org):
    lead = lead_about(org, org.head)
    assert sees(org.discipline_head, lead)
    named = BodyFactory(unit=org.unit, kind=BodyKind.DISCIPLINE_COMMITTEE, name="上级纪委", is_higher=True)
    envoy = UserFactory(staff_number="ENVOY")
    MembershipFactory(body=named, person=envoy, role="head")
    desks.recheck_open()
    assert sees(envoy, lead)
    assert not sees(org.discipline_head, lead)


def test_who_sits_in_no_committee_costs_no_look_at_leads(org, django_assert_max_num_queries):
    clerk = org.clerk
    Lead.objects.visible_to(clerk).exists()
    with django_assert_max_num_queries(0):
        assert not Lead.objects.visible_to(clerk).exists()
        assert Lead.objects.visible_to(clerk).count() == 0
