"""Signing a form, taking it back, having it returned."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from common.errors import Conflict, NotAllowed, NotPossible
from positions.models import HolderLevel
from positions.scopes import forget
from risks.models import Declaration, Signature
from risks.services import forms, review
from tests.risks.finding import GOOD, MEASURE, Stage, add_good, level, stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Stage:
    return stage()


# ---- signing ---------------------------------------------------------------------------------------------------------
def test_signing_keeps_what_was_said_and_sends_it_to_the_head(world: Stage) -> None:
    form = world.ready(world.clerk, item=world.item, step=world.steps[0])
    forms.add_entry(declaration=form, by=world.clerk, item=world.shared)  # opened and left blank
    form = forms.sign_and_submit(declaration=form, by=world.clerk, version=form.version)
    assert form.state == "in_review"
    step = form.review_steps.get(is_current=True)
    assert step.reviewer == world.org.departments[1].head
    assert form.entries.count() == 1
    signature = Signature.objects.get()
    assert (signature.name, signature.text) == (world.clerk.name, world.campaign.commitment_position)
    assert signature.content["risks"][0]["title"] == GOOD["title"]
    assert signature.content["risks"][0]["self_level"] == "二级"
    assert len(signature.digest) == 64
    assert forms.digest_of(forms.canonical(form, forms.entries_of(form))) == signature.digest


def test_the_digest_tells_any_change() -> None:
    # printf '{"a":"风险","b":1}' | sha256sum
    assert forms.digest_of({"b": 1, "a": "风险"}) == "442f604671e1dc8ff4dc45b5381e99a0bf909da3b54a30ec68d0e6391f24e8dd"
    assert forms.digest_of({"a": "风险", "b": 1}) == forms.digest_of({"b": 1, "a": "风险"})
    assert forms.digest_of({"a": "风险。", "b": 1}) != forms.digest_of({"b": 1, "a": "风险"})


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"title": ""}, "风险点"),
        ({"content": ""}, "内容"),
        ({"aspect": ""}, "来源"),
        ({"probability": None}, "等级"),
    ],
)
def test_an_unfinished_risk_keeps_the_form_from_being_signed(world: Stage, fields: dict[str, object], missing: str) -> None:
    form = world.ready(world.clerk, **fields)
    with pytest.raises(NotPossible) as refused:
        forms.sign_and_submit(declaration=form, by=world.clerk, version=form.version)
    assert missing in str(refused.value)
    assert Declaration.objects.get(pk=form.pk).state == "draft"
    assert not Signature.objects.exists()


def test_a_form_needs_a_risk_or_a_reason(world: Stage) -> None:
    form = forms.begin(declaration=world.form(world.clerk), by=world.clerk)
    with pytest.raises(NotPossible):
        forms.sign_and_submit(declaration=form, by=world.clerk, version=form.version)
    form = forms.save_form(declaration=form, by=world.clerk, version=None, fields={"none_found_reason": "本岗位不涉及审批"})
    assert forms.sign_and_submit(declaration=form, by=world.clerk, version=form.version).state == "in_review"


def test_another_level_than_the_computed_one_needs_a_reason(world: Stage) -> None:
    form = world.ready(world.clerk, self_level=level(3))
    with pytest.raises(NotPossible):
        forms.sign_and_submit(declaration=form, by=world.clerk, version=form.version)
    entry = form.entries.get()
    forms.save_entry(declaration=form, entry=entry, by=world.clerk, version=None, fields={"answers": {"self_reason": "去年发生过信访"}})
    assert forms.sign_and_submit(declaration=form, by=world.clerk, version=form.version).state == "in_review"
    assert form.entries.get().self_level == level(3)


def test_it_is_signed_once_and_by_nobody_else(world: Stage) -> None:
    form = world.ready(world.clerk)
    for other in (world.org.departments[1].head, world.org.departments[1].staff[1], world.org.head):
        with pytest.raises(NotAllowed):
            forms.sign_and_submit(declaration=form, by=other, version=form.version)
    forms.sign_and_submit(declaration=form, by=world.clerk, version=form.version)
    with pytest.raises((NotAllowed, Conflict)):
        forms.sign_and_submit(declaration=form, by=world.clerk, version=form.version)
    assert Signature.objects.count() == 1


def test_a_signed_form_cannot_be_written_in(world: Stage) -> None:
    form = world.signed(world.clerk)
    entry = form.entries.get()
    for act in (
        lambda: forms.save_form(declaration=form, by=world.clerk, version=None, fields={"duties": "x"}),
        lambda: forms.add_entry(declaration=form, by=world.clerk),
        lambda: forms.save_entry(declaration=form, entry=entry, by=world.clerk, version=None, fields={"title": "x"}),
        lambda: forms.delete_entry(declaration=form, entry=entry, by=world.clerk),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_commitment_stays_as_it_was_signed(world: Stage) -> None:
    form = forms.withdraw(declaration=world.signed(world.clerk), by=world.clerk)
    assert form.state == "draft"
    with pytest.raises(NotPossible):
        forms.save_form(declaration=form, by=world.clerk, version=None, fields={"commitment": "另一段话"})
    with pytest.raises(DatabaseError), transaction.atomic():
        Declaration.objects.filter(pk=form.pk).update(commitment="另一段话")


def test_taking_back_ends_with_the_first_decision(world: Stage) -> None:
    form = world.signed(world.clerk)
    head = world.org.departments[1].head
    review.decide(declaration=form, by=head, decision="agreed", opinion="同意", levels={}, version=form.version)
    with pytest.raises(NotAllowed):
        forms.withdraw(declaration=form, by=world.clerk)


def test_a_returned_form_comes_back_to_the_step_that_returned_it(world: Stage) -> None:
    form = world.signed(world.clerk)
    head, deputy = world.org.departments[1].head, world.org.deputies[0]
    review.decide(declaration=form, by=head, decision="agreed", opinion="同意", levels={}, version=None)
    review.decide(declaration=form, by=deputy, decision="returned", opinion="措施空泛", levels={}, version=None)
    form.refresh_from_db()
    assert form.state == "returned"
    entry = form.entries.get()
    forms.save_entry(
        declaration=form,
        entry=entry,
        by=world.clerk,
        version=None,
        fields={},
        measures=[MEASURE, MEASURE | {"text": "每季度由副科长回访十名申请人并记录"}],
    )
    form = forms.sign_and_submit(declaration=form, by=world.clerk, version=form.version)
    assert form.review_steps.get(is_current=True).reviewer == deputy
    assert Signature.objects.filter(declaration=form).count() == 2


def test_the_unit_form_is_written_together_and_signed_by_the_head(world: Stage) -> None:
    form = world.form(world.org.head, HolderLevel.UNIT)
    deputy = world.org.deputies[0]
    forms.begin(declaration=form, by=deputy)
    add_good(form, deputy, item=world.major, step=None)
    form.refresh_from_db()
    form = forms.save_form(
        declaration=form,
        by=world.org.discipline_head,
        version=form.version,
        fields={"discussed_on": "2026-11-20", "discussion": "一致同意"},
    )
    form.refresh_from_db()
    with pytest.raises(NotAllowed):
        forms.sign_and_submit(declaration=form, by=deputy, version=form.version)
    form = forms.sign_and_submit(declaration=form, by=world.org.head, version=form.version)
    assert form.state == "reviewed"
    assert form.entries.get().major_matter == "funds"


def test_the_unit_form_needs_the_record_of_the_discussion(world: Stage) -> None:
    form = world.ready(world.org.head, HolderLevel.UNIT)
    with pytest.raises(NotPossible):
        forms.sign_and_submit(declaration=form, by=world.org.head, version=form.version)


def test_the_department_form_goes_to_the_deputy_in_charge(world: Stage) -> None:
    head = world.org.departments[1].head
    form = world.signed(head, HolderLevel.DEPARTMENT)
    assert form.review_steps.get(is_current=True).reviewer == world.org.deputies[0]


def test_who_left_the_post_cannot_go_on_writing(world: Stage) -> None:
    appointment = world.org.appointments[world.clerk.pk]
    appointment.ends_on = timezone.localdate() - timedelta(days=1)
    appointment.save()
    forget(world.clerk)
    with pytest.raises(NotAllowed):
        forms.save_form(declaration=world.form(world.clerk), by=world.clerk, version=None, fields={"duties": "x"})


@pytest.mark.django_db(transaction=True)
def test_four_clicks_at_once_sign_once() -> None:
    world = stage()
    form = world.ready(world.clerk)

    def click(_n: int) -> bool:
        try:
            forms.sign_and_submit(declaration=form, by=world.clerk, version=form.version)
        except (Conflict, NotAllowed, NotPossible):
            return False
        finally:
            connection.close()
        return True

    for _round in range(5):
        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(click, range(4))) == 1
        form = forms.withdraw(declaration=form, by=world.clerk)
    assert Signature.objects.count() == 5
