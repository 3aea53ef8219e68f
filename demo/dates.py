"""When things happened in the demo.

Texts are written for 21 November 2026: last year's campaign is finished, this year's is half-way. On another day everything moves by
whole weeks, so that weekdays stay and what is "today" in the story is today, or at most six days ago.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

WRITTEN_FOR = date(2026, 11, 21)


@dataclass(frozen=True, slots=True)
class Calendar:
    """`today` is the day on which the demo is loaded; every date given is one of the story."""

    today: date

    @property
    def shift(self) -> timedelta:
        """How far the story is moved."""
        return timedelta(weeks=(self.today - WRITTEN_FOR).days // 7)

    def day(self, text: str) -> date:
        """The day that the story calls `text` ("2026-11-03")."""
        return date.fromisoformat(text) + self.shift

    def at(self, text: str, hour: int = 9, minute: int = 0) -> datetime:
        """That day at a time of the day."""
        return self.moment(self.day(text), hour * 60 + minute)

    def moment(self, day: date, minutes: int) -> datetime:
        """A moment of a day, in minutes since midnight."""
        return timezone.make_aware(datetime.combine(day, time(minutes // 60 % 24, minutes % 60)))

    @property
    def year(self) -> int:
        """The year of the running campaign."""
        return self.day("2026-11-02").year
