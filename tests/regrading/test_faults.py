"""Workers killed in the middle of a night, a broker that forgot, the same run sent again and again: each point once, each person told once.

Real processes on a real PostgreSQL and a real broker (quality.md, jobs).
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from audit.models import AuditEvent
from notifications.models import Notice
from positions.models import BodyKind
from regrading.models import Cause, Proposal, Run, Score, ScoreChange
from regrading.services import evaluating, runs
from regrading.tasks import run_unit
from tests.factories.positions import BodyFactory, MembershipFactory
from tests.regrading.evidence_world import START, TODAY, World, world
from tests.risks.test_review_concurrency import at_once

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
POINTS = 200


@pytest.fixture
def place(transactional_db: None) -> World:
    """A unit with an office of the leading group, many points, and one that rises."""
    place = world()
    office = BodyFactory(unit=place.unit, kind=BodyKind.LEADING_GROUP_OFFICE)
    MembershipFactory(body=office, person=place.member)
    risks = [place.point() for _n in range(POINTS)]
    for _n in range(4):
        place.measure(risks[0], due_on=date(2026, 10, 22))
    return place


def state() -> dict[str, Any]:
    """All that a night leaves behind."""
    return {
        "scores": sorted(Score.objects.values_list("risk_id", "score", "changed_on")),
        "changes": sorted(ScoreChange.objects.values_list("id", "risk_id", "score")),
        "proposals": list(Proposal.objects.values_list("id", "risk_id", "state", "direction", "version")),
        "told": list(Notice.objects.values_list("id", "person_id", "kind")),
        "recorded": AuditEvent.objects.filter(action__startswith="regrading.").count(),
        "runs": list(Run.objects.values_list("state", "attempts", "counts__changed", "counts__rises")),
    }


def assert_done_once(place: World, attempts: int) -> None:
    """Every point evaluated, one proposal, one person told, once."""
    found = state()
    assert [row[1] for row in found["scores"]] == [START + 20, *[START] * (POINTS - 1)]
    assert len(found["changes"]) == POINTS
    assert [row[2:4] for row in found["proposals"]] == [("open", "rise")]
    assert [row[1] for row in found["told"]] == [place.member.pk]
    assert found["runs"] == [("done", attempts, POINTS, 1)]
    assert AuditEvent.objects.filter(action="regrading.done").count() == 1


def test_two_at_once_are_one(place: World) -> None:
    assert at_once(*[lambda: evaluating.regrade(unit_id=place.unit.pk, as_of=TODAY)] * 3) == ["done"] * 3
    found = state()
    assert (len(found["scores"]), len(found["changes"]), len(found["proposals"]), len(found["told"])) == (POINTS, POINTS, 1, 1)


def test_the_same_run_by_four_workers_at_once_is_done_once(place: World) -> None:
    run = Run.objects.create(unit=place.unit, as_of=TODAY, cause=Cause.NIGHTLY)
    assert at_once(*[lambda: runs.perform(run_id=run.pk)] * 4) == ["done"] * 4
    assert_done_once(place, attempts=1)


def test_a_night_survives_an_emptied_broker_a_killed_worker_and_doubled_tasks(
    place: World, process_environment: dict[str, str], tmp_path: Path
) -> None:
    logs = tmp_path / "first.log", tmp_path / "second.log"
    broker = redis.Redis.from_url(settings.REDIS_URL)
    broker.flushdb()
    assert runs.start(cause=Cause.NIGHTLY, as_of=TODAY) == 1
    assert broker.llen("celery") == 1
    broker.flushdb()  # what was sent is gone; the row is not
    swept()
    assert broker.llen("celery") == 1

    with in_the_way("regrading_proposal") as free, worker(process_environment, logs[0]) as first:
        until(lambda: stopped() is not None, logs[0])  # scores are written, their transaction is open
        pid = stopped()
        first.kill()
        first.wait()
        free()
        until(lambda: not alive(pid), logs[0])
    assert (Score.objects.count(), Proposal.objects.count(), Notice.objects.count()) == (0, 0, 0)
    run = Run.objects.get()
    assert (run.state, run.attempts) == ("waiting", 1)

    swept()
    with worker(process_environment, logs[1]):
        until(lambda: Run.objects.get().state == "done", logs[1])
        assert_done_once(place, attempts=2)
        before = state()
        for _n in range(3):
            run_unit.delay(run_id=run.pk)
        last = Run.objects.create(unit=world().unit, as_of=TODAY, cause=Cause.COMMAND)  # one worker does one after the other
        run_unit.delay(run_id=last.pk)
        until(lambda: Run.objects.get(pk=last.pk).state == "done", logs[1])
        last.delete()
    after = state()
    assert after.pop("recorded") == before.pop("recorded") + 1  # that of the last one
    assert after == before


def swept() -> None:
    """A minute later the sweep comes by."""
    Run.objects.filter(state="waiting").update(created_at=timezone.now() - timedelta(minutes=2))
    assert runs.sweep() == 1


@contextmanager
def worker(environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process on this test's database and broker."""
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--pool", "solo", "--without-gossip", "--without-mingle"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@contextmanager
def in_the_way(table: str) -> Iterator[Callable[[], None]]:
    """Somebody holds a table that the night needs after the scores; called, it is given free."""
    with psycopg.connect(os.environ["DATABASE_URL"], dbname=str(connection.settings_dict["NAME"])) as holder:
        holder.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield holder.rollback


def stopped() -> int | None:
    """The server's process that waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        row = cursor.fetchone()
    return row[0] if row else None


def alive(pid: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = %s)", [pid])
        return bool(cursor.fetchone()[0])


def until(condition: Callable[[], bool], log: Path) -> None:
    """Wait for what must come; else show what the worker said."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, log.read_text(errors="replace")[-3000:]
        threading.Event().wait(0.1)
