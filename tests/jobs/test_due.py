"""Slots, what is due of them, and what is late: worked out by hand, without a database."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from celery import shared_task
from hypothesis import given
from hypothesis import strategies as st

from common.schedule import Daily, Every, Hourly, Plan, Quarterly, Work
from jobs.due import is_late, next_run
from jobs.models import ScheduledRun

CHINA = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("plan", "now", "latest", "following"),
    [
        (Daily(7, 30), "2026-11-22 07:30:00", "2026-11-22 07:30", "2026-11-23 07:30"),
        (Daily(7, 30), "2026-11-22 07:29:59", "2026-11-21 07:30", "2026-11-22 07:30"),
        (Daily(0, 5), "2027-01-01 00:04", "2026-12-31 00:05", "2027-01-01 00:05"),
        (Hourly(40), "2026-11-22 00:39", "2026-11-21 23:40", "2026-11-22 00:40"),
        (Hourly(40), "2026-11-22 00:40", "2026-11-22 00:40", "2026-11-22 01:40"),
        (Every(60), "2026-11-22 08:00:59", "2026-11-22 08:00", "2026-11-22 08:01"),
        (Quarterly(23, 0), "2026-11-22 08:00", "2026-09-30 23:00", "2026-12-31 23:00"),
        (Quarterly(23, 0), "2026-12-31 23:00", "2026-12-31 23:00", "2027-03-31 23:00"),
        (Quarterly(23, 0), "2026-12-31 22:59", "2026-09-30 23:00", "2026-12-31 23:00"),
        (Quarterly(1, 0), "2026-01-01 00:00", "2025-12-31 01:00", "2026-03-31 01:00"),
        (Quarterly(1, 0), "2026-06-30 02:00", "2026-06-30 01:00", "2026-09-30 01:00"),
    ],
)
def test_the_last_and_the_next_planned_time(plan: Plan, now: str, latest: str, following: str) -> None:
    assert (plan.latest(at(now)), plan.following(at(now))) == (at(latest), at(following))


def test_a_day_ends_in_china_and_not_in_greenwich() -> None:
    assert Daily(0, 5).latest(datetime(2026, 11, 21, 16, 4, tzinfo=UTC)) == at("2026-11-21 00:05")
    assert Daily(0, 5).latest(datetime(2026, 11, 21, 16, 5, tzinfo=UTC)) == at("2026-11-22 00:05")


plans = st.one_of(
    st.builds(Daily, st.integers(0, 23), st.integers(0, 59)),
    st.builds(Hourly, st.integers(0, 59)),
    st.builds(Every, st.sampled_from([60, 300])),
    st.builds(Quarterly, st.integers(0, 23), st.integers(0, 59)),
)


@given(plans, st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)))
def test_slots_follow_each_other_without_a_gap(plan: Plan, now: datetime) -> None:
    latest, following = plan.latest(now), plan.following(now)
    assert latest <= now < following
    assert plan.latest(following) == following
    assert plan.latest(following - timedelta(microseconds=1)) == latest


@shared_task(name="tests.nothing")
def nothing() -> None:
    """Work of no effect."""


WORK = Work("tests.nothing", Daily(2, 0), "Nothing", "jobs", lambda: None, nothing, {})
SINCE, NOW, SLOT = at("2026-01-01 00:00"), at("2026-11-22 08:00"), at("2026-11-22 02:00")


def run(state: str, slot: datetime = SLOT, **fields: object) -> ScheduledRun:
    return ScheduledRun(name=WORK.name, slot=slot, state=state, **fields)


def due(*runs: ScheduledRun, since: datetime = SINCE) -> ScheduledRun | None:
    return next_run(WORK, runs, now=NOW, known_since=since)


def test_a_slot_without_a_run_is_due_and_only_the_latest() -> None:
    found = due()
    assert found is not None
    assert (found.name, found.slot, found.state, found.pk) == ("tests.nothing", SLOT, "waiting", None)


def test_what_was_planned_before_the_work_was_known_is_not_due() -> None:
    assert due(since=at("2026-11-22 02:01")) is None


def test_a_slot_that_was_done_is_not_due() -> None:
    assert due(run("done")) is None


def test_one_run_at_a_time() -> None:
    alive = run("running", at("2026-11-21 02:00"), claimed_until=NOW + timedelta(seconds=1))
    assert due(alive) is None
    assert due(alive, run("waiting", at("2026-11-22 07:59"))) is None


def test_a_lost_workers_run_comes_first_then_what_was_asked_for() -> None:
    lost = run("running", at("2026-11-21 02:00"), claimed_until=NOW - timedelta(seconds=1))
    asked = run("waiting", at("2026-11-20 07:59"))
    assert due(asked, lost) is lost
    assert due(asked) is asked


def test_a_failed_run_is_tried_again_after_five_minutes_and_three_times_in_all() -> None:
    assert due(run("failed", attempts=1, finished_at=NOW - timedelta(minutes=4))) is None
    again = run("failed", attempts=2, finished_at=NOW - timedelta(minutes=5))
    assert due(again) is again
    assert due(run("failed", attempts=3, finished_at=NOW - timedelta(hours=1))) is None


@pytest.mark.parametrize(
    ("plan", "done", "now", "late"),
    [
        (Daily(2, 0), "2026-11-21 02:00", "2026-11-22 03:59", False),
        (Daily(2, 0), "2026-11-21 02:00", "2026-11-22 04:00", True),
        (Daily(2, 0), "2026-11-22 02:00", "2026-11-22 04:00", False),
        (Daily(2, 0), "2026-11-22 03:10", "2026-11-22 23:00", False),  # had done by hand in between
        (Daily(2, 0), None, "2026-11-22 23:00", True),
        (Hourly(40), "2026-11-22 07:40", "2026-11-22 10:09", False),
        (Hourly(40), "2026-11-22 07:40", "2026-11-22 10:10", True),
        (Every(60), "2026-11-22 08:00", "2026-11-22 08:05:59", False),
        (Every(60), "2026-11-22 08:00", "2026-11-22 08:06", True),
        (Quarterly(23, 0), "2026-06-30 23:00", "2026-10-01 00:59", False),
        (Quarterly(23, 0), "2026-06-30 23:00", "2026-10-01 01:00", True),
    ],
)
def test_late(plan: Plan, done: str | None, now: str, late: bool) -> None:
    work = Work("tests.nothing", plan, "Nothing", "jobs", lambda: None, nothing, {})
    assert is_late(work, at(done) if done else None, now=at(now), known_since=SINCE) is late


def test_work_that_is_new_or_unknown_is_not_late() -> None:
    assert is_late(WORK, None, now=NOW, known_since=at("2026-11-22 02:01")) is False
    assert is_late(WORK, None, now=NOW, known_since=None) is False
