"""The pages of talks: what one sees, what the forms take and refuse, the whole way through the browser's requests."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from talks.models import Talk, TalkKind
from talks.services import talks as services
from talks.states import TalkState
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.talks import held, planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> SmallUnit:
    return small_unit()


def as_(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def moment(days: int) -> str:
    return timezone.localtime(timezone.now() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")


def test_queries_of_the_list(unit: SmallUnit, count_queries) -> None:
    count_queries("talks:index", user=unit.departments[1].head, make_rows=lambda n: [planned(unit) for _ in range(n)])


def test_the_whole_way_of_a_planned_talk(unit: SmallUnit) -> None:
    department = unit.departments[1]
    head, person = as_(department.head), as_(department.staff[0])
    page = head.get(reverse("talks:new"), {"kind": TalkKind.ADMONITION})
    assert department.staff[0].name in page.content.decode()
    assert unit.departments[2].staff[0].name not in str(page.context["form"].fields["people"].choices)
    said = {
        "people": department.staff[0].pk,
        "talker": department.head.pk,
        "reason": "工作纪律提醒",
        "planned_at": moment(1),
        "place": "谈话室",
    }
    answer = head.post(reverse("talks:new") + "?kind=admonition", said)
    talk = Talk.objects.get()
    assert answer.url == talk.get_absolute_url()
    assert talk.kind == TalkKind.ADMONITION
    assert person.get(talk.get_absolute_url()).status_code == 404

    head.post(reverse("talks:invite", args=[talk.pk]), {"version": talk.version})
    shown = person.get(talk.get_absolute_url()).content.decode()
    assert "谈话室" in shown
    words = {"held_at": moment(0), "place": "谈话室", "content": "内容", "talker_opinion": "意见", "version": Talk.objects.get().version}
    assert head.post(reverse("talks:record", args=[talk.pk]), words).status_code == 302
    assert "确认记录" in person.get(talk.get_absolute_url()).content.decode()
    person.post(reverse("talks:confirm", args=[talk.pk]), {"reason": "属实"})
    person.post(reverse("talks:reply", args=[talk.pk]), {"text": "检查如下"})
    head.post(reverse("talks:finish", args=[talk.pk]), {"reason": ""})
    talk = Talk.objects.get()
    assert (talk.state, talk.person_opinion, talk.reply, talk.talker_opinion) == (TalkState.DONE, "属实", "检查如下", "意见")
    paper = person.get(reverse("talks:paper", args=[talk.pk])).content.decode()
    assert "诫勉谈话记录" in paper
    assert "检查如下" in paper


def test_a_collective_talk_names_its_people(unit: SmallUnit) -> None:
    keys = [p.pk for p in unit.departments[1].staff]
    said = {"people": keys, "talker": unit.departments[1].head.pk, "reason": "节前教育"}
    as_(unit.departments[1].head).post(reverse("talks:new") + "?kind=collective", said)
    talk = Talk.objects.get()
    assert sorted(talk.attendees.values_list("person_id", flat=True)) == sorted(keys)
    listed = as_(unit.departments[1].head).get(reverse("talks:index")).content.decode()
    assert "2 人" in listed


def test_what_the_service_refuses_stands_above_the_form(unit: SmallUnit) -> None:
    head = unit.departments[1].head
    said = {"people": unit.departments[1].staff[0].pk, "talker": head.pk, "reason": "提醒", "due_on": "2020-01-01"}
    answer = as_(head).post(reverse("talks:new") + "?kind=integrity_talk", said)
    assert answer.status_code == 422
    assert "谈话期限已过" in answer.content.decode()
    assert not Talk.objects.exists()


def test_nobody_outside_the_choice_can_be_named(unit: SmallUnit) -> None:
    head, outsider = unit.departments[1].head, unit.departments[2].staff[0]
    for people, talker in ((outsider, head), (unit.departments[1].staff[0], unit.deputies[0])):
        answer = as_(head).post(reverse("talks:new"), {"people": people.pk, "talker": talker.pk, "reason": "提醒"})
        assert answer.status_code == 422
    assert not Talk.objects.exists()


def test_the_record_is_kept_while_it_is_written(unit: SmallUnit) -> None:
    talk = planned(unit)
    client = as_(talk.talker)
    kept = client.post(
        reverse("talks:draft", args=[talk.pk]), {"content": "写到一半", "version": talk.version}, headers={"X-Autosave": "1"}
    )
    assert kept.json()["version"] == talk.version + 1
    assert "写到一半" in client.get(reverse("talks:record", args=[talk.pk])).content.decode()
    talk = Talk.objects.get()
    assert talk.state == TalkState.PLANNED
    late = client.post(
        reverse("talks:draft", args=[talk.pk]), {"content": "旧的", "version": talk.version - 1}, headers={"X-Autosave": "1"}
    )
    assert late.status_code == 409
    wrong = client.post(reverse("talks:draft", args=[talk.pk]), {"content": "字" * 10_001, "version": talk.version})
    assert wrong.status_code == 422
    assert Talk.objects.get().content == "写到一半"
    # The person sees an invitation, never the draft.
    services.change(
        talk=talk,
        arrangement=services.Arrangement(talk.talker, talk.reason, planned_at=timezone.now() + timedelta(days=1), place="谈话室"),
        by=talk.talker,
    )
    services.invite(talk=talk, by=talk.talker)
    assert "写到一半" not in as_(talk.person).get(talk.get_absolute_url()).content.decode()
    assert as_(talk.person).get(reverse("talks:paper", args=[talk.pk])).status_code == 404


def test_a_form_of_two_people_conflicts(unit: SmallUnit) -> None:
    talk = held(unit)
    old = talk.version
    as_(talk.person).post(reverse("talks:confirm", args=[talk.pk]), {"version": old})
    answer = as_(talk.talker).post(reverse("talks:unsigned", args=[talk.pk]), {"reason": "拒签", "version": old})
    assert answer.status_code == 409
    assert Talk.objects.get().unsigned_reason == ""


def test_tabs_and_filters(unit: SmallUnit) -> None:
    talk = planned(unit)
    other = held(unit, person=unit.departments[2].staff[0], talker=unit.departments[2].head)
    head = as_(talk.talker)
    assert talk.number in head.get(reverse("talks:index")).content.decode()
    assert other.number not in head.get(reverse("talks:index"), {"tab": "all"}).content.decode()
    whole = as_(unit.discipline_head).get(reverse("talks:index"), {"tab": "all"}).content.decode()
    assert talk.number in whole
    assert other.number in whole
    found = as_(unit.discipline_head).get(reverse("talks:index"), {"tab": "all", "q": "执法大队甲"}).content.decode()
    assert talk.number not in found
    assert other.number in found
    mine = as_(other.person).get(reverse("talks:index"), {"tab": "with_me"}).content.decode()
    assert other.number in mine


def test_a_limit_that_runs_into_a_year_without_calendar_says_so(unit: SmallUnit) -> None:
    talk = held(unit, kind=TalkKind.INQUIRY)
    address = talk.get_absolute_url()
    Talk.objects.filter(pk=talk.pk).update(reply_due_on=date(2026, 12, 31), held_at=timezone.make_aware(datetime(2026, 12, 1)))
    assert as_(talk.person).get(address).context["years"] == []
    Talk.objects.filter(pk=talk.pk).update(reply_due_on=date(2034, 1, 3), held_at=timezone.make_aware(datetime(2033, 12, 20)))
    page = as_(talk.person).get(address)
    assert page.context["years"] == [2033, 2034]
    assert "2033, 2034" in page.content.decode()


def test_what_set_it_off_is_not_for_the_recorder(unit: SmallUnit) -> None:
    talk = planned(unit, recorder=unit.departments[2].staff[0], source_label="测纪预〔2026〕3号", source_url="/warnings/3/")
    assert "测纪预" in as_(talk.talker).get(talk.get_absolute_url()).content.decode()
    assert "测纪预" not in as_(talk.recorder).get(talk.get_absolute_url()).content.decode()


def test_limits_of_answers(unit: SmallUnit) -> None:
    client = as_(unit.discipline_head)
    assert 'value="15"' in client.get(reverse("talks:limits")).content.decode()
    client.post(reverse("talks:limits"), {"kind": "inquiry", "days": "10", "day_kind": "calendar"})
    assert 'value="10"' in client.get(reverse("talks:limits")).content.decode()
    assert client.post(reverse("talks:limits"), {"kind": "inquiry", "days": "0", "day_kind": "calendar"}).status_code == 422
