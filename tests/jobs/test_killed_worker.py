"""kill -9 of a real worker in the middle of a job: the next one does it once and whole (quality.md, jobs)."""

import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from jobs import services
from jobs.models import Job
from tests.factories.positions import UserFactory
from tests.jobs.kinds import taken

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60


@contextmanager
def worker(log):
    """A worker process on this test's database and Redis."""
    url = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}"))
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--pool", "solo", "--include", "tests.jobs.kinds"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, stdout=output, stderr=output, start_new_session=True
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def until(condition, process, log):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert process.poll() is None, log.read_text(errors="replace")[-3000:]
        assert time.monotonic() < end, log.read_text(errors="replace")[-3000:]
        threading.Event().wait(0.1)


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_was_killed_is_done_once_by_the_next(tmp_path):
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    job = services.start(kind="test_killed_once", title="导出", arguments={}, by=UserFactory())

    def at(state):
        job.refresh_from_db()
        return job.state == state

    log = tmp_path / "worker.log"
    with worker(log) as first:
        until(lambda: at("running") and job.done > 0, first, log)
        first.kill()
        first.wait()
    assert taken("test_killed_once") == 0
    assert services.LEASE + timedelta(seconds=60) <= timedelta(minutes=3)  # lease, then the next sweep
    Job.objects.filter(pk=job.pk).update(claimed_until=timezone.now())  # instead of waiting for the lease to run out
    services.sweep()
    with worker(log) as second:
        until(lambda: at("done"), second, log)
    assert (job.attempts, taken("test_killed_once")) == (2, 1)
