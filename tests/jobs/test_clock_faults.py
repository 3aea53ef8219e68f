"""Real schedulers and workers, killed, doubled, and robbed of their broker: every slot done once, nothing half done (quality.md, jobs)."""

import os
import re
import signal
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from django.utils import timezone

from accounts.models import AdminRole
from jobs import scheduling
from jobs.models import ScheduledRun, ScheduledWork
from tests.factories.positions import UserFactory
from tests.jobs.kinds import taken
from tests.jobs.processes import PATIENCE, Site

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def site(process_environment: dict[str, str]) -> Iterator[Site]:
    ScheduledWork.objects.bulk_create([ScheduledWork(name=name, known_since=LONG_AGO) for name in ("tests.tick", "tests.sweep")])
    with tempfile.TemporaryDirectory(prefix="lianfang-test-", dir="/var/tmp") as folder:
        found = Site(process_environment, Path(folder) / "site", "tests.jobs.clockwork")
        yield found
        found.stop()


def done(name: str) -> int:
    return ScheduledRun.objects.filter(name=name, state="done").count()


def received(site: Site) -> int:
    """How often the tick came to a worker."""
    return len(re.findall(r"Task tests\.tick\[[^]]+\] received", site.all_said()))


def run_of(name: str) -> ScheduledRun | None:
    return ScheduledRun.objects.filter(name=name).first()


def ask_for_rare() -> None:
    """Somebody asked; what should wake a worker went astray."""
    ScheduledRun.objects.create(name="tests.rare", slot=scheduling.database_now(), by=UserFactory(admin_role=AdminRole.SYSTEM))


def test_two_schedulers_and_every_slot_is_done_once(site: Site) -> None:
    worker, beats = site.worker(), [site.beat(), site.beat()]
    site.until(lambda: done("tests.tick") >= 4 and received(site) > done("tests.tick") + 2)  # both have sent
    assert [beat.poll() for beat in beats] == [None, None]
    for beat in beats:
        beat.kill()
    worker.terminate()  # it ends what it has begun
    worker.wait(timeout=PATIENCE)
    runs = list(ScheduledRun.objects.filter(name="tests.tick").values_list("slot", "state", "attempts", "result"))
    assert len({slot for slot, *_rest in runs}) == len(runs) >= 4
    assert {(state, attempts, result["made"]) for _slot, state, attempts, result in runs} == {("done", 1, 1)}
    assert taken("tests.tick") == len(runs)


def test_killed_in_the_middle_it_is_done_once_and_whole(site: Site) -> None:
    """First the children of the worker are killed, then the whole worker; each time the sweep takes the work up again."""
    ScheduledWork.objects.create(name="tests.twice_lost", known_since=LONG_AGO)
    site.beat()
    worker = site.worker()

    def is_at(attempt: int) -> bool:
        run = run_of("tests.twice_lost")
        return run is not None and (run.state, run.attempts) == ("running", attempt)

    site.until(lambda: is_at(1))
    for child in psutil.Process(worker.pid).children():
        child.kill()
    assert taken("tests.twice_lost") == 0
    ScheduledRun.objects.filter(name="tests.twice_lost").update(claimed_until=timezone.now())  # instead of waiting for the lease to run out
    site.until(lambda: is_at(2))
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    assert taken("tests.twice_lost") == 0
    ScheduledRun.objects.exclude(state="done").update(claimed_until=timezone.now())
    site.worker()
    site.until(lambda: done("tests.twice_lost") == 1)
    run = ScheduledRun.objects.get(name="tests.twice_lost")
    assert (run.attempts, run.result, run.error, taken("tests.twice_lost")) == (3, {"made": 1}, "", 1)


def test_a_broker_emptied_and_restarted_loses_no_work(site: Site) -> None:
    site.beat()
    worker = site.worker()
    ask_for_rare()
    site.until(lambda: done("tests.tick") >= 1 and done("tests.rare") == 1)
    os.killpg(worker.pid, signal.SIGSTOP)
    ask_for_rare()
    site.until(lambda: site.redis.llen("celery") >= 2)
    site.redis.flushall()
    os.killpg(worker.pid, signal.SIGCONT)
    site.until(lambda: done("tests.rare") == 2)

    site.supervise(worker)
    site.kill_broker()
    ask_for_rare()
    before = done("tests.tick")
    site.start_broker()
    site.until(lambda: done("tests.rare") == 3 and done("tests.tick") > before)
    site.end_supervised()
    assert set(ScheduledRun.objects.filter(name__in=["tests.rare", "tests.tick"]).values_list("state", "attempts")) == {("done", 1)}
    assert (taken("tests.rare"), taken("tests.tick")) == (3, done("tests.tick"))
