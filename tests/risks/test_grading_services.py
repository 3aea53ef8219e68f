"""The leading group's decisions: confirm many, change one, reject, return, four eyes, the register."""

import pgtrigger
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from audit.models import AuditEvent
from common.errors import Conflict, DomainError, NotAllowed, NotPossible
from notifications.models import Notice
from positions.models import BodyKind, HolderLevel
from risks.models import Opinion, ReviewStep, RiskEntry, RiskPoint
from risks.services import grading, higher, review
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.positions import AppointmentFactory, BodyFactory, MembershipFactory, PositionFactory
from tests.factories.risks import CampaignFactory, DeclarationFactory, EntryFactory, EntryMeasureFactory, level

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau() -> SmallUnit:
    return small_unit()


def to_group(declaration):
    """Sign, and let every reviewer agree."""
    review.start_review(declaration=declaration, by=declaration.declarant)
    while (step := review.current_step(declaration)).reviewer is not None:
        review.decide(declaration=declaration, by=step.reviewer, decision="agreed")
    declaration.refresh_from_db()
    assert declaration.state == "reviewed"
    return declaration


def reviewed(bureau, person=None, entries=1, entry=None, **fields):
    person = person or bureau.clerk
    declaration = DeclarationFactory(appointment=bureau.appointments[person.pk], **fields)
    for _n in range(entries):
        EntryMeasureFactory(entry=EntryFactory(declaration=declaration, **(entry or {})))
    return to_group(declaration)


def confirm(bureau, *declarations, by=None, **more):
    ids = list(RiskEntry.objects.filter(declaration__in=declarations).values_list("pk", flat=True))
    return grading.confirm(unit_id=bureau.unit.pk, entry_ids=ids, by=by or bureau.head, **more)


def test_confirming_everything_grades_the_forms_and_fills_the_register(bureau):
    first = reviewed(bureau, entries=2)
    second = reviewed(bureau, bureau.departments[2].staff[0])
    outcome = confirm(bureau, first, second)
    assert (outcome.decided, len(outcome.graded), sum(outcome.left.values())) == (3, 2, 0)
    points = list(RiskPoint.objects.order_by("number"))
    assert [p.number[:3] for p in points] == ["FX-"] * 3
    assert {p.current_level for p in points} == {level(2)}
    assert {p.responsible_leader for p in points} == set(bureau.deputies)
    for form in (first, second):
        form.refresh_from_db()
        assert form.state == "graded"
        assert form.graded_at is not None
        assert review.current_step(form) is None
        assert Notice.objects.filter(person=form.declarant, kind="declaration.graded").count() == 1
    opinion = Opinion.objects.get(declaration=first, kind="group")
    assert (opinion.by, opinion.decision, "2" in opinion.text) == (bureau.head, "agreed", True)
    assert AuditEvent.objects.filter(action="entry.confirmed").count() == 3
    assert AuditEvent.objects.filter(action="declaration.graded").count() == 2


def test_a_form_half_decided_is_not_graded_yet(bureau):
    form = reviewed(bureau, entries=2)
    one, _two = form.entries.all()
    outcome = grading.confirm(unit_id=bureau.unit.pk, entry_ids=[one.pk], by=bureau.head)
    form.refresh_from_db()
    assert (outcome.decided, outcome.graded, form.state) == (1, [], "reviewed")
    assert not RiskPoint.objects.exists()
    assert confirm(bureau, form).decided == 1
    assert RiskPoint.objects.count() == 2


def test_four_eyes_in_bulk_and_one_by_one(bureau):
    own = reviewed(bureau, bureau.deputies[0])
    other = reviewed(bureau)
    outcome = confirm(bureau, own, other, by=bureau.deputies[0])
    assert (outcome.decided, list(outcome.left.values())) == (1, [1])
    entry = own.entries.get()
    for act in [
        lambda: grading.change(entry=entry, level=level(1), reason="x", by=bureau.deputies[0]),
        lambda: grading.reject(entry=entry, reason="x", by=bureau.deputies[0]),
        lambda: grading.return_form(declaration=own, reason="x", by=bureau.deputies[0]),
    ]:
        with pytest.raises(NotAllowed):
            act()
    entry.refresh_from_db()
    assert entry.decided_at is None
    assert confirm(bureau, own, by=bureau.deputies[1]).decided == 1


def test_the_unit_heads_form_is_decided_without_them(bureau):
    form = reviewed(bureau, bureau.head)
    assert confirm(bureau, form, by=bureau.head).decided == 0
    assert confirm(bureau, form, by=bureau.discipline_head).decided == 1


@pytest.mark.parametrize("who", ["clerk", "office_clerk"])
def test_only_members_of_the_group_decide(bureau, who):
    form = reviewed(bureau)
    entry = form.entries.get()
    person = getattr(bureau, who)
    for act in [
        lambda: confirm(bureau, form, by=person),
        lambda: grading.preview(unit_id=bureau.unit.pk, entry_ids=[entry.pk], by=person),
        lambda: grading.change(entry=entry, level=level(2), reason="", by=person),
        lambda: grading.reject(entry=entry, reason="x", by=person),
        lambda: grading.confirm_none_found(unit_id=bureau.unit.pk, form_ids=[form.pk], by=person),
    ]:
        with pytest.raises(NotAllowed):
            act()


def test_members_of_another_units_group_decide_nothing_here(bureau):
    elsewhere = small_unit(code="QT", name="其他局")
    form = reviewed(bureau)
    with pytest.raises(NotAllowed):
        confirm(bureau, form, by=elsewhere.head)
    # Their own unit, our entries: nothing of ours is touched.
    ids = list(form.entries.values_list("pk", flat=True))
    assert grading.confirm(unit_id=elsewhere.unit.pk, entry_ids=ids, by=elsewhere.head).decided == 0


def test_another_level_needs_a_reason(bureau):
    form = reviewed(bureau)
    entry = form.entries.get()
    with pytest.raises(DomainError):
        grading.change(entry=entry, level=level(3), reason=" ", by=bureau.head)
    grading.change(entry=entry, level=level(3), reason="近年同类岗位发生案件", by=bureau.head)
    entry.refresh_from_db()
    assert (entry.final_level, entry.final_reason, entry.decided_by) == (level(3), "近年同类岗位发生案件", bureau.head)
    point = RiskPoint.objects.get()
    assert (point.current_level, point.initial_level, point.responsible_leader) == (level(3), level(3), bureau.head)


def test_the_computed_level_needs_none(bureau):
    form = reviewed(bureau)
    grading.change(entry=form.entries.get(), level=level(2), reason="", by=bureau.head)
    assert RiskPoint.objects.get().current_level == level(2)


def test_at_the_reviewed_level(bureau):
    form = DeclarationFactory(appointment=bureau.appointments[bureau.clerk.pk])
    entry = EntryFactory(declaration=form)
    review.start_review(declaration=form, by=bureau.clerk)
    review.decide(declaration=form, by=bureau.departments[1].head, decision="agreed", levels={entry.pk: level(1).pk})
    review.decide(declaration=form, by=bureau.deputies[0], decision="agreed")
    outcome = confirm(bureau, form, at="reviewed")
    assert (outcome.decided, sum(outcome.left.values())) == (0, 1)
    assert confirm(bureau, form, at="reviewed", reason="同意审核意见").decided == 1
    entry.refresh_from_db()
    assert (entry.final_level, entry.final_reason) == (level(1), "同意审核意见")
    with pytest.raises(DomainError):
        confirm(bureau, form, at="guessed")


def test_without_an_answer_there_is_no_level_to_confirm(bureau):
    form = DeclarationFactory(appointment=bureau.appointments[bureau.clerk.pk])
    entry = EntryFactory(declaration=form, harm=None)
    review.start_review(declaration=form, by=bureau.clerk)
    review.decide(declaration=form, by=bureau.departments[1].head, decision="agreed", levels={entry.pk: level(2).pk})
    review.decide(declaration=form, by=bureau.deputies[0], decision="agreed")
    assert confirm(bureau, form).decided == 0
    with pytest.raises(DomainError):
        grading.change(entry=entry, level=level(2), reason="", by=bureau.head)
    grading.change(entry=entry, level=level(2), reason="比照同类岗位", by=bureau.head)
    assert RiskPoint.objects.get().current_level == level(2)


def test_a_rejected_risk_does_not_enter_the_register(bureau):
    form = reviewed(bureau, entries=2)
    one, two = form.entries.all()
    with pytest.raises(DomainError):
        grading.reject(entry=one, reason="", by=bureau.head)
    grading.reject(entry=one, reason="与另一条重复", by=bureau.head)
    grading.change(entry=two, level=level(2), reason="", by=bureau.head)
    form.refresh_from_db()
    one.refresh_from_db()
    assert (form.state, one.is_rejected, one.risk_point) == ("graded", True, None)
    assert RiskPoint.objects.get().title == two.title


def test_a_form_of_which_everything_is_rejected_is_graded_too(bureau):
    form = reviewed(bureau)
    grading.reject(entry=form.entries.get(), reason="不属于本岗位", by=bureau.head)
    form.refresh_from_db()
    assert form.state == "graded"
    assert not RiskPoint.objects.exists()


def test_keep_change_and_retire(bureau):
    confirm(bureau, reviewed(bureau, entries=3))
    points = list(RiskPoint.objects.order_by("pk"))
    form = DeclarationFactory(appointment=bureau.appointments[bureau.clerk.pk])
    EntryFactory(declaration=form, order=1, change="keep", risk_point=points[0], title=points[0].title)
    EntryFactory(declaration=form, order=2, change="change", risk_point=points[1], title="受理环节收受好处", probability=5, harm=5)
    EntryFactory(declaration=form, order=3, change="retire", risk_point=points[2], title=points[2].title, probability=None)
    to_group(form)
    assert confirm(bureau, form).decided == 3
    for point in points:
        point.refresh_from_db()
    assert [p.state for p in points] == ["registered", "registered", "retired"]
    assert (points[1].title, points[1].current_level, points[1].initial_level) == ("受理环节收受好处", level(3), level(2))
    assert RiskPoint.objects.count() == 3


def test_a_risk_to_be_taken_off_gets_no_level(bureau):
    confirm(bureau, reviewed(bureau))
    point = RiskPoint.objects.get()
    form = DeclarationFactory(appointment=bureau.appointments[bureau.clerk.pk])
    entry = EntryFactory(declaration=form, change="retire", risk_point=point)
    to_group(form)
    with pytest.raises(NotPossible):
        grading.change(entry=entry, level=level(2), reason="x", by=bureau.head)


def test_a_decision_may_be_mended_until_the_form_is_graded(bureau):
    form = reviewed(bureau, entries=2)
    one, _two = form.entries.all()
    grading.reject(entry=one, reason="误点", by=bureau.head)
    grading.change(entry=one, level=level(2), reason="", by=bureau.deputies[1])
    one.refresh_from_db()
    assert (one.is_rejected, one.final_level) == (False, level(2))
    confirm(bureau, form)
    with pytest.raises(NotAllowed):
        grading.change(entry=one, level=level(1), reason="迟到", by=bureau.head)


def test_a_returned_form_loses_its_decisions_and_comes_back_to_the_group(bureau):
    form = reviewed(bureau, entries=2)
    one, _two = form.entries.all()
    grading.change(entry=one, level=level(3), reason="案件高发", by=bureau.head)
    with pytest.raises(DomainError):
        grading.return_form(declaration=form, reason=" ", by=bureau.office_clerk)
    returned = grading.return_form(declaration=form, reason="第二条不具体", by=bureau.office_clerk)
    one.refresh_from_db()
    assert (returned.state, one.final_level, one.decided_at, one.final_reason) == ("returned", None, None, "")
    again = review.start_review(declaration=returned, by=bureau.clerk)
    assert (again.state, review.current_step(again).kind) == ("reviewed", "group")
    assert confirm(bureau, form).decided == 2


def test_stale_pages(bureau):
    form = reviewed(bureau)
    entry = form.entries.get()
    seen = entry.version
    entry.save()
    with pytest.raises(Conflict):
        grading.change(entry=entry, level=level(2), reason="", by=bureau.head, version=seen)
    with pytest.raises(Conflict):
        grading.return_form(declaration=form, reason="x", by=bureau.head, version=form.version - 1)


def test_levels_of_another_scale_are_refused(bureau):
    from risks.models import Level, LevelScale

    strange = Level.objects.create(scale=LevelScale.objects.create(code="x", name="五级"), severity=9, label="甲", name="甲", colour="red")
    with pytest.raises(DomainError):
        grading.change(entry=reviewed(bureau).entries.get(), level=strange, reason="x", by=bureau.head)


def test_examined_none_found(bureau):
    empty = reviewed(bureau, entries=0, none_found_reason="本岗位不涉及审批")
    full = reviewed(bureau, bureau.departments[2].staff[0])
    own = reviewed(bureau, bureau.head, entries=0, none_found_reason="无")
    outcome = grading.confirm_none_found(unit_id=bureau.unit.pk, form_ids=[empty.pk, full.pk, own.pk], by=bureau.head)
    assert (len(outcome.graded), sum(outcome.left.values())) == (1, 2)
    empty.refresh_from_db()
    assert empty.state == "graded"
    assert not RiskPoint.objects.exists()


def test_preview_says_what_confirm_does(bureau):
    form = reviewed(bureau, entries=2)
    EntryFactory(declaration=form, harm=None, order=9)
    own = reviewed(bureau, bureau.deputies[1])
    ids = list(RiskEntry.objects.values_list("pk", flat=True))
    seen = grading.preview(unit_id=bureau.unit.pk, entry_ids=ids, by=bureau.deputies[1])
    assert (len(seen.ids), seen.forms, sum(seen.left.values())) == (2, 0, 2)
    assert [(one.severity, n) for one, n in seen.levels] == [(2, 2)]
    assert not RiskEntry.objects.exclude(decided_at=None).exists()
    done = grading.confirm(unit_id=bureau.unit.pk, entry_ids=ids, by=bureau.deputies[1])
    assert (done.decided, done.left) == (2, seen.left)
    assert own.entries.get().decided_at is None


def unit_form(bureau, entries=1):
    form = DeclarationFactory(kind=HolderLevel.UNIT, department=None, position=None, unit=bureau.unit, declarant=bureau.head)
    for _n in range(entries):
        EntryFactory(declaration=form, major_matter="projects")
    return to_group(form)


def test_the_unit_form_with_discussion_and_higher_committee(bureau):
    from datetime import date, timedelta

    from django.utils import timezone

    form = unit_form(bureau)
    today = timezone.localdate()
    higher.record_discussion(declaration=form, by=bureau.office_clerk, on=date(2026, 11, 20), present="全体成员", conclusion="原则同意")
    for on, present, conclusion in [(today + timedelta(days=1), "甲", "乙"), (today, " ", "乙"), (today, "甲", "")]:
        with pytest.raises(DomainError):
            higher.record_discussion(declaration=form, by=bureau.office_clerk, on=on, present=present, conclusion=conclusion)
    higher.send_to_higher(declaration=form, by=bureau.office_clerk)
    with pytest.raises(NotAllowed):
        higher.send_to_higher(declaration=form, by=bureau.office_clerk)
    assert confirm(bureau, form, by=bureau.deputies[0]).decided == 0
    with pytest.raises(NotAllowed):
        higher.give_higher_opinion(declaration=form, by=bureau.deputies[0], text="同意")
    higher.give_higher_opinion(declaration=form, by=bureau.office_clerk, text="同意,请加强大额资金监管")
    assert confirm(bureau, form, by=bureau.head).decided == 0
    assert confirm(bureau, form, by=bureau.deputies[0]).decided == 1
    assert [o.kind for o in form.opinions.all()] == ["group", "higher", "group"]
    point = RiskPoint.objects.get()
    assert (point.level_of, point.responsible_leader) == ("unit", bureau.head)


def test_the_higher_committee_answers_itself_when_it_has_accounts(bureau):
    member = User.objects.create_user("HIGHER", "上级纪委甲", "Test-passw0rd!")
    committee = BodyFactory(unit=bureau.unit, kind=BodyKind.DISCIPLINE_COMMITTEE, name="上级纪委", is_higher=True)
    MembershipFactory(body=committee, person=member)
    form = unit_form(bureau)
    higher.send_to_higher(declaration=form, by=bureau.head)
    assert Notice.objects.filter(person=member, kind="declaration.to_higher").count() == 1
    with pytest.raises(NotAllowed):
        higher.give_higher_opinion(declaration=form, by=bureau.office_clerk, text="同意")
    with pytest.raises(DomainError):
        higher.give_higher_opinion(declaration=form, by=member, text="  ")
    higher.give_higher_opinion(declaration=form, by=member, text="同意")
    assert confirm(bureau, form, by=bureau.discipline_head).decided == 1


def test_only_the_units_form_goes_to_the_higher_committee(bureau):
    form = reviewed(bureau)
    with pytest.raises(NotAllowed):
        higher.send_to_higher(declaration=form, by=bureau.head)


def test_eight_hundred_risks_at_once_in_few_statements(bureau):
    """100 forms of 8 risks: statements grow with forms (a notice each), not with risks."""
    campaign = CampaignFactory(unit=bureau.unit)
    department = bureau.departments[1].department
    entries = []
    for n in range(100):
        position = PositionFactory(department=department, name=f"经办岗{n}")
        form = DeclarationFactory(appointment=AppointmentFactory(position=position), campaign=campaign, state="reviewed")
        ReviewStep.objects.create(declaration=form, order=1, kind="group", is_current=True)
        entries += EntryFactory.build_batch(8, declaration=form, unit=bureau.unit, computed_level=level(2))
    with pgtrigger.ignore("risks.RiskEntry:declared_insert"):
        RiskEntry.objects.bulk_create(entries)
    ids = [entry.pk for entry in entries]
    with CaptureQueriesContext(connection) as queries:
        outcome = grading.confirm(unit_id=bureau.unit.pk, entry_ids=ids, by=bureau.head)
    assert (outcome.decided, len(outcome.graded), RiskPoint.objects.count()) == (800, 100, 800)
    assert len(queries) < 160
