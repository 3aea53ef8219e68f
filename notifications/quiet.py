"""Quiet hours: when nothing is sent to a person or a group. The inbox is not held back."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from common.workdays import is_workday
from notifications.models import QUIET_FROM, QUIET_UNTIL


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


DEFAULT = QuietHours()


def _at(local: datetime, clock: time, days: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(local.date() + timedelta(days=days), clock))


def _same(moment: datetime, local: datetime) -> datetime:
    """Without the detour through local time where nothing was moved."""
    return moment if local == moment else local
