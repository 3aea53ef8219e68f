"""Working days of the Chinese calendar, 调休 included (domain §5).

The calendar library knows a year only once the State Council has announced it; later years count Monday to Friday, and
`is_announced` lets the page say so.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
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
    return sum(is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


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
