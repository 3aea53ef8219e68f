"""Whether what the product stands on answers: database, Redis, worker. Says nothing about content or versions."""

import time
from dataclasses import dataclass

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.utils import timezone
from redis.exceptions import RedisError

from jobs.scheduling import database_now
from jobs.selectors import late_work
from notifications import selectors

# Written every minute by a task that beat sends and a worker runs: silence means that one of the two is gone.
HEARTBEAT = "worker-heartbeat"
SILENT_AFTER = 200  # seconds: three missed minutes


@dataclass(frozen=True, slots=True)
class Health:
    """`worker` is None while no worker was heard of since Redis was emptied; neither that nor late work makes us unfit to serve."""

    database: bool
    redis: bool
    worker: bool | None
    deliveries: bool | None  # None while the database does not answer
    schedule: bool | None  # None while no work of the clock was ever heard of, or the database does not answer

    @property
    def serves(self) -> bool:
        """Whether pages can be answered. A worker that is gone delays jobs only."""
        return self.database and self.redis


def check() -> Health:
    """Ask each of them once."""
    is_redis, heard = _redis()
    is_database = _database()
    return Health(
        is_database,
        is_redis,
        None if heard is None else time.time() - heard < SILENT_AFTER,
        not selectors.is_late(timezone.now()) if is_database else None,
        _schedule() if is_database else None,
    )


def beat() -> None:
    """Called by the worker: it is there."""
    cache.set(HEARTBEAT, time.time(), timeout=24 * 3600)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _schedule() -> bool | None:
    """Whether all work of the clock was done in time (jobs.due)."""
    late = late_work(now=database_now())
    return None if late is None else not late


def _redis() -> tuple[bool, float | None]:
    try:
        return True, cache.get(HEARTBEAT)
    except (RedisError, OSError):
        return False, None
