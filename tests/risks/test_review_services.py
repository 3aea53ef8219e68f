"""Review step by step, with real rows: paths, returns, moved offices, levels, opinions."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from common.errors import Conflict, DomainError, NotAllowed
from notifications.models import Notice
from positions.models import Appointment, BodyMembership, DivisionOfWork, HolderLevel, Rank
from risks.models import EntryComment, Opinion
from risks.services import review
from risks.services.review_facts import plan_steps
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.positions import AppointmentFactory, PositionFactory
from tests.factories.risks import CampaignFactory, DeclarationFactory, EntryFactory, level

pytestmark = pytest.mark.django_db
YESTERDAY = timezone.localdate() - timedelta(days=1)


@pytest.fixture
def bureau() -> SmallUnit:
    return small_unit()


def form_of(bureau, person, **fields):
    return DeclarationFactory(appointment=bureau.appointments[person.pk], **fields)


def started(bureau, person=None, entries=1, **fields):
    person = person or bureau.clerk
    declaration = form_of(bureau, person, **fields)
    for _n in range(entries):
        EntryFactory(declaration=declaration)
    return review.start_review(declaration=declaration, by=person)


def path(declaration):
    return [(s.kind, s.reviewer, s.decision) for s in declaration.review_steps.all()]


def whom(declaration):
    step = review.current_step(declaration)
    return (step.kind, step.reviewer) if step else None


def end_post(person):
    Appointment.objects.filter(person=person).update(ends_on=YESTERDAY)


def test_paths_of_everybody_in_the_unit(bureau):
    second, third = bureau.departments[1], bureau.departments[2]
    expected = [
        (second.staff[0], [("rate", second.head.pk), ("review", bureau.deputies[0].pk), ("group", None)]),
        (second.deputy_head, [("rate", second.head.pk), ("review", bureau.deputies[0].pk), ("group", None)]),
        (third.head, [("review", bureau.deputies[1].pk), ("group", None)]),
        (bureau.deputies[0], [("head", bureau.head.pk), ("group", None)]),
        (bureau.discipline_head, [("head", bureau.head.pk), ("group", None)]),
        (bureau.head, [("discipline", bureau.discipline_head.pk), ("group", None)]),
    ]
    for person, steps in expected:
        assert [(s.kind, s.reviewer) for s in plan_steps(form_of(bureau, person))] == steps
    department = DeclarationFactory(kind=HolderLevel.DEPARTMENT, department=third.department, position=None, declarant=third.head)
    assert [(s.kind, s.reviewer) for s in plan_steps(department)] == [("review", bureau.deputies[1].pk), ("group", None)]
    unit = DeclarationFactory(kind=HolderLevel.UNIT, department=None, position=None, unit=bureau.unit, declarant=bureau.head)
    assert [(s.kind, s.reviewer) for s in plan_steps(unit)] == [("group", None)]


def test_disabled_reviewer_is_passed_over(bureau):
    head = bureau.departments[1].head
    head.is_active = False
    head.save()
    assert [s.kind for s in plan_steps(form_of(bureau, bureau.clerk))] == ["review", "group"]


def test_a_deputy_who_also_heads_the_department(bureau):
    second = bureau.departments[1]
    end_post(second.head)
    AppointmentFactory(person=bureau.deputies[0], position=second.positions["head"])
    assert [(s.kind, s.reviewer) for s in plan_steps(form_of(bureau, bureau.clerk))] == [("review", bureau.deputies[0].pk), ("group", None)]
    own = DeclarationFactory(kind=HolderLevel.DEPARTMENT, department=second.department, position=None, declarant=bureau.deputies[0])
    assert [(s.kind, s.reviewer) for s in plan_steps(own)] == [("head", bureau.head.pk), ("group", None)]


def test_whole_way_to_the_leading_group(bureau):
    declaration = started(bureau, entries=2)
    head, deputy = bureau.departments[1].head, bureau.deputies[0]
    assert (declaration.state, whom(declaration)) == ("in_review", ("rate", head))
    assert Notice.objects.get(person=head).kind == "declaration.to_review"
    first, second = declaration.entries.all()
    assert first.computed_level == level(2)
    review.decide(declaration=declaration, by=head, decision="agreed", opinion="属实", levels={first.pk: level(3).pk})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.reviewed_level, second.reviewed_level) == (level(3), level(2))
    assert whom(declaration) == ("review", deputy)
    done = review.decide(declaration=declaration, by=deputy, decision="agreed")
    assert (done.state, whom(declaration)) == ("reviewed", ("group", None))
    assert Notice.objects.filter(person=bureau.office_clerk, kind="declaration.to_group").count() == 1
    assert [(o.kind, o.by, o.text) for o in Opinion.objects.all()] == [("rate", head, "属实"), ("review", deputy, "")]
    assert [e.action for e in AuditEvent.objects.filter(object_type="risks.declaration").order_by("id")] == [
        "declaration.signed",
        "declaration.step_agreed",
        "declaration.reviewed",
    ]


def test_only_the_current_reviewer_decides(bureau):
    declaration = started(bureau)
    for person in [bureau.clerk, bureau.deputies[0], bureau.head, bureau.departments[0].head, bureau.office_clerk]:
        with pytest.raises(NotAllowed):
            review.decide(declaration=declaration, by=person, decision="agreed")
    assert not Opinion.objects.exists()


def test_return_needs_a_reason_and_a_known_decision(bureau):
    declaration = started(bureau)
    head = bureau.departments[1].head
    for decision, opinion in [("returned", "  "), ("maybe", "x"), ("pending", "x"), ("returned", "长" * 1001)]:
        with pytest.raises(DomainError):
            review.decide(declaration=declaration, by=head, decision=decision, opinion=opinion)
    declaration.refresh_from_db()
    assert declaration.state == "in_review"


def test_a_returned_form_comes_back_to_the_step_that_returned_it(bureau):
    declaration = started(bureau)
    head, deputy = bureau.departments[1].head, bureau.deputies[0]
    review.decide(declaration=declaration, by=head, decision="agreed", opinion="同意")
    returned = review.decide(declaration=declaration, by=deputy, decision="returned", opinion="措施太空")
    assert (returned.state, returned.resume_order, whom(returned)) == ("returned", 2, None)
    assert Notice.objects.get(person=bureau.clerk).kind == "declaration.returned"
    again = review.start_review(declaration=returned, by=bureau.clerk)
    assert again.state == "in_review"
    assert path(again) == [("rate", head, "agreed"), ("review", deputy, "pending"), ("group", None, "pending")]
    assert whom(again) == ("review", deputy)
    assert [o.decision for o in Opinion.objects.all()] == ["agreed", "returned"]


def test_returned_by_the_first_step_comes_back_to_it(bureau):
    declaration = started(bureau)
    head = bureau.departments[1].head
    returned = review.decide(declaration=declaration, by=head, decision="returned", opinion="不具体")
    again = review.start_review(declaration=returned, by=bureau.clerk)
    assert whom(again) == ("rate", head)


def test_an_earlier_step_is_asked_again_only_when_its_office_changed_hands(bureau):
    declaration = started(bureau)
    second = bureau.departments[1]
    review.decide(declaration=declaration, by=second.head, decision="agreed")
    returned = review.decide(declaration=declaration, by=bureau.deputies[0], decision="returned", opinion="措施太空")
    end_post(second.head)
    AppointmentFactory(person=second.deputy_head, position=second.positions["head"])
    again = review.start_review(declaration=returned, by=bureau.clerk)
    assert whom(again) == ("rate", second.deputy_head)


def test_without_any_reviewer_the_form_goes_to_the_group(bureau):
    for person in [bureau.departments[1].head, bureau.deputies[0], bureau.head]:
        end_post(person)
    assert started(bureau).state == "reviewed"


def test_a_risk_without_any_level_must_be_rated(bureau):
    declaration = form_of(bureau, bureau.clerk)
    entry = EntryFactory(declaration=declaration, probability=None)
    review.start_review(declaration=declaration, by=bureau.clerk)
    head = bureau.departments[1].head
    with pytest.raises(DomainError, match=entry.title):
        review.decide(declaration=declaration, by=head, decision="agreed")
    review.decide(declaration=declaration, by=head, decision="agreed", levels={entry.pk: level(1).pk})
    entry.refresh_from_db()
    assert (entry.computed_level, entry.reviewed_level) == (None, level(1))


def test_levels_and_risks_of_others_are_refused(bureau):
    declaration = started(bureau)
    foreign = EntryFactory(declaration=form_of(bureau, bureau.departments[2].staff[0]))
    entry = declaration.entries.get()
    for levels in [{foreign.pk: level(3).pk}, {entry.pk: 999_999}, {0: level(3).pk}]:
        with pytest.raises(DomainError):
            review.decide(declaration=declaration, by=bureau.departments[1].head, decision="agreed", levels=levels)
    foreign.refresh_from_db()
    assert foreign.reviewed_level is None


def test_a_stale_page_overwrites_nothing(bureau):
    declaration = started(bureau)
    head = bureau.departments[1].head
    seen = declaration.version
    declaration.save()
    with pytest.raises(Conflict):
        review.decide(declaration=declaration, by=head, decision="agreed", version=seen)


def test_opinions_cannot_be_rewritten(bureau):
    declaration = started(bureau)
    review.decide(declaration=declaration, by=bureau.departments[1].head, decision="agreed", opinion="属实")
    for write in [lambda: Opinion.objects.update(text="x"), lambda: Opinion.objects.all().delete()]:
        with pytest.raises(ProgrammingError), transaction.atomic():
            write()
    assert Opinion.objects.get().text == "属实"


def test_remarks_on_one_risk(bureau):
    declaration = started(bureau)
    entry = declaration.entries.get()
    head = bureau.departments[1].head
    review.comment(entry=entry, by=head, text=" 请写清楚哪个环节 ")
    review.comment(entry=entry, by=bureau.clerk, text="已补充")
    assert [c.text for c in EntryComment.objects.all()] == ["请写清楚哪个环节", "已补充"]
    for person, text, error in [(bureau.deputies[0], "x", NotAllowed), (head, " ", DomainError), (head, "长" * 1001, DomainError)]:
        with pytest.raises(error):
            review.comment(entry=entry, by=person, text=text)


def test_waiting_forms_follow_the_organisation(bureau):
    declaration = started(bureau)
    untouched = started(bureau, bureau.departments[2].staff[0])
    second = bureau.departments[1]
    version = declaration.version
    end_post(second.head)
    AppointmentFactory(person=second.deputy_head, position=second.positions["head"])
    assert review.reassign(unit_ids={bureau.unit.pk}, by=bureau.head, reason="人事调整") == 1
    declaration.refresh_from_db()
    assert whom(declaration) == ("rate", second.deputy_head)
    assert declaration.version == version + 1
    assert whom(untouched) == ("rate", bureau.departments[2].head)
    event = AuditEvent.objects.get(action="declaration.reassigned")
    assert (event.changes, event.reason) == ({"reviewer": [second.head.name, second.deputy_head.name]}, "人事调整")
    assert Notice.objects.filter(person=second.deputy_head, kind="declaration.to_review").count() == 1
    assert review.reassign(unit_ids={bureau.unit.pk}, by=bureau.head, reason="x") == 0


def test_a_new_division_of_work_moves_what_comes_later(bureau):
    declaration = started(bureau)
    second = bureau.departments[1]
    DivisionOfWork.objects.filter(department=second.department).update(appointment=bureau.appointments[bureau.deputies[1].pk])
    assert review.reassign(unit_ids={bureau.unit.pk}, by=None, reason="分工调整") == 1
    assert whom(declaration) == ("rate", second.head)
    review.decide(declaration=declaration, by=second.head, decision="agreed")
    assert whom(declaration) == ("review", bureau.deputies[1])


def test_agreed_steps_stay_when_their_office_changes_hands(bureau):
    declaration = started(bureau)
    second = bureau.departments[1]
    review.decide(declaration=declaration, by=second.head, decision="agreed")
    end_post(second.head)
    end_post(bureau.deputies[0])
    assert review.reassign(unit_ids={bureau.unit.pk}, by=None, reason="调动") == 1
    assert whom(declaration) == ("head", bureau.head)


def test_who_is_promoted_to_deputy_is_not_asked_twice(bureau):
    declaration = started(bureau)
    second = bureau.departments[1]
    review.decide(declaration=declaration, by=second.head, decision="agreed")
    deputy = AppointmentFactory(
        person=second.head, position=PositionFactory(unit=bureau.unit, rank=Rank.DEPUTY, name="副局长(三)", department=None)
    )
    DivisionOfWork.objects.filter(department=second.department).update(appointment=deputy)
    review.reassign(unit_ids={bureau.unit.pk}, by=None, reason="提任")
    declaration.refresh_from_db()
    assert (declaration.state, whom(declaration)) == ("reviewed", ("group", None))


def test_when_everybody_has_left_the_group_decides(bureau):
    declaration = started(bureau)
    for person in [bureau.departments[1].head, bureau.deputies[0], bureau.head]:
        end_post(person)
    BodyMembership.objects.filter(person=bureau.head).update(ends_on=YESTERDAY)
    review.reassign(unit_ids={bureau.unit.pk}, by=None, reason="调离")
    declaration.refresh_from_db()
    assert (declaration.state, whom(declaration)) == ("reviewed", ("group", None))


def test_a_campaign_form_goes_the_same_way(bureau):
    declaration = started(bureau, campaign=CampaignFactory(unit=bureau.unit))
    assert whom(declaration) == ("rate", bureau.departments[1].head)
