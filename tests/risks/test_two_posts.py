"""Whoever holds two posts answers for both: a form for each position held, each with its own reviewers (domain §3, the three forms)."""

from datetime import date

import pytest

from positions.services.appointments import appoint
from risks.models import Declaration
from risks.services import campaigns, forms
from tests.risks.finding import Stage, add_good, stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Stage:
    return stage(start=False)


def test_two_posts_are_two_forms_on_two_ways(world: Stage) -> None:
    home, other = world.org.departments[1], world.org.departments[2]
    second = other.positions["s0"]
    appoint(person=world.clerk, position=second, by=None, starts_on=date(2026, 1, 1), is_main=False)
    campaigns.start(campaign=world.campaign, by=world.office)
    theirs = Declaration.objects.filter(campaign=world.campaign, declarant=world.clerk)
    assert {form.position for form in theirs} == {home.positions["s0"], second}

    for position, head in ((home.positions["s0"], home.head), (second, other.head)):
        form = forms.begin(declaration=theirs.get(position=position), by=world.clerk)
        add_good(form, world.clerk)
        form.refresh_from_db()
        form = forms.sign_and_submit(declaration=form, by=world.clerk, version=form.version)
        assert form.review_steps.order_by("order").first().reviewer == head
