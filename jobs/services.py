"""The life of a job. The row is the record of what is to be done; the broker only wakes a worker (quality.md, jobs).

`attempts` is also the token of who runs it: a worker that lost its lease to another can no longer finish, fail or cancel the job.
"""

import logging
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from common import files
from common.errors import DomainError, NotPossible
from common.later import after_commit
from common.models import StoredFile
from common.states import Transition
from jobs import registry
from jobs.hooks import job_changed
from jobs.models import Job
from jobs.registry import Cancelled
from jobs.running import LEASE, Pulse
from jobs.states import JOB_TABLE

MAX_ATTEMPTS = 3
ORPHAN_AGE = timedelta(days=1)
MAX_UNFINISHED = 10  # for each person, so that nobody fills the queue
WAKE_AGAIN = timedelta(seconds=45)

logger = logging.getLogger(__name__)


@transaction.atomic
def start(*, kind: str, title: str, arguments: dict[str, Any], by: User) -> Job:
    """Write the job down and wake a worker after the commit. `arguments` holds ids and filters only.

    Raises KeyError for an unknown kind and NotPossible when the person already has ten unfinished jobs.
    """
    registry.get(kind)
    if Job.objects.filter(owner=by).unfinished().count() >= MAX_UNFINISHED:
        raise NotPossible(_("You already have %(n)d jobs waiting. Wait until one is finished, or cancel one.") % {"n": MAX_UNFINISHED})
    language = translation.get_language() or ""
    job = Job.objects.create(kind=kind, title=title[:200], arguments={**arguments, "language": language}, owner=by)
    _tell(job, None, by)
    _wake(job)
    return job


def run(*, job_id: int) -> None:
    """Do the job once and whole, if it waits; called by the worker and safe to call any number of times."""
    job = claim(job_id=job_id)
    if job is None:
        return
    with translation.override(job.arguments.get("language") or translation.get_language()):
        try:
            _do(job)
        except Cancelled:
            cancelled(job=job)
        except DomainError as error:
            fail(job=job, message=str(error))
        except (OperationalError, InterfaceError):
            # The database went away: try again, as often as a killed worker's job.
            logger.exception("job %d: database error", job.pk)
            connection.close()
            release(job=job)
        except Exception:
            logger.exception("job %d failed", job.pk)
            fail(job=job, message=_("An unexpected error occurred. Nothing was changed; it has been recorded for the administrator."))


@transaction.atomic
def claim(*, job_id: int) -> Job | None:
    """Take a waiting job for a minute (the pulse renews it); None when it does not wait or somebody else takes it at this moment."""
    job = Job.objects.select_for_update(skip_locked=True).filter(pk=job_id, state=JOB_TABLE.initial).first()
    if job is None:
        return None
    transition = JOB_TABLE.move(job, "claim")
    job.attempts += 1
    job.done = job.total = 0
    job.claimed_until = timezone.now() + LEASE
    job.save()
    _tell(job, transition, None)
    return job


def _do(job: Job) -> None:
    """The job's work and its end in one transaction."""
    work = registry.get(job.kind)
    with transaction.atomic():
        with Pulse(job) as pulse:
            file = work(job, pulse)
        finish(job=job, file=file, place=pulse.place)


@transaction.atomic
def finish(*, job: Job, file: StoredFile | None, place: tuple[int, int] = (0, 0)) -> None:
    """The work is done; the file is kept for as long as its kind says. Raises Cancelled when the job is no longer this worker's."""
    held = _held(job)
    if held is None or held.cancel_asked:
        raise Cancelled
    transition = JOB_TABLE.move(held, "finish")
    held.done, held.total = (place[1], place[1]) if place[1] else (1, 1)
    held.file, held.report, held.message = file, job.report, job.message
    _end(held)
    held.expires_at = timezone.now() + registry.kept(held.kind)
    held.save()
    _tell(held, transition, None)


@transaction.atomic
def fail(*, job: Job, message: str) -> None:
    """The work cannot be done; the message says why."""
    if held := _held(job):
        transition = JOB_TABLE.move(held, "fail")
        held.message = message
        _end(held)
        held.save()
        _tell(held, transition, None)


@transaction.atomic
def cancelled(*, job: Job) -> None:
    """The worker stopped because the owner asked."""
    if held := _held(job):
        transition = JOB_TABLE.move(held, "cancel")
        _end(held)
        held.save()
        _tell(held, transition, None)


@transaction.atomic
def release(*, job: Job) -> None:
    """Put a job back whose worker was lost, or give it up after three attempts."""
    held = _held(job)
    if held is None:
        return
    if held.cancel_asked:
        cancelled(job=held)
    elif held.attempts >= MAX_ATTEMPTS:
        fail(job=held, message=_("It was interrupted three times and given up. Nothing was changed; please start it again."))
    else:
        transition = JOB_TABLE.move(held, "release")
        held.claimed_until = None
        held.save()
        _tell(held, transition, None)
        _wake(held)


@transaction.atomic
def cancel(*, job: Job, by: User) -> None:
    """The owner no longer wants it: a waiting job ends at once, a running one at its next step. Raises NotPossible when it has ended."""
    held = Job.objects.visible_to(by).select_for_update().get(pk=job.pk)
    if not held.is_unfinished:
        raise NotPossible(_("The job has already ended."))
    if held.state == JOB_TABLE.initial:
        transition = JOB_TABLE.move(held, "cancel")
        _end(held)
        held.save()
        _tell(held, transition, by)
    elif not held.cancel_asked:
        held.cancel_asked = True
        held.save()


def sweep() -> None:
    """Find what is due from the database alone: lost workers' jobs, waiting jobs nobody was woken for, files no longer kept."""
    now = timezone.now()
    for job in Job.objects.abandoned(now):
        release(job=job)
    for job in Job.objects.filter(state=JOB_TABLE.initial, created_at__lt=now - WAKE_AGAIN).order_by("pk")[:200]:
        _wake(job)
    for job in Job.objects.expired(now).select_related("file")[:200]:
        try:
            _forget(job.pk)
        except DatabaseError:
            logger.exception("job %d: its file could not be removed", job.pk)


def remove_orphans() -> int:
    """Files on disk that belong to no row any more, a day after they were written; returns how many."""
    return files.remove_orphans(before=timezone.now() - ORPHAN_AGE)


@transaction.atomic
def _forget(job_id: int) -> None:
    job = Job.objects.select_for_update(of=("self",)).select_related("file").get(pk=job_id)
    file, job.file = job.file, None
    job.save()
    if file is not None:
        files.discard(file)


def _held(job: Job) -> Job | None:
    """The locked row, while it still runs under the attempt that `job` was claimed with."""
    return Job.objects.select_for_update(of=("self",)).filter(pk=job.pk, state="running", attempts=job.attempts).first()


def _end(job: Job) -> None:
    job.claimed_until = None
    job.finished_at = timezone.now()


def _wake(job: Job) -> None:
    from jobs.tasks import run as task

    after_commit(task, job_id=job.pk)


def _tell(job: Job, transition: Transition | None, by: User | None) -> None:
    job_changed(job=job, transition=transition, by=by)
