"""Mottos: which one is the day's, what is pasted, who keeps them."""

from datetime import date, timedelta

import pytest

from audit.models import AuditEvent
from common.errors import Conflict, DomainError, NotAllowed
from education import pasted, selectors
from education.models import Motto
from education.pasted import MottoFacts
from education.services import mottos
from tests.factories.organisation import administrators, small_unit

DAY = date(2026, 11, 22)


def test_lines_with_day_and_source() -> None:
    lines = (
        "公生明，廉生威。——《官箴》\n\n 12月9日 清廉不是一天的事 -- 局纪委\n12-04：奉法者强则国强\n公生明，廉生威。\n手中有权\n甲——乙——丙"
    )
    assert pasted.read(lines) == [
        MottoFacts("公生明，廉生威。", "《官箴》"),
        MottoFacts("清廉不是一天的事", "局纪委", 12, 9),
        MottoFacts("奉法者强则国强", "", 12, 4),
        MottoFacts("手中有权"),
        MottoFacts("甲——乙", "丙"),
    ]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", "至少粘贴一行"),
        ("\n".join(f"警言{n}" for n in range(501)), "500"),
        ("第一条\n2-30 没有这一天", "第 2 行"),
        ("字" * 101, "第 1 行"),
        ("—— 只有出处", "第 1 行"),
    ],
)
def test_what_cannot_be_kept_is_said_with_its_line(lines: str, said: str) -> None:
    with pytest.raises(DomainError, match=said):
        pasted.read(lines)


@pytest.fixture
def unit(db):
    return small_unit()


def added(unit, *texts, **kept):
    return mottos.add(unit=unit.unit, found=[MottoFacts(text, **kept) for text in texts], by=unit.discipline_head)


def shown(person, first, days):
    """What the person reads on so many days; the clock marks each day when it begins."""
    found = []
    for n in range(days):
        today = first + timedelta(days=n)
        mottos.mark(today=today)
        found.append(selectors.motto_of(person, today).text)
    return found


def test_each_comes_once_before_one_comes_again_also_when_the_list_changes(unit) -> None:
    one, *_others = added(unit, "甲", "乙", "丙")
    assert shown(unit.clerk, DAY, 4) == ["甲", "乙", "丙", "甲"]
    added(unit, "丁")
    assert shown(unit.clerk, DAY + timedelta(days=4), 3) == ["丁", "乙", "丙"]
    mottos.switch(motto=one, on=False, by=unit.discipline_head)
    assert shown(unit.clerk, DAY + timedelta(days=7), 4) == ["丁", "乙", "丙", "丁"]


def test_everybody_reads_the_same_all_day_and_before_the_clock_marked_it(unit) -> None:
    added(unit, "甲", "乙")
    before = selectors.motto_of(unit.clerk, DAY).text
    mottos.mark(today=DAY)
    mottos.mark(today=DAY)
    added(unit, "丙")
    assert {selectors.motto_of(person, DAY).text for person in (unit.clerk, unit.head, unit.office_clerk)} == {before}


def test_the_day_it_is_kept_for_wins_and_takes_nobodys_turn(unit) -> None:
    added(unit, "甲", "乙")
    added(unit, "清廉不是一天的事", month=12, day=9)
    assert shown(unit.clerk, date(2026, 12, 7), 5) == ["甲", "乙", "清廉不是一天的事", "甲", "乙"]
    assert shown(unit.clerk, date(2027, 12, 9), 1) == ["清廉不是一天的事"]


def test_a_unit_without_its_own_has_those_of_the_unit_above(unit) -> None:
    below, beside = small_unit(code="XJ", parent=unit.unit), small_unit(code="WJ")
    added(unit, "甲", "乙")
    added(unit, "国际反腐败日", month=12, day=9)
    assert shown(below.clerk, DAY, 2) == shown(unit.clerk, DAY, 2) == ["甲", "乙"]
    added(below, "丙")
    assert shown(below.clerk, DAY + timedelta(days=2), 2) == ["丙", "丙"]
    assert shown(below.clerk, date(2026, 12, 9), 1) == ["国际反腐败日"]
    assert selectors.motto_of(beside.clerk, DAY) is None
    assert selectors.motto_of(administrators()["system"], DAY) is None


def test_known_ones_are_left_out_and_each_change_is_told(unit) -> None:
    one, _two = added(unit, "甲", "乙")
    assert [motto.text for motto in added(unit, "乙", "丙")] == ["丙"]
    with pytest.raises(DomainError):
        added(unit, "乙")
    mottos.change(motto=one, facts=MottoFacts("甲", "《出处》"), by=unit.office_clerk, version=one.version)
    with pytest.raises(Conflict):
        mottos.change(motto=one, facts=MottoFacts("甲甲"), by=unit.office_clerk, version=one.version)
    with pytest.raises(DomainError):
        mottos.change(motto=one, facts=MottoFacts("乙"), by=unit.office_clerk)
    told = AuditEvent.objects.filter(action__startswith="motto").order_by("pk")
    assert [(event.action, event.detail.get("n")) for event in told] == [("mottos.added", 2), ("mottos.added", 1), ("motto.changed", None)]
    assert told[2].changes == {"source": ["", "《出处》"]}
    assert [(row.text, row.source) for row in Motto.history.filter(id=one.pk).order_by("history_id")] == [("甲", ""), ("甲", "《出处》")]


def test_others_keep_no_mottos(unit) -> None:
    for person in (unit.clerk, unit.head, unit.departments[0].head):
        with pytest.raises(NotAllowed):
            mottos.add(unit=unit.unit, found=[MottoFacts("甲")], by=person)


def test_the_start_page_asks_once(unit, django_assert_num_queries) -> None:
    added(unit, *(f"警言{n}" for n in range(30)))
    with django_assert_num_queries(1):
        selectors.motto_of(unit.clerk, DAY)


def test_queries_of_the_list(count_queries, unit) -> None:
    number = iter(range(1000))
    count_queries(
        "education:mottos", user=unit.discipline_head, make_rows=lambda n: added(unit, *(f"警言{next(number)}" for _ in range(n)))
    )


def test_the_pages_of_who_keeps_them(unit, client) -> None:
    client.force_login(unit.discipline_head)
    assert "本单位还没有警言" in client.get("/education/mottos/").content.decode()
    answer = client.post("/education/mottos/new/", {"lines": "公生明，廉生威。——《官箴》\n12-09 清廉不是一天的事"}, follow=True)
    assert "已添加 2 条警言" in answer.content.decode()
    motto = Motto.objects.get(source="《官箴》")
    page = f"/education/mottos/{motto.pk}/"
    fields = {"text": "公生明，廉生威！", "source": "《官箴》", "month": "2", "day": "30", "version": motto.version}
    assert client.post(page, fields).status_code == 422
    assert client.post(page, fields | {"day": "28"}, follow=True).status_code == 200
    motto.refresh_from_db()
    assert (motto.text, motto.kept_for) == ("公生明，廉生威！", "02-28")
    assert client.post(f"{page}switch/", {"on": "0", "version": motto.version}, follow=True).status_code == 200
    assert not Motto.objects.get(pk=motto.pk).is_active
