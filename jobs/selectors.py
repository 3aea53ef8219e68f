"""What is known of the work of the clock: where each stands, and what is late."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from common import schedule
from common.schedule import Work
from jobs.due import expected, is_alive, is_late
from jobs.models import ScheduledRun, ScheduledWork
from jobs.states import RunState


@dataclass(frozen=True, slots=True)
class Standing:
    """Where some work stands. `last` is its newest run that was begun, `open` the one that runs or was asked for."""

    work: Work
    last: ScheduledRun | None
    open: ScheduledRun | None
    next_at: datetime
    is_late: bool
    is_running: bool
    has_alarm: bool  # what was done last told of a failure

    @property
    def is_red(self) -> bool:
        """Whether an administrator should look at it."""
        return self.is_late or self.has_alarm or (self.last is not None and self.last.state == RunState.FAILED)

    @property
    def state_label(self) -> str:
        """The one word of the list."""
        if self.is_running:
            return pgettext("scheduled work", "running")
        if self.last is not None and self.last.state == RunState.FAILED:
            return pgettext("scheduled work", "failed")
        if self.is_late:
            return pgettext("scheduled work", "not run in time")
        if self.has_alarm:
            return pgettext("scheduled work", "needs a look")
        if self.open is not None:
            return pgettext("scheduled work", "waits for a worker")
        return pgettext("scheduled work", "not run yet") if self.last is None else pgettext("scheduled work", "in order")

    @property
    def state_tone(self) -> str:
        """Its colour."""
        if self.is_running:
            return "info"
        if self.is_red:
            return "danger"
        return "success" if self.last is not None else "neutral"


def standings(*, user: User, now: datetime) -> list[Standing]:
    """All work, what needs a look first, then by name. Three queries."""
    runs = ScheduledRun.objects.visible_to(user)
    known = dict(ScheduledWork.objects.values_list("pk", "known_since"))
    newest = runs.filter(slot__lte=now).order_by("name", "-slot").distinct("name")
    last = {run.name: run for run in newest.exclude(state=RunState.WAITING)}
    done = {run.name: run for run in newest.filter(state=RunState.DONE)}
    unfinished = {run.name: run for run in runs.unfinished()}
    found = [
        _standing(work, last.get(work.name), unfinished.get(work.name), done.get(work.name), known.get(work.name), now)
        for work in schedule.works()
    ]
    return sorted(found, key=lambda one: (not one.is_red, one.work.part, one.work.name))


def standing(*, work: Work, user: User, now: datetime) -> Standing:
    """The same for one."""
    return next(one for one in standings(user=user, now=now) if one.work.name == work.name)


def _standing(
    work: Work, last: ScheduledRun | None, unfinished: ScheduledRun | None, done: ScheduledRun | None, known: datetime | None, now: datetime
) -> Standing:
    return Standing(
        work=work,
        last=last,
        open=unfinished,
        next_at=work.at.following(now),
        is_late=is_late(work, done.slot if done else None, now=now, known_since=known),
        is_running=unfinished is not None and is_alive(unfinished, now),
        has_alarm=done is not None and work.has_alarm(done.result),
    )


def late_work(*, now: datetime) -> list[str] | None:
    """Names of the work that is late, or whose last result raises an alarm; None while no scheduler and worker ever ran here.

    For the health check: two queries.
    """
    known = dict(ScheduledWork.objects.values_list("pk", "known_since"))
    if not known:
        return None
    works = schedule.works()
    in_time = Q(pk=None)
    for work in works:
        in_time |= Q(name=work.name, slot__gte=expected(work, now=now))
    rows = ScheduledRun.objects.filter(in_time, state=RunState.DONE, slot__lte=now).order_by("slot")
    done = {name: (slot, result) for name, slot, result in rows.values_list("name", "slot", "result")}
    nothing: tuple[datetime | None, dict[str, Any]] = (None, {})
    found = []
    for work in works:
        slot, result = done.get(work.name, nothing)
        if is_late(work, slot, now=now, known_since=known.get(work.name)) or work.has_alarm(result):
            found.append(work.name)
    return found


# What a failure of no class of its own means.
_FAILURES = {
    "WorkerLost": lambda: _("The worker was lost three times in the middle of it."),
    "SoftTimeLimitExceeded": lambda: _("It took longer than is allowed and was stopped."),
}


def result_in_words(run: ScheduledRun) -> str:
    """What came of it, such as “looked at: 12; people told: 3”; empty while it runs and where it counts nothing."""
    if run.state == RunState.FAILED:
        said = _FAILURES.get(run.error)
        return said() if said else _("It failed: %(error)s") % {"error": run.error}
    try:
        work = schedule.get(run.name)
    except KeyError:  # of a former version
        return ""
    parts = [_("%(what)s: %(count)s") % {"what": work.word(key), "count": value} for key, value in run.result.items()]
    return _("; ").join(parts)
