"""Quiet hours: when nothing is sent to a person or a group. The inbox is not held back."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from common.workdays import is_workday
from notifications.models import QUIET_FROM, QUIET_UNTIL

# How late the hourly work may come (common.schedule, Hourly.late_after) and still find an opening that has passed.
_GRACE = timedelta(minutes=90)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local times of day; `until` before `start`: over midnight; equal: none. Days off are those of the Chinese calendar."""

    start: time = QUIET_FROM
    until: time = QUIET_UNTIL
    days_off: bool = True

    def next_open(self, moment: datetime) -> datetime:
        """The moment itself when it is not quiet then, else the first after it at which it is not (aware, local time zone)."""
        local = timezone.localtime(moment)
        while True:
            if self.days_off and not is_workday(local.date()):
                local = _at(local, time.min, days=1)
            elif self.start <= self.until:
                return _at(local, self.until) if self.start <= local.time() < self.until else _same(moment, local)
            elif local.time() >= self.start:
                local = _at(local, time.min, days=1)
            else:
                return _at(local, self.until) if local.time() < self.until else _same(moment, local)

    def is_open(self, moment: datetime) -> bool:
        """Whether something may be sent now."""
        return self.next_open(moment) == moment

    def digest_day(self, moment: datetime, *, hour: int) -> date | None:
        """The day whose digest may be made now, None when none may.

        Every working day has one, at the hour; when that is quiet, when the quiet is over. It is made until the next quiet, or within the
        grace, for the open time may be shorter than the hour between two runs: it is then sent when it is open again.
        """
        today = timezone.localtime(moment).date()
        for day in (today, today - timedelta(days=1)):
            opens = self._digest_from(day, hour)
            if opens is not None and opens <= moment and (moment - opens < _GRACE or (day == today and self.is_open(moment))):
                return day
        return None

    def _digest_from(self, day: date, hour: int) -> datetime | None:
        if self.days_off and not is_workday(day):
            return None
        opens = self.next_open(_on(day, time(hour)))
        # The evening of a day is quiet: its digest comes in the morning of the next one, as this day's does that of the one before.
        return opens if opens.date() == day else self.next_open(_on(day, time.min))


DEFAULT = QuietHours()


def _at(local: datetime, clock: time, days: int = 0) -> datetime:
    return _on(local.date() + timedelta(days=days), clock)


def _on(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))


def _same(moment: datetime, local: datetime) -> datetime:
    """Without the detour through local time where nothing was moved."""
    return moment if local == moment else local
