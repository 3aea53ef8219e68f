"""Two people at the same moment, with real connections: one step, one clear message."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from common.errors import DomainError
from leads.models import Judgement, Lead
from leads.services import judging
from leads.states import LeadState
from positions.models import BodyKind
from tests.factories.leads import judgement_facts, lead_about
from tests.factories.organisation import small_unit
from tests.factories.positions import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act gave, or the refusal it met."""
    start = threading.Barrier(len(acts))
    outcomes: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            start.wait()
            outcomes[place] = act()
        except DomainError as refusal:
            outcomes[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_two_members_confirm_or_return_at_once():
    org = small_unit(code="LS")
    proposer, first = org.discipline_head, org.departments[0].staff[1]
    second = UserFactory()
    MembershipFactory(body=org.bodies[BodyKind.DISCIPLINE_COMMITTEE], person=second)
    lead = lead_about(org, org.departments[2].head)
    judging.take_up(lead=lead, by=proposer)
    judgement = judging.propose_judgement(lead=lead, facts=judgement_facts(), by=proposer)
    outcomes = at_once(
        lambda: judging.confirm_judgement(judgement=Judgement.objects.get(pk=judgement.pk), by=first),
        lambda: judging.return_judgement(judgement=Judgement.objects.get(pk=judgement.pk), reason="不充分", by=second),
    )
    assert sum(isinstance(outcome, DomainError) for outcome in outcomes) == 1, outcomes
    judgement.refresh_from_db()
    lead.refresh_from_db()
    assert (judgement.confirmed_at is None) != (judgement.returned_at is None)
    assert lead.state == (LeadState.HANDLING if judgement.confirmed_at else LeadState.STUDYING)


def test_numbers_are_given_once_when_leads_arrive_at_once():
    org = small_unit(code="LS")
    outcomes = at_once(*[lambda: lead_about(org, org.departments[2].head) for _n in range(4)])
    assert all(isinstance(outcome, Lead) for outcome in outcomes), outcomes
    assert len({lead.number for lead in outcomes}) == 4
