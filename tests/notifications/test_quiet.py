"""When something may be sent: worked out by hand from the State Council's calendar of 2026."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.workdays import is_workday
from notifications.quiet import DEFAULT, QuietHours

HERE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=HERE)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-18 10:00", "2026-11-18 10:00"),  # a Wednesday, by day
        ("2026-11-18 07:30", "2026-11-18 07:30"),
        ("2026-11-18 07:29", "2026-11-18 07:30"),
        ("2026-11-18 20:59", "2026-11-18 20:59"),
        ("2026-11-18 21:00", "2026-11-19 07:30"),
        ("2026-11-20 22:00", "2026-11-23 07:30"),  # Friday night to Monday
        ("2026-11-21 12:00", "2026-11-23 07:30"),  # Saturday
        ("2026-09-30 21:30", "2026-10-08 07:30"),  # National Day, 1 to 7 October
        ("2026-10-10 12:00", "2026-10-10 12:00"),  # a Saturday worked in exchange
        ("2026-02-14 09:00", "2026-02-14 09:00"),  # and another, before the Spring Festival
        ("2026-02-15 09:00", "2026-02-24 07:30"),  # the Spring Festival, 15 to 23 February
        ("2027-03-06 09:00", "2027-03-08 07:30"),  # not announced yet: Monday to Friday
    ],
)
def test_from_nine_to_half_past_seven_and_on_days_off(moment, opens):
    assert DEFAULT.next_open(at(moment)) == at(opens)


@pytest.mark.parametrize(
    ("quiet", "moment", "opens"),
    [
        (QuietHours(time(0), time(0), days_off=False), "2026-10-01 03:00", "2026-10-01 03:00"),  # none
        (QuietHours(time(0), time(0), days_off=True), "2026-10-01 03:00", "2026-10-08 00:00"),
        (QuietHours(time(12), time(14), days_off=False), "2026-10-01 12:30", "2026-10-01 14:00"),  # by day
        (QuietHours(time(12), time(14), days_off=False), "2026-10-01 11:59", "2026-10-01 11:59"),
        (QuietHours(time(22), time(6), days_off=False), "2026-10-01 23:00", "2026-10-02 06:00"),
    ],
)
def test_as_one_likes(quiet, moment, opens):
    assert quiet.next_open(at(moment)) == at(opens)


@given(
    st.builds(QuietHours, st.times(), st.times(), st.booleans()),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(HERE)),
)
def test_never_early_never_in_the_quiet(quiet, moment):
    opens = quiet.next_open(moment)
    assert opens >= moment
    assert quiet.is_open(opens)
    local = opens.astimezone(HERE)
    assert not (quiet.days_off and not is_workday(local.date()))
