"""Runs of re-grading: a row a unit and day says what is to be done; the broker only wakes workers (quality.md, jobs).

A worker keeps a lock of its connection while it works on a run: who is sent the same run goes away, and a worker that was killed gives
it back. Attempts are counted before the work begins, so that a run which kills its worker is given up after the third.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q

from audit import services as audit
from common.later import after_commit
from jobs.scheduling import database_now
from positions.models import Unit
from regrading.models import Cause, Run
from regrading.services import evaluating
from regrading.states import RUN_TABLE, RunState
from risks.models import RiskPoint

MAX_ATTEMPTS = 3
WAKE_AGAIN = timedelta(seconds=60)
KEPT = timedelta(days=400)
_LOCK_SPACE = 732106  # first key of our advisory locks; the second is the run
_BATCH = 500

logger = logging.getLogger(__name__)


@transaction.atomic
def start(*, cause: str, as_of: date) -> int:
    """Write down a run for every unit with points in the register, and wake workers after the commit; once a day and cause.

    Returns how many are to be done. Runs of days that have not come were written while a clock went wrong: when those days come,
    they have to be done.
    """
    Run.objects.filter(as_of__gt=max(as_of, evaluating.database_today())).delete()
    Run.objects.filter(created_at__lt=database_now() - KEPT).exclude(state=RunState.WAITING).delete()
    with_points = RiskPoint.objects.registered().order_by().values("unit_id").distinct()
    units = Unit.objects.filter(pk__in=with_points).order_by("pk").values_list("pk", flat=True)
    Run.objects.bulk_create([Run(unit_id=pk, as_of=as_of, cause=cause) for pk in units], ignore_conflicts=True)
    waiting = list(Run.objects.filter(cause=cause, as_of=as_of, state=RunState.WAITING).order_by("pk").values_list("pk", flat=True))
    _wake(waiting)
    return len(waiting)


def sweep() -> int:
    """Send the runs that wait for more than a minute: their message was lost, or their worker. Returns how many."""
    now = database_now()
    # Written “later than now” while a clock was ahead: nobody would ask for it until then.
    sent = Q(created_at__lt=now - WAKE_AGAIN) | Q(created_at__gt=now + WAKE_AGAIN)
    late = Run.objects.filter(sent, state=RunState.WAITING).order_by("pk")
    waiting = list(late.values_list("pk", flat=True)[:_BATCH])
    _wake(waiting)
    return len(waiting)


def perform(*, run_id: int) -> None:
    """Do the run if it waits and nobody is at it; safe to call any number of times, at once and late."""
    with _held(run_id) as mine:
        run = Run.objects.filter(pk=run_id, state=RunState.WAITING).first() if mine else None
        if run is None:
            return
        if run.attempts >= MAX_ATTEMPTS:
            _fail(run, "WorkerLost")
            return
        run.attempts += 1
        run.save(update_fields=["attempts"])
        try:
            _do(run)
        except Exception as error:
            logger.exception("re-grading of unit %d failed", run.unit_id)
            if isinstance(error, (OperationalError, InterfaceError)):
                connection.close()
            if run.attempts >= MAX_ATTEMPTS:
                _fail(run, type(error).__name__)


@transaction.atomic
def at_once(*, unit: Unit, as_of: date, dry_run: bool = False) -> evaluating.Counts:
    """Evaluate a unit by command, whatever was done that day already; a dry run leaves no trace. Raises what `evaluating.regrade` does."""
    counts = evaluating.regrade(unit_id=unit.pk, as_of=as_of, dry_run=dry_run)
    if not dry_run:
        run, _made = Run.objects.get_or_create(unit=unit, as_of=as_of, cause=Cause.COMMAND)
        if run.state == RunState.WAITING:
            _finish(run, counts.to_json())
            return counts
        run.finished_at = database_now()  # a night that failed before is mended now
        if counts.changed or counts.rises or counts.falls or counts.lapsed:
            run.counts = counts.to_json()
            _record(run, run.counts)
        run.save(update_fields=["counts", "finished_at"])
    return counts


@transaction.atomic
def _do(run: Run) -> None:
    """The work and its end in one transaction. A day that a later run has overtaken is passed over: history is not rewritten."""
    if evaluating.overtaken_by(unit_id=run.unit_id, as_of=run.as_of) is not None:
        _finish(run, {"overtaken": 1})
    else:
        _finish(run, evaluating.regrade(unit_id=run.unit_id, as_of=run.as_of).to_json())


def _finish(run: Run, counts: dict[str, Any]) -> None:
    RUN_TABLE.move(run, "finish")
    run.counts, run.finished_at = counts, database_now()
    run.save()
    _record(run, counts)


def _record(run: Run, counts: dict[str, Any]) -> None:
    """`counts` come from open evidence alone: the audit administrator reads them (ADR 0020)."""
    action = RUN_TABLE.get("fail" if run.state == RunState.FAILED else "finish").audit
    audit.record(action, by=None, obj=run, detail={"as_of": run.as_of.isoformat(), "cause": run.cause, **counts})


@transaction.atomic
def _fail(run: Run, error: str) -> None:
    """Given up; `error` is the class of the failure, never its message, which may hold content."""
    RUN_TABLE.move(run, "fail")
    run.counts, run.finished_at = {"error": error}, database_now()
    run.save()
    _record(run, run.counts)


def _wake(runs: list[int]) -> None:
    from regrading.tasks import run_unit

    for pk in runs:
        after_commit(run_unit, run_id=pk)


@contextmanager
def _held(run_id: int) -> Iterator[bool]:
    """Whether this connection got the run for itself; given back at the end, and by the server when the connection is lost."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK_SPACE, run_id])
        (mine,) = cursor.fetchone()
    try:
        yield mine
    finally:
        if mine and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK_SPACE, run_id])
