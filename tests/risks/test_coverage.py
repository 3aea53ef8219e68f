"""Coverage: the rules on plain facts, then on a unit's rows."""

from typing import Any

import pgtrigger
import pytest
from hypothesis import given
from hypothesis import strategies as st

from positions.models import PowerItem
from risks.coverage import Coverage, Item, Post, Spot, Step, examine
from risks.models import Examination, RiskEntry
from risks.services import campaigns, forms
from risks.services.coverage import coverage_of, figures_of
from tests.factories.organisation import small_unit
from tests.risks.finding import Stage, stage

STEPS = (Step(1, "受理", "start"), Step(2, "审核", "decision"), Step(3, "办结", "end"))
ITEM = Item(10, "SP-01", "许可", "审批科", 1, "funds", STEPS)


def look(risks: list[Spot], examined: list[Spot]) -> Coverage:
    return examine([], [ITEM], risks, examined)


def test_nothing_examined_lists_the_item_its_steps_and_every_matter() -> None:
    found = look([], [])
    assert [gap.item.id for gap in found.items] == [10]
    assert [step.id for step in found.steps[0].steps] == [1, 2]  # nobody acts at the end
    assert (found.steps_missing, found.steps_total, len(found.matters)) == (2, 2, 4)


def test_a_risk_covers_its_step_and_its_item_only() -> None:
    found = look([Spot(10, 1)], [])
    assert found.items == ()
    assert [step.id for step in found.steps[0].steps] == [2]


def test_none_found_for_a_step_counts_like_a_risk() -> None:
    assert look([Spot(10, 1)], [Spot(10, 2)]).steps == ()


def test_none_found_for_the_whole_item_covers_all_of_it_and_its_matter() -> None:
    found = look([], [Spot(10, None)])
    assert (found.items, found.steps) == ((), ())
    assert "funds" not in found.matters


def test_a_risk_on_the_item_alone_leaves_its_steps_open() -> None:
    found = look([Spot(10, None, "funds")], [])
    assert found.items == ()
    assert found.steps_missing == 2
    assert "funds" not in found.matters


def test_positions_count_once_whoever_of_their_holders_is_missing() -> None:
    posts = [Post(1, "窗口", "审批科", 1, ("甲", "乙"), ("乙",)), Post(2, "审核", "审批科", 1, ("丙",), ())]
    found = examine(posts, [], [], [])
    assert [post.id for post in found.posts] == [1]
    assert found.posts_total == 2


spots = st.lists(st.builds(Spot, st.sampled_from([None, 10, 11]), st.sampled_from([None, 1, 2, 3, 4])), max_size=6)


@given(spots, spots, spots)
def test_more_answers_never_open_a_gap(risks: list[Spot], examined: list[Spot], more: list[Spot]) -> None:
    before, after = look(risks, examined), look(risks, examined + more)
    assert after.steps_missing <= before.steps_missing
    assert len(after.items) <= len(before.items)
    assert set(after.matters) <= set(before.matters)


@given(spots, spots)
def test_figures_agree_with_lists(risks: list[Spot], examined: list[Spot]) -> None:
    found = look(risks, examined)
    assert found.steps_missing == sum(len(gap.steps) for gap in found.steps)


# ---- on rows ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def world(db: None) -> Stage:
    return stage()


def test_a_started_campaign_has_nothing_covered(world: Stage) -> None:
    found = coverage_of(world.campaign)
    assert (len(found.posts), found.posts_total) == (16, 16)
    assert (len(found.items), found.items_total) == (3, 3)
    assert (found.steps_missing, found.steps_total) == (6, 6)
    assert set(found.matters) == {"decisions", "appointments", "projects", "funds"}


def test_a_draft_says_nothing_and_a_signed_form_does(world: Stage) -> None:
    form = world.ready(world.clerk, item=world.item, step=world.steps[0])
    assert coverage_of(world.campaign).steps_missing == 6
    forms.sign_and_submit(declaration=form, by=world.clerk, version=form.version)
    found = coverage_of(world.campaign)
    assert found.steps_missing == 5
    assert len(found.items) == 2
    assert len(found.posts) == 15


def test_none_found_is_an_answer_with_a_reason(world: Stage) -> None:
    form = forms.begin(declaration=world.form(world.clerk), by=world.clerk)
    forms.examine(declaration=form, by=world.clerk, item=world.item, step=None, reason="全程网办,无人工裁量")
    found = coverage_of(world.campaign)
    assert world.item.pk not in {gap.item.id for gap in found.items}
    assert found.steps_missing == 4


def test_a_head_sees_the_gaps_of_the_own_department(world: Stage) -> None:
    department = world.org.departments[1].department
    found = coverage_of(world.campaign, frozenset({department.pk}))
    assert found.posts_total == 4
    assert {gap.item.id for gap in found.items} == {world.item.pk, world.shared.pk}


def test_the_database_counts_what_the_lists_hold(world: Stage) -> None:
    """Unit-wide figures are counted by PostgreSQL: after each kind of answer they are the lengths of the lists."""
    seen = []

    def same() -> None:
        assert figures_of(world.campaign) == coverage_of(world.campaign).figures
        seen.append(figures_of(world.campaign))

    same()
    whole, other = world.item, world.shared
    form = world.ready(world.clerk, item=whole, step=world.steps[0])
    same()  # a draft
    forms.sign_and_submit(declaration=form, by=world.clerk, version=form.version)
    same()  # a risk on a step, with the item

    def left(**place: Any) -> None:
        with pgtrigger.ignore():  # as no service would leave it
            RiskEntry.objects.filter(declaration=form).update(**place)

    left(power_item=None)
    same()  # on a step alone
    left(flow_step=whole.steps.get(kind="end"))
    same()  # on an end, at which nobody acts
    left(change="retire", flow_step=world.steps[0])
    same()  # to be taken off
    by = {"campaign": world.campaign, "by": world.clerk, "reason": "全程网办,无人工裁量"}
    step = other.steps.exclude(kind="end").order_by("order").first()
    Examination.objects.create(power_item=other, flow_step=step, **by)
    same()  # a step examined
    with pgtrigger.ignore():
        PowerItem.objects.filter(pk=whole.pk).update(major_matter="funds")
    Examination.objects.create(power_item=whole, **by)
    same()  # an item examined, which answers for its steps and its matter
    department = world.org.departments[1].department.pk
    assert figures_of(world.campaign, frozenset({department})) == coverage_of(world.campaign, frozenset({department})).figures
    assert (seen[-1].matters, seen[-1].posts, seen[-1].items) == (3, 15, 1)


def test_a_unit_without_a_catalogue_has_posts_and_matters_alone(db: None) -> None:
    org = small_unit()
    campaign = campaigns.create(unit=org.unit, by=org.office_clerk, year=2026)
    found = figures_of(campaign)
    assert found == coverage_of(campaign).figures
    assert (found.posts_total, found.items_total, found.steps_total, found.matters) == (16, 0, 0, 4)


def test_another_campaign_does_not_count(world: Stage) -> None:
    world.signed(world.clerk, item=world.item, step=world.steps[0])
    second = campaigns.create(unit=world.unit, by=world.office, year=2027)
    assert coverage_of(second).steps_missing == 6
