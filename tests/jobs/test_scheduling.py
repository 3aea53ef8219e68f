"""Work of the clock in the database: once for each slot, taken up when its worker was lost, found when nobody was sent."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import redis
from celery import shared_task
from django.conf import settings
from django.db import connection

from accounts.models import AdminRole
from audit.models import AuditEvent
from common import schedule
from common.errors import NotAllowed, NotPossible
from common.numbers import take
from common.schedule import Daily, Every, Work
from jobs import scheduling, selectors
from jobs.models import ScheduledRun, ScheduledWork
from tests.factories.positions import UserFactory
from tests.jobs.kinds import taken

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")
LONG_AGO = datetime(2000, 1, 1, tzinfo=CHINA)


@shared_task(name="tests.clockwork")
def task() -> None:
    """What would be sent."""


def effect() -> schedule.Result:
    take("clockwork")
    return {"told": 3, "made": 1}


def broken() -> schedule.Result:
    raise ZeroDivisionError("张三")


def work(function=effect, at=None) -> Work:
    """Work that is known since long ago; its present slot lasts, as far as a test is concerned, for ever."""
    ScheduledWork.objects.get_or_create(name="tests.clockwork", defaults={"known_since": LONG_AGO})
    return Work("tests.clockwork", at or Every(20 * 365 * 86400), "时钟工作", "jobs", function, task, {})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.fixture
def queue():
    """The broker's queue, empty at the beginning."""
    server = redis.Redis.from_url(settings.REDIS_URL)
    server.delete("celery")
    yield lambda: server.llen("celery")
    server.delete("celery")
    server.close()


def test_it_is_done_once_however_often_it_is_sent():
    for _ in range(3):
        scheduling.perform(work=work())
    run = ScheduledRun.objects.get()
    assert taken("clockwork") == 1
    assert (run.state, run.attempts, run.result, run.error, run.by) == ("done", 1, {"told": 3, "made": 1}, "", None)
    assert run.started_at <= run.finished_at
    assert selectors.result_in_words(run) == ""  # of work that this version does not know


@pytest.mark.django_db(transaction=True)
def test_sent_many_times_at_once_it_is_done_once():
    planned, barrier = work(), threading.Barrier(4)

    def worker():
        barrier.wait()
        scheduling.perform(work=planned)
        connection.close()

    workers = [threading.Thread(target=worker) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert (taken("clockwork"), ScheduledRun.objects.get().state) == (1, "done")


def test_work_nobody_knew_begins_with_its_next_slot():
    planned = work()
    ScheduledWork.objects.all().delete()
    scheduling.perform(work=planned)
    scheduling.perform(work=planned)
    assert (taken("clockwork"), ScheduledRun.objects.count(), ScheduledWork.objects.count()) == (0, 0, 1)


def test_a_failure_tells_class_and_place_and_is_tried_three_times():
    for attempt in (1, 2, 3):
        scheduling.perform(work=work(broken))
        run = ScheduledRun.objects.get()
        assert (run.state, run.attempts) == ("failed", attempt)
        scheduling.perform(work=work())  # too early
        ScheduledRun.objects.update(finished_at=run.finished_at - timedelta(minutes=5))
    scheduling.perform(work=work())
    run = ScheduledRun.objects.get()
    assert (run.state, run.attempts, taken("clockwork")) == ("failed", 3, 0)
    assert run.error.startswith("ZeroDivisionError (tests/jobs/test_scheduling.py:")
    assert "张三" not in run.error


def test_after_a_failure_the_next_try_may_succeed():
    scheduling.perform(work=work(broken))
    ScheduledRun.objects.update(finished_at=scheduling.database_now() - timedelta(minutes=5))
    scheduling.perform(work=work())
    run = ScheduledRun.objects.get()
    assert (run.state, run.attempts, run.error, taken("clockwork")) == ("done", 2, "", 1)


def lose_worker(planned: Work) -> ScheduledRun | None:
    """A worker took what is due and was never heard of again."""
    run = scheduling.claim(work=planned, now=scheduling.database_now())
    ScheduledRun.objects.filter(state="running").update(claimed_until=scheduling.database_now() - timedelta(seconds=1))
    return run


def test_a_lost_workers_work_is_done_by_the_next_and_the_lost_one_ends_nothing():
    lost = lose_worker(work())
    scheduling.perform(work=work())
    scheduling.fail(run=lost, error="too late")
    scheduling.finish(run=lost, result={"told": 99})
    run = ScheduledRun.objects.get()
    assert (run.state, run.attempts, run.result["told"], taken("clockwork")) == ("done", 2, 3, 1)


def test_a_worker_that_is_alive_keeps_it():
    scheduling.claim(work=work(), now=scheduling.database_now())
    scheduling.perform(work=work())
    assert (ScheduledRun.objects.get().state, taken("clockwork")) == ("running", 0)


def test_after_three_lost_workers_it_is_given_up():
    for _ in range(3):
        assert lose_worker(work()) is not None
    assert lose_worker(work()) is None
    run = ScheduledRun.objects.get()
    assert (run.state, run.attempts, run.error) == ("failed", 3, "WorkerLost")


def test_while_the_clock_jumps_no_slot_is_done_twice_and_only_the_latest_is_made_up_for():
    planned = work(at=Daily(2, 0))

    def pass_by(text: str) -> str | None:
        run = scheduling.claim(work=planned, now=at(text))
        if run is None:
            return None
        scheduling.finish(run=run, result=None)
        return f"{run.slot.astimezone(CHINA):%m-%d}"

    assert pass_by("2026-11-20 02:00:01") == "11-20"
    assert pass_by("2026-11-21 01:59:59") is None
    assert pass_by("2026-11-24 09:00") == "11-24"  # three days without a server, or a clock put forward
    assert pass_by("2026-11-20 03:00") is None  # put back: that slot is done
    assert pass_by("2026-11-21 03:00") == "11-21"  # these had been jumped over
    assert pass_by("2026-11-24 02:00") is None
    assert pass_by("2026-11-25 02:00") == "11-25"


def test_work_that_wants_to_know_is_told_what_was_done_last():
    told: list[datetime | None] = []
    planned = replace(work(), function=told.append, since_last=True)
    earlier = ScheduledRun.objects.create(name=planned.name, slot=at("2009-01-01"), state="done", finished_at=at("2009-01-01"))
    ScheduledRun.objects.create(name=planned.name, slot=at("2009-01-02"), state="failed", finished_at=at("2009-01-02"))
    scheduling.perform(work=planned)
    assert told == [earlier.slot]


def test_work_that_bears_a_day_is_told_the_planned_time():
    told: list[datetime | None] = []
    scheduling.perform(work=replace(work(), function=told.append, with_slot=True))
    assert told == [ScheduledRun.objects.get().slot]


def test_the_sweep_sends_what_has_no_run_and_nothing_else(queue, django_capture_on_commit_callbacks):
    now = scheduling.database_now()
    assert scheduling.sweep() == 0  # nothing was known before
    assert set(ScheduledWork.objects.values_list("pk", flat=True)) == {one.name for one in schedule.works()}
    ScheduledWork.objects.update(known_since=LONG_AGO)
    done = [ScheduledRun(name=one.name, slot=one.at.latest(now), state="done", finished_at=now) for one in schedule.works()]
    done += [ScheduledRun(name=run.name, slot=run.slot + timedelta(seconds=60), state="done", finished_at=now) for run in done]
    ScheduledRun.objects.bulk_create([run for run in done if run.name != "audit.write_anchor"])
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    with django_capture_on_commit_callbacks(execute=True):
        assert scheduling.sweep() == 1
    assert queue() == 1


def test_the_administrator_has_it_done_at_once_and_the_plan_goes_on(queue, django_capture_on_commit_callbacks):
    admin, planned = UserFactory(admin_role=AdminRole.SYSTEM), work()
    with django_capture_on_commit_callbacks(execute=True):
        asked = scheduling.run_now(work=planned, by=admin)
    assert queue() == 1
    with pytest.raises(NotPossible):
        scheduling.run_now(work=planned, by=admin)
    scheduling.perform(work=planned)
    scheduling.perform(work=planned)  # the slot of the plan
    scheduling.perform(work=planned)
    assert taken("clockwork") == 2
    assert list(ScheduledRun.objects.order_by("slot").values_list("by", "state")) == [(None, "done"), (admin.pk, "done")]
    event = AuditEvent.objects.get(action="schedule.asked_for")
    assert (event.actor_id, event.object_id, event.detail) == (admin.pk, str(asked.pk), {"work": "tests.clockwork"})


def test_it_is_not_started_beside_a_running_one_nor_by_anybody_else():
    scheduling.claim(work=work(), now=scheduling.database_now())
    with pytest.raises(NotPossible):
        scheduling.run_now(work=work(), by=UserFactory(admin_role=AdminRole.SYSTEM))
    for role in (AdminRole.AUDIT, AdminRole.SECURITY, AdminRole.NONE):
        with pytest.raises(NotAllowed):
            scheduling.run_now(work=work(), by=UserFactory(admin_role=role))


def test_runs_are_kept_for_ninety_days_and_of_every_minute_one_a_day():
    now = scheduling.database_now()
    noon = now.astimezone(CHINA).replace(hour=12, minute=0, second=0, microsecond=0)

    def run(name: str, slot: datetime, state: str = "done") -> ScheduledRun:
        return ScheduledRun.objects.create(name=name, slot=slot, state=state, finished_at=slot)

    recent = [run("web.heartbeat", now - timedelta(minutes=n)) for n in range(3)]
    failed = run("web.heartbeat", noon - timedelta(days=3), "failed")
    last = run("web.heartbeat", noon - timedelta(days=4))
    for n in range(1, 4):
        run("web.heartbeat", noon - timedelta(days=3, minutes=-n))
        run("web.heartbeat", noon - timedelta(days=4, minutes=n))
    daily = [run("audit.write_anchor", noon - timedelta(days=n)) for n in (1, 40, 89)]
    for days in (91, 400):
        run("audit.write_anchor", noon - timedelta(days=days))
        run("web.heartbeat", noon - timedelta(days=days))
    open_ = ScheduledRun.objects.create(name="audit.write_anchor", slot=noon - timedelta(days=200), state="running", claimed_until=now)
    assert scheduling.prune() == 10
    assert set(ScheduledRun.objects.all()) == {*recent, failed, last, *daily, open_}


def test_late_work_is_known_for_health():
    now = scheduling.database_now()
    assert selectors.late_work(now=now) is None
    scheduling.sweep()
    assert selectors.late_work(now=now) == []
    ScheduledWork.objects.filter(pk__in=["web.heartbeat", "audit.write_anchor"]).update(known_since=LONG_AGO)
    assert selectors.late_work(now=now) == ["audit.write_anchor", "web.heartbeat"]
    ScheduledRun.objects.create(name="audit.write_anchor", slot=now, state="failed", finished_at=now)
    ScheduledRun.objects.create(name="web.heartbeat", slot=now - timedelta(minutes=1), state="done", finished_at=now)
    assert selectors.late_work(now=now) == ["audit.write_anchor"]
