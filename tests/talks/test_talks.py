"""The life of a talk: who may, what is refused, what is kept and who is told."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEvent
from common.errors import Conflict, DomainError, NotAllowed, NotPossible
from notifications.models import Notice
from positions.services.appointments import end_appointment
from talks.models import DayKind, Talk, TalkKind
from talks.services import limits
from talks.services import talks as services
from talks.services.talks import Arrangement
from talks.states import TalkState
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.talks import held, planned, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> SmallUnit:
    return small_unit()


def told(person) -> list[str]:
    return list(Notice.objects.filter(person=person, kind="talk").order_by("id").values_list("text", flat=True))


def test_a_planned_talk_keeps_both_sides_with_unit_and_post(unit: SmallUnit) -> None:
    talk = planned(unit)
    assert (talk.person_name, talk.person_unit, talk.person_post) == ("CS行政审批科甲", "测试市农业农村局行政审批科", "经办")
    assert (talk.talker_name, talk.talker_unit, talk.talker_post) == ("CS行政审批科科长", "测试市农业农村局行政审批科", "科长")
    assert talk.state == TalkState.PLANNED
    assert talk.number == f"CS-YT-{timezone.localdate().year}-0001"
    assert len(told(talk.talker)) == 1
    assert told(talk.person) == []


def test_the_whole_way_of_an_admonition(unit: SmallUnit) -> None:
    talk = planned(unit, kind=TalkKind.ADMONITION)
    person, talker = talk.person, talk.talker
    monday = timezone.make_aware(datetime(2026, 9, 28, 9))  # the week before the National Day holidays
    talk = services.hold(talk=talk, record=record(monday), by=talker)
    # 29 and 30 September, then 1 to 7 October are holidays: 8, 9 and (in exchange) Saturday 10 October are worked.
    assert talk.reply_due_on == date(2026, 10, 10)
    with pytest.raises(NotAllowed):
        services.finish(talk=talk, by=talker)
    talk = services.confirm(talk=talk, by=person, opinion="谈话内容属实，诚恳接受批评。")
    assert talk.person_opinion == "谈话内容属实，诚恳接受批评。"
    with pytest.raises(NotAllowed):
        services.finish(talk=talk, by=talker)  # the self-criticism is still missing
    talk = services.reply(talk=talk, text="检查如下……", by=person)
    assert talk.state == TalkState.REPLIED
    talk = services.send_back(talk=talk, reason="未触及思想根源", by=talker)
    assert talk.state == TalkState.RETURNED
    assert talk.reply_due_on > timezone.localdate()
    talk = services.reply(talk=talk, text="重新检查如下……", by=person)
    talk = services.finish(talk=talk, opinion="认识较为深刻", by=talker)
    assert talk.state == TalkState.DONE
    assert talk.talker_opinion == "认识较为深刻"
    actions = AuditEvent.objects.filter(object_type="talks.talk", object_id=str(talk.pk)).order_by("id").values_list("action", flat=True)
    assert list(actions) == [
        "talk.planned", "talk.held", "talk.confirmed", "talk.replied", "talk.sent_back", "talk.replied", "talk.finished",
    ]  # fmt: skip
    assert talk.history.count() == 7


def test_an_inquiry_is_sent_and_its_answer_is_the_signature(unit: SmallUnit) -> None:
    talk = planned(unit, kind=TalkKind.INQUIRY)
    assert not services.permissions.may_invite(talk.talker, talk)
    talk = services.hold(talk=talk, record=services.Record(content="请说明有关情况。"), by=talk.talker)
    assert talk.state == TalkState.HELD
    assert limits.limit_for(unit.unit, TalkKind.INQUIRY).days == 15
    assert talk.reply_due_on is not None
    talk = services.reply(talk=talk, text="情况说明如下。", by=talk.person)
    assert talk.confirmed_at
    assert services.finish(talk=talk, by=talk.talker).state == TalkState.DONE


def test_who_never_answers_does_not_hold_it_up(unit: SmallUnit) -> None:
    talk = held(unit, kind=TalkKind.ADMONITION)
    talk = services.note_unsigned(talk=talk, reason="本人拒绝签字，在场人员见证", by=talk.talker)
    with pytest.raises(NotAllowed):
        services.finish(talk=talk, by=talk.talker)
    Talk.objects.filter(pk=talk.pk).update(reply_due_on=timezone.localdate() - timedelta(days=1))
    assert services.finish(talk=talk, by=talk.talker).state == TalkState.DONE


def test_a_collective_talk_is_confirmed_by_each(unit: SmallUnit) -> None:
    people = unit.departments[1].staff
    talk = planned(unit, kind=TalkKind.COLLECTIVE, person=None, attendees=people)
    talk = services.hold(talk=talk, record=record(), by=talk.talker)
    assert talk.reply_due_on is None
    talk = services.confirm(talk=talk, by=people[0])
    assert talk.confirmed_at is None
    with pytest.raises(NotAllowed):
        services.confirm(talk=talk, by=people[0])
    talk = services.confirm(talk=talk, by=people[1], opinion="已知悉")
    assert talk.confirmed_at
    assert list(talk.attendees.values_list("opinion", flat=True)) == ["", "已知悉"]
    assert services.finish(talk=talk, by=talk.talker).state == TalkState.DONE


def test_the_person_hears_of_it_with_the_invitation(unit: SmallUnit) -> None:
    talk = planned(unit)
    with pytest.raises(NotAllowed):
        services.invite(talk=talk, by=talk.talker)  # no time, no place
    at = timezone.now() + timedelta(days=2)
    said = Arrangement(talk.talker, talk.reason, planned_at=at, place="三楼谈话室")
    talk = services.change(talk=talk, arrangement=said, by=talk.talker)
    assert told(talk.person) == []
    talk = services.invite(talk=talk, by=talk.talker)
    assert "三楼谈话室" in told(talk.person)[0]
    talk = services.cancel(talk=talk, reason="出差", by=unit.discipline_head)
    assert talk.state == TalkState.CANCELLED
    assert len(told(talk.person)) == 2


def test_a_confirmed_record_is_no_longer_changed(unit: SmallUnit) -> None:
    talk = held(unit)
    talk = services.amend(talk=talk, record=record(content="补充完整的内容"), by=talk.talker)
    assert talk.content == "补充完整的内容"
    talk = services.confirm(talk=talk, by=talk.person)
    with pytest.raises(NotAllowed):
        services.amend(talk=talk, record=record(content="改写"), by=talk.talker)


def test_an_appointment_that_ends_later_changes_no_record(unit: SmallUnit) -> None:
    talk = held(unit)
    end_appointment(appointment=unit.appointments[talk.person_id], ends_on=timezone.localdate(), by=None, reason="调出")
    assert Talk.objects.get(pk=talk.pk).person_post == "经办"


@pytest.mark.parametrize("who", ["talker", "person", "recorder_is_talker", "recorder_is_person"])
def test_two_roles_in_one_hand_are_refused(unit: SmallUnit, who: str) -> None:
    clerk, head = unit.departments[1].staff[0], unit.departments[1].head
    facts = {
        "talker": {"talker": clerk},
        "person": {"person": head},
        "recorder_is_talker": {"recorder": head},
        "recorder_is_person": {"recorder": clerk},
    }[who]
    with pytest.raises(DomainError):
        planned(unit, **facts)
    assert not Talk.objects.exists()


def test_the_database_keeps_the_roles_apart_too(unit: SmallUnit) -> None:
    talk = planned(unit)
    with pytest.raises(IntegrityError), transaction.atomic():
        Talk.objects.filter(pk=talk.pk).update(talker=talk.person)
    with pytest.raises(IntegrityError), transaction.atomic():
        Talk.objects.filter(pk=talk.pk).update(state=TalkState.HELD)  # without a record


@pytest.mark.parametrize(
    "facts",
    [
        {"reason": "  "},
        {"person": None},
        {"due_on": date(2020, 1, 1)},
        {"planned_at": timezone.make_aware(datetime(2020, 1, 1, 9))},
    ],
    ids=["matter", "person", "due", "time"],
)
def test_bad_input_plans_nothing(unit: SmallUnit, facts: dict) -> None:
    with pytest.raises(DomainError):
        planned(unit, **facts)
    assert not Talk.objects.exists()


def test_who_left_is_not_invited(unit: SmallUnit) -> None:
    person = unit.departments[1].staff[0]
    person.left_on = timezone.localdate()
    person.save()
    with pytest.raises(DomainError, match=person.name):
        planned(unit)


@pytest.mark.parametrize("facts", [{"content": " "}, {"place": ""}, {"at": timezone.make_aware(datetime(2099, 1, 1))}])
def test_a_record_says_what_where_and_when(unit: SmallUnit, facts: dict) -> None:
    talk = planned(unit)
    with pytest.raises(DomainError):
        services.hold(talk=talk, record=record(**facts), by=talk.talker)
    assert Talk.objects.get(pk=talk.pk).state == TalkState.PLANNED


def test_who_may_plan(unit: SmallUnit) -> None:
    department, other = unit.departments[1], unit.departments[2]
    staff, outsider = department.staff[0], other.staff[0]
    mine = {"kind": TalkKind.INTEGRITY, "reason": "提醒", "unit": unit.unit}
    for leader in (department.head, department.leader, unit.head):
        services.plan(**mine, person=staff, talker=leader, by=leader)
    refused = [
        (department.head, department.head, outsider),  # not of the department
        (department.head, department.leader, staff),  # for somebody else
        (staff, staff, department.staff[1]),  # leads nobody
        (unit.discipline_head, unit.discipline_head, unit.discipline_head),
    ]
    for by, talker, person in refused:
        with pytest.raises(DomainError):
            services.plan(**mine, person=person, talker=talker, by=by)
    # A member of the committee plans for others, but not with those above.
    member = unit.departments[0].staff[1]
    services.plan(**mine, person=outsider, talker=other.head, by=member)
    with pytest.raises(NotAllowed):
        services.plan(**mine, person=unit.departments[0].head, talker=unit.deputies[0], by=member)


def test_the_committee_of_the_unit_above_plans_too() -> None:
    above = small_unit(code="SJ", name="上级局")
    below = small_unit(code="XJ", name="下级局", parent=above.unit)
    talk = services.plan(
        unit=below.unit, kind=TalkKind.ADMONITION, person=below.head, talker=above.head, reason="提醒", by=above.discipline_head
    )
    assert Talk.objects.visible_to(above.discipline_head).filter(pk=talk.pk).exists()
    assert not Talk.objects.visible_to(below.discipline_head).filter(pk=talk.pk).exists()
    with pytest.raises(NotAllowed):
        services.plan(
            unit=above.unit, kind=TalkKind.ADMONITION, person=above.head, talker=below.head, reason="提醒", by=below.discipline_head
        )


def test_only_those_named_take_a_step(unit: SmallUnit) -> None:
    talk = held(unit, kind=TalkKind.ADMONITION, recorder=unit.departments[2].staff[0])
    stranger = unit.departments[2].staff[1]
    for step in (
        lambda by: services.confirm(talk=talk, by=by),
        lambda by: services.reply(talk=talk, text="答复", by=by),
    ):
        for other in (talk.talker, talk.recorder, unit.discipline_head, unit.head, stranger):
            with pytest.raises(NotAllowed):
                step(other)
    for step in (
        lambda by: services.note_unsigned(talk=talk, reason="拒签", by=by),
        lambda by: services.finish(talk=talk, by=by),
        lambda by: services.amend(talk=talk, record=record(), by=by),
    ):
        for other in (talk.person, unit.discipline_head, unit.head, stranger):
            with pytest.raises(NotAllowed):
                step(other)


def test_a_stale_form_conflicts(unit: SmallUnit) -> None:
    talk = planned(unit)
    opened = talk.version
    services.change(talk=talk, arrangement=Arrangement(talk.talker, "另一事由"), by=talk.talker)
    with pytest.raises(Conflict):
        services.cancel(talk=talk, reason="不谈了", by=talk.talker, version=opened)
    with pytest.raises(NotPossible):
        services.TALK_TABLE.move(Talk.objects.get(pk=talk.pk), "reply")


def test_limits_are_a_setting_of_the_unit(unit: SmallUnit) -> None:
    limits.set_limit(unit=unit.unit, kind=TalkKind.INQUIRY, days=7, day_kind=DayKind.CALENDAR, by=unit.discipline_head)
    talk = services.hold(talk=planned(unit, kind=TalkKind.INQUIRY), record=services.Record(content="请说明"), by=unit.departments[1].head)
    assert talk.reply_due_on == timezone.localdate() + timedelta(days=7)
    limits.set_limit(unit=unit.unit, kind=TalkKind.INQUIRY, days=None, day_kind=DayKind.CALENDAR, by=unit.discipline_head)
    assert limits.limit_for(unit.unit, TalkKind.INQUIRY) is None
    for days, kind, by in [
        (0, TalkKind.INQUIRY, unit.discipline_head),
        (5, TalkKind.COLLECTIVE, unit.discipline_head),
        (5, TalkKind.INQUIRY, unit.head),
    ]:
        with pytest.raises(DomainError):
            limits.set_limit(unit=unit.unit, kind=kind, days=days, day_kind=DayKind.WORKING, by=by)
