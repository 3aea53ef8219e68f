"""When something may be sent: worked out by hand from the State Council's calendar of 2026."""

from datetime import date, datetime, time, timedelta
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


@pytest.mark.parametrize(
    ("quiet", "hour", "moment", "day"),
    [
        (DEFAULT, 8, "2026-11-18 07:32", None),
        (DEFAULT, 8, "2026-11-18 08:02", "2026-11-18"),
        (DEFAULT, 8, "2026-11-18 20:02", "2026-11-18"),  # the server was off
        (DEFAULT, 8, "2026-11-18 21:02", None),
        (DEFAULT, 8, "2026-11-21 08:02", None),  # Saturday
        (DEFAULT, 8, "2026-10-10 08:02", "2026-10-10"),  # a Saturday worked in exchange
        (DEFAULT, 6, "2026-11-18 07:02", None),
        (DEFAULT, 6, "2026-11-18 08:02", "2026-11-18"),
        (DEFAULT, 21, "2026-11-18 07:02", None),
        (DEFAULT, 21, "2026-11-18 08:02", "2026-11-18"),  # Tuesday evening's
        (DEFAULT, 21, "2026-11-23 08:02", "2026-11-23"),  # Friday evening's
        (QuietHours(time(12), time(14), days_off=False), 13, "2026-11-18 11:02", None),
        (QuietHours(time(12), time(14), days_off=False), 13, "2026-11-18 14:02", "2026-11-18"),
        (QuietHours(time(0), time(23, 50), days_off=False), 8, "2026-11-18 23:02", None),
        (QuietHours(time(0), time(23, 50), days_off=False), 8, "2026-11-19 00:02", "2026-11-18"),
    ],
)
def test_the_daily_email_has_its_hour_or_the_end_of_the_quiet(quiet, hour, moment, day):
    assert quiet.digest_day(at(moment), hour=hour) == (day and date.fromisoformat(day))


@given(st.times(), st.times(), st.booleans(), st.integers(0, 23), st.integers(0, 29))
def test_whatever_one_chooses_each_working_day_has_one(start, until, days_off, hour, minute):
    """Looked at once an hour, 12 to 26 November 2026."""
    quiet = QuietHours(start, until, days_off)
    runs = [at("2026-11-12 00:00") + timedelta(hours=n, minutes=minute) for n in range(15 * 24)]
    days = {quiet.digest_day(moment, hour=hour) for moment in runs}
    wanted = {date(2026, 11, day) for day in range(13, 26) if not (days_off and day in (14, 15, 21, 22))}
    assert wanted <= days
    assert not (days_off and days & {date(2026, 11, day) for day in (14, 15, 21, 22)})
