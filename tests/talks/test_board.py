"""The start page: in whose turn a talk is; and the search finds no more than one may see."""

from datetime import date

import pytest

from talks.models import Talk, TalkKind
from talks.services import talks as services
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.talks import held, planned, record
from web.search_groups import find
from web.tasks_board import board_for

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def unit() -> SmallUnit:
    return small_unit()


def texts(person) -> list[str]:
    return [task.text.split("：")[0] for task in board_for(person, TODAY).tasks]


def test_each_step_waits_for_one(unit: SmallUnit) -> None:
    talk = planned(unit, kind=TalkKind.ADMONITION)
    talker, person = talk.talker, talk.person
    assert (texts(talker), texts(person)) == (["进行并记录"], [])
    talk = services.hold(talk=talk, record=record(), by=talker)
    assert (texts(talker), texts(person)) == ([], ["确认谈话记录"])
    talk = services.confirm(talk=talk, by=person)
    assert (texts(talker), texts(person)) == ([], ["提交书面材料"])
    talk = services.reply(talk=talk, text="检查", by=person)
    assert (texts(talker), texts(person)) == (["审阅书面回复"], [])
    talk = services.send_back(talk=talk, reason="重写", by=talker)
    assert (texts(talker), texts(person)) == ([], ["提交书面材料"])
    talk = services.reply(talk=talk, text="检查", by=person)
    services.finish(talk=talk, by=talker)
    assert (texts(talker), texts(person)) == ([], [])


def test_an_integrity_talk_is_finished_once_confirmed(unit: SmallUnit) -> None:
    talk = services.confirm(talk=held(unit), by=unit.departments[1].staff[0])
    assert texts(talk.talker) == ["办结"]


def test_the_people_of_a_collective_talk_confirm_each(unit: SmallUnit) -> None:
    people = unit.departments[1].staff
    talk = planned(unit, kind=TalkKind.COLLECTIVE, person=None, attendees=people)
    talk = services.hold(talk=talk, record=record(), by=talk.talker)
    services.confirm(talk=talk, by=people[0])
    assert (texts(people[0]), texts(people[1])) == ([], ["确认谈话记录"])


def test_what_waits_is_always_visible(unit: SmallUnit) -> None:
    made = [planned(unit), held(unit), held(unit, kind=TalkKind.INQUIRY)]
    for person in (made[0].talker, made[0].person, unit.discipline_head, unit.head):
        waiting = set(Talk.objects.waiting_for(person).values_list("pk", flat=True))
        assert waiting <= set(Talk.objects.visible_to(person).values_list("pk", flat=True))


def test_the_search_finds_what_one_may_see(unit: SmallUnit) -> None:
    talk = planned(unit)
    found = {group.title for group in find(talk.talker, talk.number)}
    assert found == {"约谈"}
    assert find(talk.person, talk.number) == []
    assert find(unit.head, talk.number) == []
