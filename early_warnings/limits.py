"""Time limits of the steps of a warning, and the light they show: pure rules (domain §5).

Days are calendar days or working days of the Chinese calendar, 调休 included. For a year whose holidays the State Council has not
announced yet, Monday to Friday count as working days; `not_announced` tells the page so.
"""

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from common import workdays

AMBER_SHARE = Decimal("0.9")


class Light(StrEnum):
    """How a running limit stands today."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


def due(start: date, days: int, working: bool = True) -> date:
    """The last day of a limit of `days` (≥ 0) that begins to run after `start`; the day itself does not count."""
    if days < 0:
        raise ValueError(f"a limit of {days} days")
    return workdays.add_workdays(start, days) if working else start + timedelta(days=days)


def light(start: date, due_on: date, today: date, amber_share: Decimal | float = AMBER_SHARE, *, working: bool = True) -> Light:
    """Red from the day after the last one; amber once `amber_share` (0 to 1) of the limit's days has gone by; else green.

    With 15 working days and 90 % the fourteenth is the first amber one. The last day of a limit is never green.
    """
    if today > due_on:
        return Light.RED
    gone, whole = _days(start, today, working), _days(start, due_on, working)
    return Light.AMBER if today == due_on or gone >= whole * Decimal(str(amber_share)) else Light.GREEN


def amber_from(start: date, due_on: date, amber_share: Decimal | float = AMBER_SHARE, *, working: bool = True) -> date:
    """The first day that shows amber."""
    day = start
    while light(start, due_on, day, amber_share, working=working) == Light.GREEN:
        day += timedelta(days=1)
    return day


def not_announced(start: date, due_on: date) -> list[int]:
    """The years the limit runs through whose working days are not known yet."""
    return [year for year in range(start.year, due_on.year + 1) if not workdays.is_announced(year)]


def _days(start: date, end: date, working: bool) -> int:
    return workdays.workdays_between(start, end) if working else (end - start).days
