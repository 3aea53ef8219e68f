"""Over which days points are added up: the calendar year (002), or the twelve months before a day."""

from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Cycle(models.TextChoices):
    CALENDAR = "calendar", _("calendar year")
    ROLLING = "rolling12", _("rolling twelve months")


def year_before(day: date) -> date:
    """The same day a year earlier; 29 February gives 28 February, as PostgreSQL's interval does."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def window(cycle: str, on: date) -> tuple[date, date]:
    """First and last day of the cycle that counts on a day: its year, or the twelve months that end with it."""
    if cycle == Cycle.CALENDAR:
        return date(on.year, 1, 1), date(on.year, 12, 31)
    return year_before(on) + timedelta(days=1), on


def is_over(year: int, today: date) -> bool:
    """Whether a calendar cycle may be closed: on its last day and after (domain §5: the cycle closes on 31 December)."""
    return today >= date(year, 12, 31)
