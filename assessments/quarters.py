"""Quarters of the year, as days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """One quarter, 1 to 4, of a year."""

    year: int
    number: int

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        """Its last day."""
        return self.after().start - timedelta(days=1)

    def before(self) -> "Quarter":
        """The one before."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    def after(self) -> "Quarter":
        """The next one."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    def __str__(self) -> str:
        return _("quarter %(number)d of %(year)d") % {"number": self.number, "year": self.year}


def quarter_of(day: date) -> Quarter:
    """The quarter in which a day lies."""
    return Quarter(day.year, (day.month + 2) // 3)


def back_from(day: date, number: int) -> Iterator[Quarter]:
    """So many quarters backwards, beginning with the one of the day."""
    quarter = quarter_of(day)
    for _n in range(number):
        yield quarter
        quarter = quarter.before()


def in_words(start: date, end: date) -> str:
    """“2026年第3季度” where the days are those of a quarter, else the days."""
    quarter = quarter_of(start)
    return str(quarter) if (start, end) == (quarter.start, quarter.end) else f"{start} – {end}"
