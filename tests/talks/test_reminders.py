"""What falls due of talks is told to those who read them, and to nobody else (talks.deadlines)."""

from datetime import date

import pytest

from accounts.models import User
from deadlines.models import Reminder
from deadlines.services.engine import remind
from notifications.models import Notice
from positions.models import BodyRole
from talks.models import Talk, TalkKind
from talks.services import talks as services
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.positions import MembershipFactory
from tests.factories.talks import held, planned

pytestmark = pytest.mark.django_db

# Friday; the National Day holidays of 2026 end on 7 October, Saturday 10 October is worked in exchange.
DUE = date(2026, 10, 9)


@pytest.fixture
def unit() -> SmallUnit:
    return small_unit()


KINDS = ("talk_to_hold", "talk_answer")


def told(person: User, today: date) -> list[str]:
    """The stages of which the person hears on that day, for the first time or again."""
    Notice.objects.all().delete()
    remind(today=today, only=KINDS)
    remind(today=today, only=KINDS)
    stages = list(Reminder.objects.filter(told_on=today, person=person).order_by("pk").values_list("stage", flat=True))
    assert Notice.objects.filter(person=person, kind="talk", sensitive=True).count() == len(stages)
    return stages


def test_the_talker_is_reminded_of_a_talk_to_be_held(unit: SmallUnit) -> None:
    talk = planned(unit)
    Talk.objects.filter(pk=talk.pk).update(due_on=DUE)
    assert told(talk.talker, date(2026, 9, 28)) == []
    assert told(talk.talker, date(2026, 9, 29)) == ["before:3"]  # 30 September, 8 and 9 October are left
    assert told(talk.talker, date(2026, 9, 30)) == []
    assert told(talk.talker, DUE) == ["day"]
    assert told(talk.talker, date(2026, 10, 10)) == ["over:1"]
    assert told(unit.discipline_head, date(2026, 10, 13)) == ["up:1"]  # three working days late, the worked Saturday among them
    assert not Reminder.objects.filter(person=talk.person).exists()  # not invited


def test_the_person_is_reminded_of_the_answer_and_the_talker_when_it_is_late(unit: SmallUnit) -> None:
    talk = held(unit, kind=TalkKind.ADMONITION)
    Talk.objects.filter(pk=talk.pk).update(reply_due_on=DUE)
    assert told(talk.person, date(2026, 10, 8)) == ["before:3"]
    assert told(talk.talker, date(2026, 10, 8)) == []
    assert told(talk.talker, date(2026, 10, 10)) == ["up:1"]
    services.reply(talk=talk, text="检查如下", by=talk.person)
    assert told(talk.person, date(2026, 10, 13)) == []


def test_it_climbs_to_nobody_it_is_about_or_who_depends_on_them(unit: SmallUnit) -> None:
    """The head of the committee is asked themselves; then one of the committee's heads works under the person asked."""
    about_head = held(unit, kind=TalkKind.INQUIRY, person=unit.discipline_head, talker=unit.head, by=unit.departments[0].staff[1])
    below = unit.departments[1].staff[1]
    MembershipFactory(body=unit.bodies["discipline_committee"], person=below, role=BodyRole.HEAD)
    about_superior = held(unit, kind=TalkKind.INQUIRY, person=unit.departments[1].head, talker=unit.deputies[0])
    Talk.objects.filter(pk__in=[about_head.pk, about_superior.pk]).update(reply_due_on=DUE)
    remind(today=date(2026, 12, 31), only=KINDS)
    up = Reminder.objects.filter(stage__startswith="up").values_list("object_id", "person__name")
    assert sorted(up) == sorted(
        [
            (about_head.pk, unit.head.name),
            (about_head.pk, below.name),
            (about_superior.pk, unit.deputies[0].name),
            (about_superior.pk, unit.discipline_head.name),
        ]
    )
