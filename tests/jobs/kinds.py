"""Kinds of jobs that only tests have; a worker under test loads this module."""

import threading
import time

from common.errors import DomainError
from common.files import store_result
from common.models import NumberSeries, StoredFile
from common.numbers import take
from jobs.models import Job
from jobs.registry import Progress, job_kind

PATIENCE = 30  # seconds after which a job that nobody stopped gives up


@job_kind("test_write")
def write(job: Job, progress: Progress) -> StoredFile:
    """An effect in the database (a number taken) and a file."""
    take("test_write")
    progress(1, 2)
    job.report = {"rows": 2}
    return store_result(content=b"result", name="结果.txt", content_type="text/plain", by=job.owner)


@job_kind("test_refuse")
def refuse(job: Job, progress: Progress) -> None:
    """An effect, then a refusal: the effect must be gone."""
    take("test_refuse")
    raise DomainError("第3行缺少单位编码。")


@job_kind("test_break")
def break_down(job: Job, progress: Progress) -> None:
    """An effect, then an error nobody expected."""
    take("test_break")
    raise ZeroDivisionError("secret content")


@job_kind("test_endless")
def endless(job: Job, progress: Progress) -> None:
    """An effect, then work until somebody cancels it."""
    take("test_endless")
    end, pause = time.monotonic() + PATIENCE, threading.Event()
    while time.monotonic() < end:
        progress(1, 100)
        pause.wait(0.02)


@job_kind("test_killed_once")
def killed_once(job: Job, progress: Progress) -> None:
    """At the first attempt an effect and then work without end; at the next the effect alone."""
    take("test_killed_once")
    if job.attempts == 1:
        endless(job, progress)


def taken(key: str) -> int:
    """How often the effect of a kind took place."""
    return NumberSeries.objects.filter(key=key).values_list("last", flat=True).first() or 0
