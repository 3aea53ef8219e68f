"""What of the work of the clock is due, and what is late: decided from its plan and its runs alone, without the database."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from common.schedule import Work
from jobs.models import ScheduledRun
from jobs.states import RunState

MAX_ATTEMPTS = 3
TRY_AGAIN_AFTER = timedelta(minutes=5)


def next_run(work: Work, runs: Iterable[ScheduledRun], *, now: datetime, known_since: datetime) -> ScheduledRun | None:
    """The run to be begun now: one of `runs`, or a new one (not saved) for the latest planned time. None when nothing is due.

    `runs` are the unfinished ones of the work and that of its latest slot. One run of a work goes on at a time. Those whose worker was
    lost and those asked for by somebody come first; a failed one is tried again while no later time has come.
    """
    rows = sorted(runs, key=lambda run: run.slot)
    unfinished = [run for run in rows if run.state in (RunState.RUNNING, RunState.WAITING)]
    if any(is_alive(run, now) for run in unfinished):
        return None
    if unfinished:
        return min(unfinished, key=lambda run: (run.state != RunState.RUNNING, run.slot))
    slot = work.at.latest(now)
    if slot < known_since:
        return None
    found = next((run for run in rows if run.slot == slot), None)
    if found is None:
        return ScheduledRun(name=work.name, slot=slot)
    return found if _worth_another_try(found, now) else None


def is_alive(run: ScheduledRun, now: datetime) -> bool:
    """Whether a worker has it and has said so lately."""
    return run.state == RunState.RUNNING and run.claimed_until is not None and run.claimed_until > now


def _worth_another_try(run: ScheduledRun, now: datetime) -> bool:
    if run.state != RunState.FAILED or run.attempts >= MAX_ATTEMPTS or run.finished_at is None:
        return False
    return run.finished_at + TRY_AGAIN_AFTER <= now


def expected(work: Work, *, now: datetime) -> datetime:
    """The latest planned time whose work has to be done by now."""
    return work.at.latest(now - work.at.late_after)


def is_late(work: Work, last_done: datetime | None, *, now: datetime, known_since: datetime | None) -> bool:
    """Whether work that should be done by now is not. `last_done` is the newest slot done; unknown work cannot be late."""
    slot = expected(work, now=now)
    return known_since is not None and slot >= known_since and (last_done is None or last_done < slot)
