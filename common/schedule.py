"""What runs by the clock (ADR 0018).

An app says so in its `tasks.py`, which the web process, the worker and the scheduler load:

    @scheduled("talks.remind", at=Daily(7, 30), title=gettext_lazy("Reminders of talks"), part="talks")
    def remind_of_talks() -> Mapping[str, int | str] | None:
        return {"told": remind(today=timezone.localdate())}

The function becomes a Celery task of that name without arguments. However often the task is sent, the work of one planned time
(its slot) is done once: `scheduled_work_due` is bound to `jobs.scheduling.perform`, which claims the slot in the database, keeps
start, end, result and failure, and whose sweep finds slots that nobody did. A slot may nevertheless be worked on a second time after a
worker was killed in the middle or the function raised: the function must be safe to run twice. Of several slots missed only the latest
is done. The result is shown to administrators: numbers and words of no content, under the keys of WORDS or of `words`.

To have the same work done between two slots (after a commit), write a second `shared_task` beside it and send that one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from celery import Task, shared_task
from celery.schedules import crontab
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from common.hooks import Hook

# A worker was told that the time of some work may have come. Facts: work (Work).
scheduled_work_due = Hook("scheduled_work_due")

Text = str | Promise
Result = Mapping[str, int | str] | None
# What an alarm is raised for: a result that counts any of these.
NO_ALARMS: frozenset[str] = frozenset()

# What results usually count.
WORDS: Mapping[str, Text] = {
    "checked": pgettext_lazy("scheduled result", "looked at"),
    "changed": pgettext_lazy("scheduled result", "changed"),
    "made": pgettext_lazy("scheduled result", "made"),
    "told": pgettext_lazy("scheduled result", "people told"),
    "sent": pgettext_lazy("scheduled result", "sent"),
    "failed": pgettext_lazy("scheduled result", "failed"),
    "removed": pgettext_lazy("scheduled result", "removed"),
    "units": pgettext_lazy("scheduled result", "units"),
    "skipped": pgettext_lazy("scheduled result", "passed over"),
}


class Plan(Protocol):
    """When some work is to be done. Times of day are those of the installation's time zone."""

    @property
    def late_after(self) -> timedelta:
        """How long after a planned time its work may be missing before that counts as late."""

    def latest(self, now: datetime) -> datetime:
        """The last planned time that is not after `now` (aware)."""

    def following(self, now: datetime) -> datetime:
        """The first planned time after `now` (aware)."""

    def for_beat(self) -> crontab | float:
        """The same for Celery. It may send more often than planned: what is not due is not done."""

    def words(self) -> str:
        """The plan for people, such as “every day at 02:00”."""


def _at(day: date, hour: int, minute: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day at a time of day."""

    hour: int
    minute: int = 0

    @property
    def late_after(self) -> timedelta:
        return timedelta(hours=2)

    def latest(self, now: datetime) -> datetime:
        today = timezone.localdate(now)
        slot = _at(today, self.hour, self.minute)
        return slot if slot <= now else _at(today - timedelta(days=1), self.hour, self.minute)

    def following(self, now: datetime) -> datetime:
        return _at(timezone.localdate(self.latest(now)) + timedelta(days=1), self.hour, self.minute)

    def for_beat(self) -> crontab:
        return crontab(hour=self.hour, minute=self.minute)

    def words(self) -> str:
        return _("every day at %(time)s") % {"time": f"{self.hour:02}:{self.minute:02}"}


@dataclass(frozen=True, slots=True)
class Hourly:
    """Every hour at a minute."""

    minute: int = 0

    @property
    def late_after(self) -> timedelta:
        return timedelta(minutes=90)

    def latest(self, now: datetime) -> datetime:
        slot = timezone.localtime(now).replace(minute=self.minute, second=0, microsecond=0)
        return slot if slot <= now else slot - timedelta(hours=1)

    def following(self, now: datetime) -> datetime:
        return self.latest(now) + timedelta(hours=1)

    def for_beat(self) -> crontab:
        return crontab(minute=self.minute)

    def words(self) -> str:
        return ngettext("every hour at minute %(minute)d", "every hour at minute %(minute)d", self.minute) % {"minute": self.minute}


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many seconds, counted from the epoch: all processes agree on the slots."""

    seconds: int

    @property
    def late_after(self) -> timedelta:
        return timedelta(seconds=5 * self.seconds)

    def latest(self, now: datetime) -> datetime:
        epoch = int(now.timestamp())
        return datetime.fromtimestamp(epoch - epoch % self.seconds, tz=now.tzinfo)

    def following(self, now: datetime) -> datetime:
        return self.latest(now) + timedelta(seconds=self.seconds)

    def for_beat(self) -> float:
        return float(self.seconds)

    def words(self) -> str:
        minutes, rest = divmod(self.seconds, 60)
        if rest:
            return ngettext("every %(n)d second", "every %(n)d seconds", self.seconds) % {"n": self.seconds}
        return ngettext("every %(n)d minute", "every %(n)d minutes", minutes) % {"n": minutes}


@dataclass(frozen=True, slots=True)
class Quarterly:
    """On the last day of each quarter at a time of day."""

    hour: int
    minute: int = 0

    @property
    def late_after(self) -> timedelta:
        return timedelta(hours=2)

    def latest(self, now: datetime) -> datetime:
        slots = (_at(_quarter_end(now, back), self.hour, self.minute) for back in (0, 1))
        return next(slot for slot in slots if slot <= now)

    def following(self, now: datetime) -> datetime:
        slots = (_at(_quarter_end(now, back), self.hour, self.minute) for back in (0, -1))
        return next(slot for slot in slots if slot > now)

    def for_beat(self) -> crontab:
        return crontab(hour=self.hour, minute=self.minute, day_of_month="30,31", month_of_year="3,6,9,12")

    def words(self) -> str:
        return _("on the last day of each quarter at %(time)s") % {"time": f"{self.hour:02}:{self.minute:02}"}


def _quarter_end(now: datetime, back: int) -> date:
    """The last day of the quarter of `now`, or of one `back` quarters before it."""
    today = timezone.localdate(now)
    months = today.year * 12 + (today.month - 1) // 3 * 3 + 3 - 3 * back
    return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Work:
    """Some work of the clock. `part` is the label of the app under which the page lists it."""

    name: str
    at: Plan
    title: Text
    part: str
    function: Callable[..., Result]
    task: Task
    words: Mapping[str, Text]
    since_last: bool = False
    with_slot: bool = False
    alarms: frozenset[str] = NO_ALARMS

    def do(self, last_done: datetime | None, slot: datetime | None = None) -> Result:
        """Call the function; `last_done` is the slot that was done before (None at first), `slot` the one to be done now."""
        if self.with_slot:
            return self.function(slot)
        return self.function(last_done) if self.since_last else self.function()

    def has_alarm(self, result: Mapping[str, Any]) -> bool:
        """Whether a result tells of something that an administrator should look at."""
        return any(result.get(key) for key in self.alarms)

    def word(self, key: str) -> str:
        """What a number of the result counts; the key itself where nobody said."""
        return str(self.words.get(key) or WORDS.get(key) or key)


_works: dict[str, Work] = {}


def scheduled(
    name: str,
    *,
    at: Plan,
    title: Text,
    part: str,
    words: Mapping[str, Text] | None = None,
    since_last: bool = False,
    with_slot: bool = False,
    alarms: frozenset[str] = NO_ALARMS,
) -> Callable[[Callable[..., Result]], Task]:
    """Make the function a task of that name which the scheduler sends. Raises ValueError for a name that is taken.

    With `since_last` the function is called with the planned time that was done before, an aware datetime or None: for work that must
    make up for each day on which the server was off. With `with_slot` it is called with the planned time that is being done, by the
    database's clock: work whose outcome bears a day bears that of its plan, also when it is made up for after midnight. A result that
    counts one of `alarms` shows red on the page and makes the health check say “late”.
    """

    def register(function: Callable[..., Result]) -> Task:
        known = _works.get(name)
        if known is not None and known.function is not function:
            raise ValueError(f"two works of the clock are called {name!r}")

        def due() -> None:
            scheduled_work_due(work=get(name))

        due.__module__, due.__doc__ = function.__module__, function.__doc__
        task = shared_task(name=name)(due)
        _works[name] = Work(name, at, title, part, function, task, words or {}, since_last, with_slot, alarms)
        return task

    return register


def get(name: str) -> Work:
    """The work of that name; KeyError when there is none."""
    return _works[name]


def works() -> list[Work]:
    """All work of the clock, by name."""
    return [_works[name] for name in sorted(_works)]


# What waits in the broker longer than this is of no use to a later slot; the sweep sends what is due again.
_EXPIRES = 3600.0  # seconds


def beat_schedule() -> dict[str, Any]:
    """What Celery's beat is to send."""
    return {work.name: {"task": work.name, "schedule": work.at.for_beat(), "options": {"expires": _EXPIRES}} for work in works()}
