"""Starting a warning: about whom, by whom, with what (domain §5; issue B: bad input changes nothing)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from common.errors import Conflict, DomainError, NotAllowed, NotPossible
from early_warnings.models import ResponsibleHow, Tier, Warning, WarningLevel
from early_warnings.services import drafting
from positions.models import Appointment, BodyKind, BodyMembership
from tests.factories.organisation import small_unit
from tests.factories.positions import UserFactory
from tests.factories.warnings import drafted, fresh, starter, tier_level

pytestmark = pytest.mark.django_db


def test_a_draft_keeps_who_the_person_was():
    bureau = small_unit()
    warning = drafted(bureau)
    assert (warning.state, warning.tier, warning.subject_label) == ("draft", "general", "CS行政审批科甲")
    assert warning.post_snapshot == "测试市农业农村局 行政审批科 经办"
    assert warning.discipline_body == bureau.bodies[BodyKind.DISCIPLINE_COMMITTEE]
    assert warning.history.get().history_user == starter(bureau)


@pytest.mark.parametrize(
    ("tier", "who", "how"),
    [
        (Tier.GENERAL, "head", ResponsibleHow.DEPARTMENT_HEAD),
        (Tier.IMPORTANT, "leader", ResponsibleHow.DEPUTY),
    ],
)
def test_who_answers_follows_from_the_tier(tier, who, how):
    bureau = small_unit()
    warning = drafted(bureau, tier)
    assert (warning.responsible, warning.responsible_how) == (getattr(bureau.departments[1], who), how)


def test_the_highest_tier_is_the_unit_heads():
    bureau = small_unit()
    assert drafted(bureau, Tier.HIGHEST, department=bureau.departments[1].department).responsible == bureau.head


def test_nobody_answers_for_a_warning_about_themselves():
    bureau = small_unit()
    warning = drafted(bureau, person=bureau.departments[1].head)
    assert (warning.responsible, warning.responsible_how) == (bureau.deputies[0], ResponsibleHow.DEPUTY)


def test_a_colour_becomes_the_level_of_the_units_scheme():
    bureau = small_unit()
    yellow = WarningLevel.objects.get(scheme__code="four-colours", severity=2)
    warning = drafting.draft(unit=bureau.unit, level=yellow, by=starter(bureau), person=bureau.clerk, grounds="累计扣分达到六分。")
    assert warning.level == tier_level(Tier.IMPORTANT)


def test_green_starts_no_warning():
    bureau = small_unit()
    green = WarningLevel.objects.get(scheme__code="four-colours", severity=0)
    with pytest.raises(DomainError):
        drafting.draft(unit=bureau.unit, level=green, by=starter(bureau), person=bureau.clerk, grounds="提醒。")


@pytest.mark.parametrize(
    "wrong",
    [
        {"grounds": "  "},
        {"due_on": date(2020, 1, 1)},
        {"error_kind": "mistake"},
    ],
    ids=["no grounds", "a date in the past", "an error without its grounds"],
)
def test_what_makes_no_sense_is_refused(wrong):
    bureau = small_unit()
    facts = {"grounds": "事由"} | wrong
    with pytest.raises(DomainError):
        drafting.draft(unit=bureau.unit, level=tier_level("general"), by=starter(bureau), person=bureau.clerk, **facts)
    assert not Warning.objects.exists()


def test_somebody_who_left_is_not_warned():
    bureau = small_unit()
    Appointment.objects.filter(person=bureau.clerk).update(ends_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(DomainError, match=bureau.clerk.name):
        drafted(bureau)


@pytest.mark.parametrize("who", ["clerk", "head", "party member", "stranger"])
def test_only_the_discipline_committee_starts(who):
    bureau = small_unit()
    people = {"clerk": bureau.departments[2].staff[0], "head": bureau.head, "party member": bureau.deputies[0], "stranger": UserFactory()}
    with pytest.raises(NotAllowed):
        drafted(bureau, by=people[who])


def test_a_member_below_the_person_cannot_start():
    """The starter works in the office; its head is above them."""
    bureau = small_unit()
    with pytest.raises(NotAllowed):
        drafted(bureau, person=bureau.departments[0].head)
    assert drafted(bureau, person=bureau.departments[0].head, by=bureau.discipline_head).started_by == bureau.discipline_head


def test_a_warning_about_the_unit_head_is_for_the_committee_above():
    parent = small_unit(code="UP", name="测试市政府")
    child = small_unit(parent=parent.unit)
    with pytest.raises(NotAllowed):
        drafted(child, person=child.head)
    warning = drafted(child, person=child.head, by=parent.discipline_head)
    assert warning.discipline_body == parent.bodies[BodyKind.DISCIPLINE_COMMITTEE]
    assert (warning.responsible, warning.responsible_how) == (parent.head, ResponsibleHow.HIGHER_HEAD)
    drafting.submit(warning=warning, by=parent.discipline_head)
    warning.refresh_from_db()
    assert warning.party_body == parent.bodies[BodyKind.PARTY_COMMITTEE]
    for member in [child.head, child.discipline_head, *child.deputies]:
        assert not Warning.objects.visible_to(fresh(member)).exists()


def test_nobody_left_to_handle_it():
    bureau = small_unit()
    with pytest.raises(DomainError):
        drafting.draft(unit=bureau.unit, level=tier_level("highest"), by=None, person=bureau.head, grounds="事由")
    assert not Warning.objects.exists()


def test_the_system_drafts_for_the_committee():
    bureau = small_unit()
    warning = drafting.draft(unit=bureau.unit, level=tier_level("general"), by=None, person=bureau.clerk, grounds="累计扣分达到三分。")
    assert warning.started_by is None
    assert {bureau.discipline_head, starter(bureau)} == {m.person for m in BodyMembership.objects.filter(body=warning.discipline_body)}
    assert bureau.discipline_head.notices.filter(sensitive=True).count() == 1


def test_edit_and_submit_with_an_old_form():
    bureau = small_unit()
    warning = drafted(bureau)
    common = {"warning": warning, "level": tier_level("important"), "person": bureau.clerk, "version": warning.version}
    drafting.edit(**common, by=bureau.discipline_head, grounds="新的事由", basis="依据", requirements="要求")
    with pytest.raises(Conflict):
        drafting.edit(**common, by=starter(bureau), grounds="旧的事由")
    warning.refresh_from_db()
    assert (warning.grounds, warning.tier, warning.responsible) == ("新的事由", "important", bureau.deputies[0])


def test_what_a_draft_lacks_is_said():
    bureau = small_unit()
    warning = drafting.draft(unit=bureau.unit, level=tier_level("general"), by=starter(bureau), person=bureau.clerk, grounds="事由")
    assert len(drafting.lacking(warning)) == 2
    with pytest.raises(NotPossible):
        drafting.submit(warning=warning, by=starter(bureau))
    warning.refresh_from_db()
    assert (warning.state, warning.party_body, warning.approval_round) == ("draft", None, 0)


def test_audit_rows_tell_no_content():
    bureau = small_unit()
    warning = drafting.submit(warning=drafted(bureau), by=starter(bureau))
    for event in AuditEvent.objects.filter(object_type="warnings.warning"):
        told = f"{event.object_label} {event.changes} {event.reason} {event.detail}"
        assert bureau.clerk.name not in told
        assert warning.grounds not in told
