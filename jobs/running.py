"""Says, from a thread and a connection of its own, that a job is alive and how far it is, while its transaction is open."""

import logging
import threading
from datetime import timedelta
from types import TracebackType
from typing import Self

from django.db import DatabaseError, connection
from django.utils import timezone

from jobs.models import Job
from jobs.registry import Cancelled
from jobs.states import JobState

# A worker that says nothing for so long is taken for dead. Together with the sweep of every minute a killed job goes on within 3 minutes.
LEASE = timedelta(seconds=60)
WRITE_EVERY = 1.0  # seconds between progress writes
RENEW_EVERY = 15.0  # seconds between renewals of the lease when there is no progress

logger = logging.getLogger(__name__)


class Pulse:
    """Context manager and the job's `progress` function. Writes nothing for jobs of less than a second."""

    def __init__(self, job: Job) -> None:
        self._job_id, self._attempt = job.pk, job.attempts
        self._place = self._written = (job.done, job.total)
        self._stop, self._cancelled = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"job-{job.pk}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def __call__(self, done: int, total: int) -> None:
        """Note how far it is. Raises Cancelled when the owner asked for it, or when another worker has taken the job over."""
        self._place = (min(done, total), total)
        if self._cancelled.is_set():
            raise Cancelled

    @property
    def place(self) -> tuple[int, int]:
        """What was last said of (done, total)."""
        return self._place

    def _beat(self) -> None:
        silent = 0.0
        try:
            while not self._stop.wait(WRITE_EVERY):
                silent += WRITE_EVERY
                try:
                    if self._place != self._written or silent >= RENEW_EVERY:
                        self._write()
                        silent = 0.0
                    self._look()
                except DatabaseError:  # a restart of the database: the next beat connects again
                    logger.warning("job %d: could not say that it is alive", self._job_id)
                    connection.close()
        finally:
            connection.close()

    def _write(self) -> None:
        done, total = place = self._place
        mine = Job.objects.filter(pk=self._job_id, state=JobState.RUNNING, attempts=self._attempt)
        mine.update(done=done, total=total, claimed_until=timezone.now() + LEASE)
        self._written = place

    def _look(self) -> None:
        row = Job.objects.filter(pk=self._job_id).values_list("cancel_asked", "state", "attempts").first()
        if row is not None and row != (False, JobState.RUNNING, self._attempt):
            self._cancelled.set()
