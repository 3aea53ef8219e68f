"""Working days of the Chinese calendar, 调休 included (domain §5).

The calendar library knows a year only once the State Council has announced it; later years count Monday to Friday, and
`is_announced` lets the page say so.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

import chinese_calendar
from chinese_calendar import constants
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def is_announced(year: int) -> bool:
    """Whether the holidays of the year are known."""
    try:
        chinese_calendar.is_workday(date(year, 12, 31))
    except NotImplementedError:
        return False
    return True


def is_workday(day: date) -> bool:
    """Whether people work on that day."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def add_workdays(start: date, days: int) -> date:
    """The working day that lies `days` working days after `start` (the day itself does not count); days ≥ 0."""
    current = start
    while days > 0:
        current += timedelta(days=1)
        if is_workday(current):
            days -= 1
    return current


def workdays_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
    if end < start:
        return -workdays_between(end, start)
    return _weekdays_until(end) - _weekdays_until(start) + _moved_until(end) - _moved_until(start)


def _weekdays_until(day: date) -> int:
    """Mondays to Fridays from 1 January of year 1, a Monday, up to and including the day."""
    weeks, rest = divmod(day.toordinal(), 7)
    return 5 * weeks + min(rest, 5)


# Days on which people do otherwise than the weekday says: −1 a holiday from Monday to Friday, +1 a weekend worked in exchange. Counting
# days one by one took a list of measures half a second, and as long as one likes for a date far away.
_DIFFERS = sorted(
    [(day, -1) for day in constants.holidays if day.weekday() < 5 and day not in constants.workdays]
    + [(day, 1) for day in constants.workdays if day.weekday() >= 5]
)
_DAYS = [day for day, _by in _DIFFERS]
_SUMS = list(accumulate((by for _day, by in _DIFFERS), initial=0))


def _moved_until(day: date) -> int:
    return _SUMS[bisect_right(_DAYS, day)]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date with what it means today: tone is ok, soon (three working days or fewer), today or overdue."""

    due: date
    text: str
    tone: str


def describe(due: date, today: date) -> Deadline:
    """How a deadline reads today, such as “3 working days left” (design.md)."""
    if due == today:
        return Deadline(due, _("due today"), "today")
    days = workdays_between(today, due)
    if due > today:
        text = ngettext("%(n)d working day left", "%(n)d working days left", days) % {"n": days}
        return Deadline(due, text, "soon" if days <= 3 else "ok")
    days = max(-days, 1)
    return Deadline(due, ngettext("%(n)d working day overdue", "%(n)d working days overdue", days) % {"n": days}, "overdue")
