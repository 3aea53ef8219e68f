"""Time limits of real warnings on fixed days: reminded once, told once when late, then told up the chain."""

import threading
from collections import Counter
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from common import schedule
from demo.clock import at
from early_warnings.models import Disposition, DispositionKind, Escalation, LimitedStep, RectificationMeasure, Tier, Warning
from early_warnings.services import deadlines, statements
from early_warnings.services import settings as settings_services
from notifications.models import Notice
from positions.services.appointments import end_membership
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.positions import MembershipFactory
from tests.factories.warnings import advance, drafted, fresh

pytestmark = pytest.mark.django_db

# The step began on Monday 2 November 2026 and ends on Monday the 23rd, after 15 working days: amber from Friday the 20th.
SINCE = timezone.make_aware(datetime(2026, 11, 2, 9))
DUE, AMBER, RED = date(2026, 11, 23), date(2026, 11, 20), date(2026, 11, 24)


@pytest.fixture
def unit() -> SmallUnit:
    return small_unit()


def running(unit: SmallUnit, state: str = "acknowledged", tier: str = Tier.GENERAL, **facts) -> Warning:
    """A warning in that state whose step runs as above; nothing has been told about it yet."""
    warning = advance(unit, drafted(unit, tier, **facts), state)
    Warning.objects.filter(pk=warning.pk).update(step_since=SINCE, step_due_on=DUE)
    Notice.objects.all().delete()
    return Warning.objects.get(pk=warning.pk)


def told() -> Counter[str]:
    """Who was told how often, by the name's part after the unit's code."""
    return Counter(name.removeprefix("CS") for name in Notice.objects.filter(kind="warning").values_list("person__name", flat=True))


def test_nothing_is_told_while_it_is_green(unit: SmallUnit) -> None:
    running(unit)
    assert deadlines.follow(today=date(2026, 11, 19)) == {"told": 0, "failed": 0}
    assert told() == {}
    assert not Escalation.objects.exists()


def test_amber_and_the_day_remind_whose_turn_it_is_once_each(unit: SmallUnit) -> None:
    warning = running(unit)
    for today in (AMBER, AMBER, date(2026, 11, 22)):
        deadlines.follow(today=today)
    assert told() == {"行政审批科甲": 1, "行政审批科科长": 1}
    for today in (DUE, DUE):
        deadlines.follow(today=today)
    assert told() == {"行政审批科甲": 2, "行政审批科科长": 2}
    [text] = set(Notice.objects.values_list("text", flat=True))
    assert "2026-11-23" in text
    assert unit.clerk.name not in text
    assert Notice.objects.filter(sensitive=False).count() == 0
    assert AuditEvent.objects.filter(action="warning.reminded", object_id=str(warning.pk)).count() == 2


def test_on_days_off_nothing_is_told_and_the_day_is_the_last_working_one(unit: SmallUnit) -> None:
    warning = running(unit)
    Warning.objects.filter(pk=warning.pk).update(step_due_on=date(2026, 11, 21))  # a Saturday
    deadlines.follow(today=date(2026, 11, 20))
    assert Notice.objects.filter(key__endswith=":day").count() == 2
    for day_off in (date(2026, 11, 21), date(2026, 11, 22)):
        assert deadlines.follow(today=day_off) == {"told": 0, "failed": 0}
    deadlines.follow(today=date(2026, 11, 23))
    assert told()["行政审批科甲"] == 2


def test_a_successor_is_told_what_the_former_member_was_told(unit: SmallUnit) -> None:
    """And nobody twice: the audit trail has a row for each time somebody new was told."""
    warning = running(unit, "reported")
    deadlines.follow(today=AMBER)
    body, successor = unit.bodies["discipline_committee"], fresh(unit.departments[2].staff[1])
    assert successor.name.removeprefix("CS") not in told()
    MembershipFactory(body=body, person=successor)
    for _again in range(2):
        deadlines.follow(today=AMBER)
    assert told()[successor.name.removeprefix("CS")] == 1
    assert told()["纪检组长韩"] == 1
    assert AuditEvent.objects.filter(action="warning.reminded", object_id=str(warning.pk)).count() == 2


def test_a_closed_account_is_not_told_again_and_again(unit: SmallUnit) -> None:
    running(unit)
    User.objects.filter(pk=unit.clerk.pk).update(is_active=False)
    for _again in range(3):
        deadlines.follow(today=AMBER)
    assert AuditEvent.objects.filter(action="warning.reminded").count() == 1


def test_administrators_read_what_failed_and_not_how_much_was_told(unit: SmallUnit) -> None:
    running(unit)
    with at(timezone.make_aware(datetime(2026, 11, 24, 8, 40))):
        assert schedule.get("warnings.follow_deadlines").function() == {"failed": 0}
    assert told()["行政审批科甲"] == 1


def test_red_tells_who_acts_and_the_next_leader_once(unit: SmallUnit) -> None:
    warning = running(unit)
    for today in (RED, RED, date(2026, 11, 25)):
        deadlines.follow(today=today)
    assert told() == {"行政审批科甲": 1, "行政审批科科长": 1, "副局长陈": 1}
    [row] = Escalation.objects.all()
    assert (row.warning, row.step, row.place, row.to) == (warning, "acknowledged", "deputy", unit.deputies[0])
    assert "2026-11-23" in row.reason


def test_it_climbs_one_place_after_each_five_working_days(unit: SmallUnit) -> None:
    running(unit)
    places = []
    # 23 November + 5 working days = 30 November, + 10 = 7 December, + 15 = 14 December.
    for today in (date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 4), date(2026, 12, 7), date(2026, 12, 31)):
        deadlines.follow(today=today)
        places.append(list(Escalation.objects.order_by("pk").values_list("place", flat=True)))
    party = ["party_committee"] * 2  # the second deputy and the head of discipline; the others were told at their own place
    first, second = ["deputy"], ["deputy", "unit_head"]
    assert places == [first, second, second, second + party, second + party]
    assert all(count <= 2 for count in told().values())


def test_after_a_long_silence_everybody_who_should_know_by_then_is_told_at_once(unit: SmallUnit) -> None:
    running(unit)
    deadlines.follow(today=date(2026, 12, 31))
    assert Escalation.objects.count() == 4
    assert told()["局长周"] == 1


def test_a_leader_who_was_told_sees_the_warning_though_in_no_committee(unit: SmallUnit) -> None:
    deputy = unit.deputies[0]
    membership = deputy.memberships.get(body__kind="party_committee")
    end_membership(membership=membership, ends_on=date(2026, 1, 1), by=None, reason="调整")
    warning = running(unit)
    assert not Warning.objects.visible_to(fresh(deputy)).filter(pk=warning.pk).exists()
    deadlines.follow(today=RED)
    assert Warning.objects.visible_to(fresh(deputy)).filter(pk=warning.pk).exists()
    assert not Warning.objects.visible_to(fresh(unit.deputies[1])).exclude(submitted_at__isnull=False).exists()


def test_the_share_and_the_pace_are_settings_of_the_unit(unit: SmallUnit) -> None:
    settings_services.change(
        unit=unit.unit, values={"amber_share": Decimal("0.50"), "escalate_after": 2}, limits={}, by=fresh(unit.discipline_head)
    )
    running(unit)
    deadlines.follow(today=date(2026, 11, 11))  # 7 of 15
    assert told() == {}
    deadlines.follow(today=date(2026, 11, 12))  # 8 of 15
    assert told()["行政审批科科长"] == 1
    deadlines.follow(today=date(2026, 11, 25))  # two working days late
    assert list(Escalation.objects.order_by("pk").values_list("place", flat=True)) == ["deputy", "unit_head"]


def test_a_new_step_has_reminders_of_its_own(unit: SmallUnit) -> None:
    warning = running(unit)
    deadlines.follow(today=AMBER)
    Warning.objects.filter(pk=warning.pk).update(step_since=timezone.make_aware(datetime(2026, 11, 3, 9)))
    deadlines.follow(today=DUE)
    assert told()["行政审批科科长"] == 2


def test_a_warning_waiting_for_approval_is_known_to_the_committees_alone(unit: SmallUnit) -> None:
    running(unit, "submitted")
    deadlines.follow(today=AMBER)
    assert told() == {"局长周": 1}  # the secretary of the party committee
    deadlines.follow(today=date(2026, 12, 31))
    assert set(told()) == {"局长周", "副局长陈", "副局长林", "纪检组长韩"}


def test_a_late_verification_is_told_to_the_head_of_the_discipline_committee(unit: SmallUnit) -> None:
    running(unit, "reported")
    deadlines.follow(today=RED)
    assert told() == {"纪检组长韩": 2, "办公室乙": 1}  # as a member, and as the head
    assert Escalation.objects.get().place == "discipline_head"


def test_the_person_warned_is_never_told_as_a_leader(unit: SmallUnit) -> None:
    running(unit, tier=Tier.GENERAL, person=unit.departments[1].head)
    deadlines.follow(today=date(2026, 12, 31))
    assert not Escalation.objects.filter(to=unit.departments[1].head).exists()


def test_what_has_ended_is_left_alone(unit: SmallUnit) -> None:
    warning = advance(unit, drafted(unit), "closed")
    Notice.objects.all().delete()
    Warning.objects.filter(pk=warning.pk).update(step_since=SINCE, step_due_on=DUE)
    assert deadlines.follow(today=date(2027, 6, 1)) == {"told": 0, "failed": 0}
    assert told() == {}


def test_statements_and_dispositions_have_limits_too(unit: SmallUnit) -> None:
    warning = running(unit)
    said = statements.state_case(warning=warning, text="情况并非如此。", by=fresh(unit.clerk))
    type(said).objects.filter(pk=said.pk).update(at=SINCE, due_on=DUE)
    kind = DispositionKind.objects.get(unit=None, code="notice-of-criticism")
    Disposition.objects.create(
        warning=warning, kind=kind, person=unit.clerk, ordered_for="personnel", ordered_by=unit.discipline_head,
        ordered_on=date(2026, 11, 2), due_on=DUE, effect=kind.effect,
    )  # fmt: skip
    Warning.objects.filter(pk=warning.pk).update(step_due_on=date(2027, 3, 1))
    Notice.objects.all().delete()
    for number, today in enumerate((AMBER, DUE, RED), start=1):  # the share, the day, late
        deadlines.follow(today=today)
        deadlines.follow(today=today)
        assert told() == {"纪检组长韩": number, "办公室乙": number, "办公室副科长": number}


def test_measures_of_rectification_are_reminded_of_before_their_day_on_it_and_after_it(unit: SmallUnit) -> None:
    warning = running(unit, "rectifying")
    RectificationMeasure.objects.filter(report__warning=warning).update(due_on=DUE)
    Warning.objects.filter(pk=warning.pk).update(step_due_on=date(2027, 6, 1))
    recipients = {"行政审批科甲": 1, "行政审批科科长": 1}
    deadlines.follow(today=date(2026, 11, 17))
    assert told() == {}
    for today in (date(2026, 11, 18), date(2026, 11, 19)):  # three working days before: Thursday, Friday, Monday
        deadlines.follow(today=today)
        assert told() == recipients
    for number, today in enumerate((DUE, RED), start=2):
        deadlines.follow(today=today)
        deadlines.follow(today=today)
        assert told() == dict.fromkeys(recipients, number)
    # Put off, it is late once more.
    RectificationMeasure.objects.filter(report__warning=warning).update(due_on=date(2026, 11, 30))
    deadlines.follow(today=date(2026, 12, 1))
    assert told() == dict.fromkeys(recipients, 4)


def test_how_long_before_measures_are_reminded_of_is_a_setting(unit: SmallUnit) -> None:
    settings_services.change(unit=unit.unit, values={"remind_before": 1}, limits={}, by=fresh(unit.discipline_head))
    warning = running(unit, "rectifying")
    RectificationMeasure.objects.filter(report__warning=warning).update(due_on=DUE)
    Warning.objects.filter(pk=warning.pk).update(step_due_on=date(2027, 6, 1))
    deadlines.follow(today=date(2026, 11, 19))
    assert told() == {}
    deadlines.follow(today=date(2026, 11, 20))
    assert told() == {"行政审批科甲": 1, "行政审批科科长": 1}


def test_the_light_of_a_step(unit: SmallUnit) -> None:
    warning = running(unit)
    known = settings_services.settings_of(unit.unit.pk)
    assert known.limit(LimitedStep.ACKNOWLEDGED).working
    lights = [deadlines.light_of(warning, known, day) for day in (date(2026, 11, 19), AMBER, DUE, RED)]
    assert lights == ["green", "amber", "amber", "red"]
    assert deadlines.light_of(drafted(unit), known, RED) is None


def test_one_broken_warning_does_not_hold_up_the_others(unit: SmallUnit) -> None:
    broken, sound = running(unit), running(unit, person=unit.departments[2].staff[0])
    with connection.cursor() as cursor:
        cursor.execute('UPDATE warnings_warningsettings SET limits = \'{"acknowledged": {"days": 5, "working": true}}\'')
        cursor.execute("ALTER TABLE warnings_escalation ADD CONSTRAINT broken CHECK (warning_id <> %s)", [broken.pk])
    assert deadlines.follow(today=RED) == {"told": 1, "failed": 1}
    assert list(Escalation.objects.values_list("warning_id", flat=True)) == [sound.pk]


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_tell_nobody_twice() -> None:
    running(small_unit())
    gate = threading.Barrier(2)

    def tick() -> None:
        gate.wait()
        deadlines.follow(today=RED)
        connections.close_all()

    clocks = [threading.Thread(target=tick) for _ in range(2)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()
    assert Escalation.objects.count() == 1
    assert max(told().values()) == 1
