"""The engine on a kind of its own: told once, to the right people, in one transaction, in bulk."""

import threading
import time
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import connection, connections, transaction
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common import schedule
from deadlines import registry, tasks  # noqa: F401 -- the tasks are found by name
from deadlines.models import Reminder, ReminderRule
from deadlines.registry import DeadlineKind, Due, Intervals
from deadlines.services import engine
from demo.clock import at
from notifications.models import Notice
from tests.factories.organisation import SmallUnit, small_unit

pytestmark = pytest.mark.django_db

# Friday, 20 November 2026.
FRIDAY = date(2026, 11, 20)
BEFORE, EVE, MONDAY, WEDNESDAY = date(2026, 11, 13), date(2026, 11, 19), date(2026, 11, 23), date(2026, 11, 25)


class Stand:
    """A kind whose open things are a list."""

    def __init__(self, unit: SmallUnit) -> None:
        self.unit = unit
        self.dues: list[Due] = []
        self.asked: list[tuple[date, date]] = []

    def find(self, today: date, until: date):
        self.asked.append((today, until))
        return (due for due in self.dues if due.due_on <= until)

    def due(self, object_id: int = 1, due_on: date = FRIDAY, **facts) -> Due:
        values = {"people": (self.unit.clerk.pk,), "leaders": ((self.unit.departments[1].head.pk,), (self.unit.head.pk,))} | facts
        return Due(object_id, self.unit.unit.pk, due_on, values.pop("people"), f"第{object_id}件", f"/thing/{object_id}/", **values)


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Stand:
    return make_stand(monkeypatch)


def make_stand(monkeypatch: pytest.MonkeyPatch, **facts) -> Stand:
    made = Stand(small_unit())
    default = Intervals(before=(5, 1), on_day=True, after=(1, 5), every=5, escalate=(3, 8))
    kind = DeadlineKind("stand", "事项", made.find, "stand", "/things/", default=default, **facts)
    monkeypatch.setattr(registry, "_KINDS", {"stand": kind})
    return made


def told() -> list[tuple[str, str]]:
    return list(Reminder.objects.order_by("pk").values_list("person__name", "stage"))


def test_each_stage_is_told_once_however_often_it_runs(stand: Stand) -> None:
    stand.dues = [stand.due()]
    for day in (BEFORE, BEFORE, date(2026, 11, 16), EVE, FRIDAY, FRIDAY, date(2026, 11, 21), MONDAY, WEDNESDAY, WEDNESDAY):
        engine.remind(today=day)
    clerk, head = stand.unit.clerk.name, stand.unit.departments[1].head.name
    assert told() == [(clerk, "before:5"), (clerk, "before:1"), (clerk, "day"), (clerk, "over:1"), (head, "up:1")]
    texts = list(Notice.objects.order_by("pk").values_list("text", flat=True))
    assert texts == [
        "还有 5 个工作日（2026-11-20 到期）：第1件",
        "还有 1 个工作日（2026-11-20 到期）：第1件",
        "今日到期：第1件",
        "已逾期 1 个工作日（应于 2026-11-20 完成）：第1件",
        f"逐级提醒，已逾期 3 个工作日（应于 2026-11-20 完成）：第1件（责任人：{clerk}）",
    ]
    assert set(Notice.objects.values_list("url", flat=True)) == {"/thing/1/"}


def test_days_missed_are_made_up_for_by_the_furthest_reminder_and_every_leader(stand: Stand) -> None:
    stand.dues = [stand.due()]
    engine.remind(today=BEFORE)
    engine.remind(today=date(2026, 12, 2))
    clerk, head = stand.unit.clerk.name, stand.unit.departments[1].head.name
    assert told() == [(clerk, "before:5"), (clerk, "over:5"), (head, "up:1"), (stand.unit.head.name, "up:2")]


def test_a_clock_set_back_tells_nothing_again(stand: Stand) -> None:
    stand.dues = [stand.due()]
    engine.remind(today=MONDAY)
    engine.remind(today=EVE)
    assert [stage for _name, stage in told()] == ["over:1"]


def test_a_moved_day_and_a_new_turn_begin_anew(stand: Stand) -> None:
    stand.dues = [stand.due()]
    engine.remind(today=FRIDAY)
    stand.dues = [stand.due(due_on=MONDAY)]
    engine.remind(today=FRIDAY)
    stand.dues = [stand.due(due_on=MONDAY, turn="2")]
    engine.remind(today=FRIDAY)
    assert [stage for _name, stage in told()] == ["day", "before:1", "before:1"]


def test_nothing_is_told_on_days_off_and_all_of_it_before_them(stand: Stand) -> None:
    stand.dues = [stand.due(due_on=date(2026, 10, 4))]  # a Sunday in the holiday of 1 to 7 October
    for day in (date(2026, 10, 4), date(2026, 10, 7)):
        assert engine.remind(today=day) == {"checked": 0, "told": 0, "failed": 0}
    engine.remind(today=date(2026, 9, 30))
    assert [stage for _name, stage in told()] == ["day"]
    assert Notice.objects.get().text == "2026-10-04（休息日）到期，今天是到期前最后一个工作日：第1件"


def test_a_vacancy_is_passed_over_and_nobody_hears_it_twice(stand: Stand) -> None:
    unit = stand.unit
    gone = unit.departments[1].head
    gone.is_active = False
    gone.save()
    stand.dues = [
        stand.due(1, people=(), leaders=((gone.pk,), (unit.head.pk,), (unit.discipline_head.pk,))),
        stand.due(2, people=(unit.head.pk,), leaders=((unit.head.pk,), (unit.discipline_head.pk,))),
    ]
    engine.remind(today=WEDNESDAY)
    rows = Reminder.objects.order_by("object_id", "stage").values_list("object_id", "stage", "person__name")
    head, next_one = unit.head.name, unit.discipline_head.name
    assert list(rows) == [(1, "over:1", head), (1, "up:1", next_one), (2, "over:1", head), (2, "up:1", next_one)]


def test_who_comes_into_office_is_told_and_who_was_told_as_a_leader_is_not_told_again(stand: Stand) -> None:
    unit = stand.unit
    stand.dues = [stand.due()]
    engine.remind(today=WEDNESDAY)
    stand.dues = [stand.due(people=(unit.departments[1].staff[1].pk,), leaders=((unit.head.pk,), (unit.departments[1].head.pk,)))]
    engine.remind(today=date(2026, 12, 2))
    assert told()[2:] == [(unit.departments[1].staff[1].name, "over:5"), (unit.head.name, "up:1")]


def test_intervals_of_the_unit_hold_there_alone(stand: Stand) -> None:
    other = small_unit(code="B", name="测试县水务局")
    ReminderRule.objects.create(unit=other.unit, kind="stand", before=[10], on_day=False, after=[], every=0, escalate=[])
    stand.dues = [stand.due(1), replace(stand.due(2), unit_id=other.unit.pk, people=(other.clerk.pk,))]
    engine.remind(today=date(2026, 11, 6))
    assert told() == [(other.clerk.name, "before:10")]
    assert stand.asked[-1][1] == date(2026, 11, 22)  # ten working days and the days off after them
    engine.remind(today=FRIDAY)
    assert told()[1:] == [(stand.unit.clerk.name, "day")]


def test_many_things_of_one_kind_come_as_one_notice_and_stand_singly_in_the_ledger(stand: Stand) -> None:
    stand.dues = [stand.due(number, due_on=FRIDAY if number > 1 else EVE) for number in range(1, 6)]
    engine.remind(today=WEDNESDAY)
    assert Reminder.objects.count() == 10
    clerk = Notice.objects.get(person=stand.unit.clerk)
    assert clerk.text == "事项：有 5 项已逾期，最早应于 2026-11-19 完成：第1件；第2件；第3件……"
    assert clerk.url == "/things/"
    assert Notice.objects.get(person=stand.unit.departments[1].head).text.startswith("逐级提醒。事项：有 5 项已逾期")


def test_quiet_kinds_leave_neither_words_nor_address_in_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    stand = make_stand(monkeypatch, sensitive=True)
    stand.dues = [stand.due()]
    engine.remind(today=WEDNESDAY)
    assert set(Reminder.objects.values_list("text", "url")) == {("", "")}
    assert all(Notice.objects.values_list("sensitive", flat=True))
    assert not Notice.objects.filter(text__contains=stand.unit.clerk.name).exists()
    office = stand.unit.office_clerk
    assert not Reminder.objects.visible_to(office).exists()
    assert Reminder.objects.visible_to(stand.unit.clerk).count() == 1


def test_the_ledger_is_kept_by_office_and_heads_of_the_unit_and_never_changed(stand: Stand) -> None:
    stand.dues = [stand.due()]
    engine.remind(today=FRIDAY)
    unit, other = stand.unit, small_unit(code="B", name="测试县水务局")
    seeing = [unit.office_clerk, unit.head, unit.discipline_head, unit.clerk]
    blind = [unit.departments[1].head, unit.deputies[0], unit.departments[0].staff[1], other.head, other.office_clerk]
    assert [Reminder.objects.visible_to(person).count() for person in seeing] == [1, 1, 1, 1]
    assert [Reminder.objects.visible_to(person).count() for person in blind] == [0] * 5
    for attempt in (Reminder.objects.all().delete, lambda: Reminder.objects.update(stage="up:1")):
        with pytest.raises(ProgrammingError), transaction.atomic():
            attempt()


def test_a_kind_that_fails_holds_up_no_other_and_is_made_up_for(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = [True]

    def find(today: date, until: date):
        if broken:
            raise ZeroDivisionError
        return [stand.due(7)]

    shaky = DeadlineKind("shaky", "不稳", find, "stand", "/shaky/")
    monkeypatch.setattr(registry, "_KINDS", {"shaky": shaky} | registry._KINDS)
    stand.dues = [stand.due()]
    assert engine.remind(today=FRIDAY) == {"checked": 1, "told": 1, "failed": 1}
    broken.clear()
    assert engine.remind(today=FRIDAY) == {"checked": 2, "told": 1, "failed": 0}


@pytest.mark.parametrize("quiet", ["sensitive", "private"])
def test_quiet_kinds_are_told_and_not_counted(monkeypatch: pytest.MonkeyPatch, quiet: str) -> None:
    """The schedule page shows the numbers of a run to administrators: no lead is counted there."""
    stand = make_stand(monkeypatch, **{quiet: True})
    stand.dues = [stand.due(number) for number in range(3)]
    assert engine.remind(today=FRIDAY) == {"checked": 0, "told": 0, "failed": 0}
    assert Reminder.objects.count() == 3


def test_what_is_rolled_back_was_not_told(stand: Stand) -> None:
    """The ledger's row goes with its notice: the next run tells it."""
    stand.dues = [stand.due()]
    with transaction.atomic():
        engine.remind(today=FRIDAY)
        transaction.set_rollback(True)
    assert (Reminder.objects.count(), Notice.objects.count()) == (0, 0)
    engine.remind(today=FRIDAY)
    assert (Reminder.objects.count(), Notice.objects.count()) == (1, 1)


def test_what_arises_in_the_night_is_told_in_the_morning(stand: Stand) -> None:
    stand.dues = [stand.due()]
    catch_up = schedule.get("deadlines.catch_up").function
    with at(timezone.make_aware(datetime(2026, 11, 20, 2, 45))):
        assert catch_up() is None
    with at(timezone.make_aware(datetime(2026, 11, 20, 8, 45))):
        assert catch_up() == {"checked": 1, "told": 1, "failed": 0}


@pytest.mark.django_db(transaction=True)
def test_runs_at_once_tell_nobody_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    stand = make_stand(monkeypatch)
    stand.dues = [stand.due(number) for number in range(40)]
    gate = threading.Barrier(4)

    def run() -> None:
        gate.wait()
        engine.remind(today=WEDNESDAY)
        connections.close_all()

    runs = [threading.Thread(target=run) for _ in range(4)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert Reminder.objects.count() == 80
    bundled = Notice.objects.filter(person=stand.unit.clerk)
    # However the four share the things out, each is told by one of them: bundles say how many they hold.
    assert sum(int(notice.text.split("有 ")[1].split(" 项")[0]) if "有 " in notice.text else 1 for notice in bundled) == 40


def test_ten_thousand_things_take_seconds_and_statements_by_the_hundred(stand: Stand) -> None:
    people = [person for department in stand.unit.departments for person in (*department.staff, department.head)]
    stand.dues = [
        stand.due(number, people=(people[number % 9].pk,), due_on=FRIDAY - timedelta(days=number % 30)) for number in range(10_000)
    ]
    began = time.monotonic()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        counts = engine.remind(today=FRIDAY)
    assert counts["checked"] == 10_000
    assert counts["told"] > 10_000
    assert len(queries) < 20 * 15
    engine.remind(today=FRIDAY)
    assert time.monotonic() - began < 20
    assert Reminder.objects.count() == counts["told"]
