"""What is due is told once before and once after the day, however often the clock runs."""

from datetime import date

import pytest

from notifications.models import Notice
from talks.models import Talk, TalkKind
from talks.services import talks as services
from talks.services.reminders import remind
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.talks import held, planned

pytestmark = pytest.mark.django_db

# Friday; the National Day holidays of 2026 end on 7 October, Saturday 10 October is worked in exchange.
DUE = date(2026, 10, 9)


@pytest.fixture
def unit() -> SmallUnit:
    return small_unit()


def told(person, today: date) -> int:
    Notice.objects.all().delete()
    remind(today=today)
    remind(today=today)
    return Notice.objects.filter(person=person).count()


def test_the_talker_is_reminded_of_a_talk_to_be_held(unit: SmallUnit) -> None:
    talk = planned(unit)
    Talk.objects.filter(pk=talk.pk).update(due_on=DUE)
    assert told(talk.talker, date(2026, 9, 29)) == 1  # 30 September, 8 and 9 October are left
    assert told(talk.talker, date(2026, 9, 28)) == 0
    assert told(talk.talker, date(2026, 9, 30)) == 1
    assert told(talk.talker, date(2026, 10, 9)) == 1
    assert told(talk.talker, date(2026, 10, 10)) == 1
    assert told(talk.person, date(2026, 10, 10)) == 0  # not invited


def test_before_and_after_the_day_are_two_notices(unit: SmallUnit) -> None:
    talk = planned(unit)
    Talk.objects.filter(pk=talk.pk).update(due_on=DUE)
    Notice.objects.all().delete()
    for today in (date(2026, 10, 8), DUE, date(2026, 10, 10), date(2026, 10, 12)):
        remind(today=today)
    texts = list(Notice.objects.filter(person=talk.talker).order_by("pk").values_list("text", flat=True))
    assert len(texts) == 2
    assert all("2026-10-09" in text for text in texts)


def test_the_person_is_reminded_of_the_answer_and_the_talker_when_it_is_late(unit: SmallUnit) -> None:
    talk = held(unit, kind=TalkKind.ADMONITION)
    Talk.objects.filter(pk=talk.pk).update(reply_due_on=DUE)
    assert told(talk.person, date(2026, 10, 8)) == 1
    assert told(talk.talker, date(2026, 10, 8)) == 0
    assert told(talk.talker, date(2026, 10, 10)) == 1
    services.reply(talk=talk, text="检查如下", by=talk.person)
    assert told(talk.person, date(2026, 10, 12)) == 0
