"""Real schedulers and workers, killed, doubled, and robbed of their broker: every slot done once, nothing half done (quality.md, jobs)."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
import redis
from django.utils import timezone

from accounts.models import AdminRole
from config.embedded_servers import Valkey, stop_process
from jobs import scheduling
from jobs.models import ScheduledRun, ScheduledWork
from tests.factories.positions import UserFactory
from tests.jobs.kinds import taken

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Site:
    """Processes on this test's database and a broker of its own, which may be emptied and stopped."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        (folder / "logs").mkdir()
        self.broker = Valkey(folder, "secret", fsync=False)
        self.broker.start()
        self._environment = environment | {"REDIS_URL": self.broker.url()}
        self._folder = folder
        self._processes: list[tuple[subprocess.Popen[bytes], Path]] = []

    @property
    def redis(self) -> redis.Redis:
        """A client of the broker."""
        return redis.Redis.from_url(self.broker.url())

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """A worker or a scheduler."""
        log = self._folder / f"{command[0]}-{len(self._processes)}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "tests.jobs.clockwork", *command],
                cwd=ROOT,
                env=self._environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._processes.append((process, log))
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        """Two children, so that the sweep is done beside the work."""
        return self.start("worker", "--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle")

    def beat(self) -> subprocess.Popen[bytes]:
        """A scheduler with a notebook of its own."""
        notebook = self._folder / f"beat-{len(self._processes)}"
        return self.start("beat", "--schedule", str(notebook), "--pidfile", "", "--max-interval", "1")

    def logs(self) -> str:
        """The end of what all of them said."""
        return "\n".join(f"== {log.name}\n{log.read_text(errors='replace')[-2500:]}" for _process, log in self._processes)

    def all_said(self) -> str:
        """Everything that stands in the logs."""
        return "".join(log.read_text(errors="replace") for _process, log in self._processes)

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what must come."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, self.logs()
            threading.Event().wait(0.05)

    def stop(self) -> None:
        """Everything that still runs."""
        for process, _log in self._processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if found := self.broker.running():
            stop_process(found, signal.SIGKILL)


@pytest.fixture
def site(process_environment: dict[str, str]) -> Iterator[Site]:
    ScheduledWork.objects.bulk_create([ScheduledWork(name=name, known_since=LONG_AGO) for name in ("tests.tick", "tests.sweep")])
    with tempfile.TemporaryDirectory(prefix="lianfang-test-", dir="/var/tmp") as folder:
        found = Site(process_environment, Path(folder))
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

    found = site.broker.running()
    assert found
    stop_process(found, signal.SIGKILL)
    ask_for_rare()
    before = done("tests.tick")
    site.broker.start()  # on the same port, with nothing in it
    site.until(lambda: done("tests.rare") == 3 and done("tests.tick") > before)
    worker.terminate()
    worker.wait(timeout=PATIENCE)
    assert set(ScheduledRun.objects.filter(name__in=["tests.rare", "tests.tick"]).values_list("state", "attempts")) == {("done", 1)}
    assert (taken("tests.rare"), taken("tests.tick")) == (3, done("tests.tick"))
