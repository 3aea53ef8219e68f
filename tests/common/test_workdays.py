"""Working days: the State Council's calendar while it is known, Monday to Friday beyond."""

from datetime import date, timedelta

import pytest

from common import workdays


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), 0),
        (date(2026, 11, 20), date(2026, 11, 23), 1),  # Friday to Monday
        (date(2026, 9, 30), date(2026, 10, 8), 1),  # the National Day week lies between
        (date(2026, 9, 30), date(2026, 10, 10), 3),  # 8, 9 and the Saturday worked in exchange
        (date(2026, 10, 8), date(2026, 9, 30), -1),
        (date(2033, 1, 1), date(2033, 1, 31), 21),  # not announced: Monday to Friday
    ],
)
def test_working_days_between(start, end, days):
    assert workdays.workdays_between(start, end) == days


def test_it_counts_the_days_that_are_working_days():
    """The sum of single days, as the calendar library has them, over its first and last years and beyond both."""
    for first in (date(2003, 12, 1), date(2012, 9, 15), date(2026, 1, 1)):
        worked = 0
        for n in range(1, 420):
            day = first + timedelta(days=n)
            worked += workdays.is_workday(day)
            assert workdays.workdays_between(first, day) == worked, day


def test_a_date_far_away_is_counted_at_once():
    assert workdays.describe(date(9999, 12, 31), date(2026, 11, 20)).tone == "ok"
    assert workdays.workdays_between(date(2026, 12, 31), date(9999, 12, 31)) > 2_000_000
