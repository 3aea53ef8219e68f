"""Work of the clock: done once for each planned time, however often and by whomever the task is sent (ADR 0018).

The row of the run is the record; the broker only wakes a worker. `attempts` is also the token of who runs it: a worker that lost its lease
to another can no longer end the run. All times are the database's.
"""

import logging
import traceback
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Case, F, Max, Q, When, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils.translation import gettext as _

from accounts.models import User
from common import schedule
from common.errors import NotPossible
from common.later import after_commit
from common.schedule import Every, Result, Work
from jobs.due import MAX_ATTEMPTS, next_run
from jobs.hooks import work_asked_for
from jobs.lease import LEASE, Lease
from jobs.models import ScheduledRun, ScheduledWork
from jobs.permissions import may_run_now
from jobs.states import RUN_TABLE, RunState

KEPT = timedelta(days=90)
KEPT_OFTEN = timedelta(days=1)  # of work done every minute; before that one run a day

logger = logging.getLogger(__name__)


def database_now() -> datetime:
    """The database's clock, also in the middle of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def perform(*, work: Work) -> None:
    """Do what is due of this work, if anything is; safe to call any number of times, at once and late."""
    run = claim(work=work, now=database_now())
    if run is None:
        return
    try:
        with Lease(run):
            result = work.do(_last_done(run), run.slot)
    except Exception as error:
        logger.exception("%s failed", run)
        if isinstance(error, (OperationalError, InterfaceError)):
            connection.close()
        fail(run=run, error=_place(error))
    else:
        finish(run=run, result=result)


@transaction.atomic
def claim(*, work: Work, now: datetime) -> ScheduledRun | None:
    """Take what is due of the work for a minute (the lease is renewed); None when nothing is, or another worker is at it."""
    known = ScheduledWork.objects.select_for_update().filter(pk=work.name).first()
    if known is None:
        _learn([work], now)
        return None
    run = next_run(work, _runs([work], now), now=now, known_since=known.known_since)
    if run is None:
        return None
    if run.state == RunState.RUNNING and run.attempts >= MAX_ATTEMPTS:
        _fail(run, "WorkerLost")
        return None
    _begin(run)
    run.attempts += 1
    run.started_at, run.finished_at, run.error = now, None, ""
    run.claimed_until = now + LEASE
    run.save()
    return run


def _begin(run: ScheduledRun) -> None:
    """From whatever state it is in; the work of a lost worker simply goes on."""
    steps = {RunState.WAITING: "begin", RunState.FAILED: "repeat"}
    if step := steps.get(RunState(run.state)):
        RUN_TABLE.move(run, step)


@transaction.atomic
def finish(*, run: ScheduledRun, result: Result) -> None:
    """The work is done. Nothing when another worker has taken it over."""
    if held := _held(run):
        RUN_TABLE.move(held, "finish")
        held.result = dict(result or {})
        held.finished_at, held.claimed_until = database_now(), None
        held.save()


@transaction.atomic
def fail(*, run: ScheduledRun, error: str) -> None:
    """The work was not done; `error` names class and place of the failure, never its message, which may hold content."""
    if held := _held(run):
        _fail(held, error)


def _fail(run: ScheduledRun, error: str) -> None:
    RUN_TABLE.move(run, "fail")
    run.error = error[:200]
    run.finished_at, run.claimed_until = database_now(), None
    run.save()


def _held(run: ScheduledRun) -> ScheduledRun | None:
    """The locked row, while it still runs under the attempt that `run` was claimed with."""
    mine = ScheduledRun.objects.select_for_update(of=("self",)).filter(pk=run.pk, state=RunState.RUNNING, attempts=run.attempts)
    return mine.first()


@transaction.atomic
def run_now(*, work: Work, by: User) -> ScheduledRun:
    """Have the work done once more, whatever its plan says. Raises NotAllowed, and NotPossible while it runs or was asked for."""
    may_run_now(by).require()
    now = database_now()
    _learn([work], now)
    ScheduledWork.objects.select_for_update().get(pk=work.name)
    if ScheduledRun.objects.filter(name=work.name).unfinished().exists():
        raise NotPossible(_("It runs at this moment, or waits for a worker already."))
    run = ScheduledRun.objects.create(name=work.name, slot=now, by=by)
    work_asked_for(run=run, work=work, by=by)
    after_commit(work.task)
    return run


def sweep() -> int:
    """Send every work of which something is due: its slot has no run, its worker was lost, its task went astray. Returns how many."""
    works, now = schedule.works(), database_now()
    _learn(works, now)
    known = dict(ScheduledWork.objects.values_list("pk", "known_since"))
    runs = _runs(works, now)
    due = [w for w in works if next_run(w, [r for r in runs if r.name == w.name], now=now, known_since=known[w.name])]
    for work in due:
        after_commit(work.task)
    return len(due)


def prune() -> int:
    """Forget runs after 90 days; of work done every minute keep one a day, a failed one rather than another. Returns how many went."""
    now = database_now()
    old = ScheduledRun.objects.exclude(pk__in=ScheduledRun.objects.unfinished().values("pk"))
    often = old.filter(name__in=[work.name for work in schedule.works() if isinstance(work.at, Every)], slot__lt=now - KEPT_OFTEN)
    place = Window(
        RowNumber(), partition_by=[F("name"), TruncDate("slot")], order_by=[Case(When(state=RunState.FAILED, then=0), default=1), "-slot"]
    )
    beside = often.order_by().annotate(place=place).filter(place__gt=1).values_list("pk", flat=True)
    gone = ScheduledRun.objects.filter(pk__in=list(beside)).delete()[0]
    return gone + old.filter(slot__lt=now - KEPT).delete()[0]


def _learn(works: Iterable[Work], now: datetime) -> None:
    """Work that the database does not know yet begins with its next planned time."""
    ScheduledWork.objects.bulk_create([ScheduledWork(name=work.name, known_since=now) for work in works], ignore_conflicts=True)


def _runs(works: Iterable[Work], now: datetime) -> list[ScheduledRun]:
    """Those a decision needs: unfinished ones, and those of the latest slots."""
    wanted = Q()
    for work in works:
        wanted |= Q(name=work.name) & (Q(state__in=(RunState.WAITING, RunState.RUNNING)) | Q(slot=work.at.latest(now)))
    return list(ScheduledRun.objects.filter(wanted)) if wanted else []


def _last_done(run: ScheduledRun) -> datetime | None:
    """The latest planned time before this run's that was done."""
    before = ScheduledRun.objects.filter(name=run.name, state=RunState.DONE, slot__lt=run.slot)
    return before.aggregate(last=Max("slot"))["last"]


def _place(error: Exception) -> str:
    """Class of the failure and the line of ours that it came from."""
    ours = [
        f"{Path(frame.filename).relative_to(settings.BASE_DIR)}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(settings.BASE_DIR) and "site-packages" not in frame.filename
    ]
    return f"{type(error).__name__} ({ours[-1]})" if ours else type(error).__name__
