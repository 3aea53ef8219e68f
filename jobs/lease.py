"""Says, from a thread and a connection of its own, that a run of work of the clock is alive."""

import logging
import threading
from datetime import timedelta
from types import TracebackType
from typing import Self

from django.db import DatabaseError, connection
from django.db.models.functions import Now

from jobs.models import ScheduledRun
from jobs.states import RunState

# A worker that says nothing for so long is taken for dead. With the sweep of every minute its work goes on within 3 minutes.
LEASE = timedelta(seconds=60)
RENEW_EVERY = 15.0  # seconds

logger = logging.getLogger(__name__)


class Lease:
    """Context manager around the work. Times are the database's: clocks of two machines may differ."""

    def __init__(self, run: ScheduledRun) -> None:
        self._mine = ScheduledRun.objects.filter(pk=run.pk, state=RunState.RUNNING, attempts=run.attempts)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease-{run.pk}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._stop.wait(RENEW_EVERY):
            try:
                self._mine.all().update(claimed_until=Now() + LEASE)
            except DatabaseError:  # a restart of the database: the next beat connects again
                logger.warning("%s: could not say that it is alive", threading.current_thread().name)
            finally:
                connection.close()
