"""Limits in days and the ladder of who is told, as pure rules. Dates by the State Council's calendar of 2026, worked out by hand."""

from datetime import date

import pytest

from early_warnings import limits
from early_warnings.ladder import Late, Place, ladder, reached
from early_warnings.limits import Light
from early_warnings.responsible import Chain

# 2026: National Day 1 to 7 October; Sunday 20 September and Saturday 10 October are worked; Mid-Autumn 25 to 27 September.


@pytest.mark.parametrize(
    ("start", "days", "working", "expected"),
    [
        (date(2026, 11, 20), 5, True, date(2026, 11, 27)),  # Friday to Friday
        (date(2026, 11, 21), 1, True, date(2026, 11, 23)),  # from a Saturday
        (date(2026, 9, 28), 5, True, date(2026, 10, 10)),  # 29, 30 September, 8, 9, and Saturday the 10th
        (date(2026, 9, 18), 2, True, date(2026, 9, 21)),  # Sunday the 20th is worked
        (date(2026, 9, 24), 1, True, date(2026, 9, 28)),  # Mid-Autumn
        (date(2026, 9, 28), 5, False, date(2026, 10, 3)),
        (date(2026, 2, 10), 0, True, date(2026, 2, 10)),
        (date(2031, 1, 6), 5, True, date(2031, 1, 13)),  # not announced: Monday to Friday
    ],
)
def test_the_day_a_limit_ends(start, days, working, expected):
    assert limits.due(start, days, working) == expected


def test_a_limit_of_fewer_than_no_days_is_an_error():
    with pytest.raises(ValueError, match="-1"):
        limits.due(date(2026, 11, 20), -1)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 2), Light.GREEN),
        (date(2026, 11, 19), Light.GREEN),  # 13 of 15 working days gone
        (date(2026, 11, 20), Light.AMBER),  # the 14th: 93 %
        (date(2026, 11, 22), Light.AMBER),  # Sunday
        (date(2026, 11, 23), Light.AMBER),  # the last day
        (date(2026, 11, 24), Light.RED),
    ],
)
def test_fifteen_working_days_show_amber_from_the_fourteenth(today, expected):
    start = date(2026, 11, 2)
    assert limits.due(start, 15) == date(2026, 11, 23)
    assert limits.light(start, date(2026, 11, 23), today) == expected


@pytest.mark.parametrize(
    ("share", "today", "expected"),
    [
        ("0.90", date(2026, 6, 29), Light.AMBER),  # day 180 of 200: exactly 90 %
        ("0.90", date(2026, 6, 28), Light.GREEN),
        ("0.5", date(2026, 4, 10), Light.AMBER),
        ("0.5", date(2026, 4, 9), Light.GREEN),
    ],
)
def test_the_share_counts_calendar_days_where_the_limit_does(share, today, expected):
    assert limits.light(date(2025, 12, 31), date(2026, 7, 19), today, float(share), working=False) == expected


def test_the_first_amber_day():
    assert limits.amber_from(date(2026, 11, 2), date(2026, 11, 23)) == date(2026, 11, 20)
    assert limits.amber_from(date(2026, 11, 2), date(2026, 11, 3)) == date(2026, 11, 3)


def test_years_whose_calendar_is_not_announced_are_named():
    assert limits.not_announced(date(2026, 11, 2), date(2026, 12, 2)) == []
    assert limits.not_announced(date(2026, 12, 20), date(2033, 1, 4))[-2:] == [2032, 2033]


CHAIN = Chain(department_head=1, deputy=2, unit_head=3, higher_head=4, discipline_head=5)


def late(state="rectifying", how="department_head", doers=(1, 9), chain=CHAIN, party=(3, 2, 6), shut_out=(9,)):
    return Late(state=state, responsible_how=how, doers=doers, chain=chain, discipline_head=5, party=party, shut_out=shut_out)


def told(facts):
    return [(rung.place, set(rung.people)) for rung in ladder(facts)]


def test_a_late_rectification_climbs_from_above_who_answers_for_it():
    assert told(late()) == [
        (Place.DEPUTY, {2}),
        (Place.UNIT_HEAD, {3}),
        (Place.PARTY_COMMITTEE, {6}),
        (Place.HIGHER_HEAD, {4}),
    ]
    assert told(late(how="deputy", doers=(2, 9)))[0] == (Place.UNIT_HEAD, {3})
    assert told(late(how="unit_head", doers=(3,))) == [(Place.PARTY_COMMITTEE, {2, 6}), (Place.HIGHER_HEAD, {4})]


def test_a_vacancy_is_passed_over_and_nobody_shut_out_is_told():
    assert told(late(chain=Chain(department_head=1, unit_head=3)))[0] == (Place.UNIT_HEAD, {3})
    assert told(late(shut_out=(9, 2)))[0] == (Place.UNIT_HEAD, {3})
    assert (Place.PARTY_COMMITTEE, {6}) in told(late(shut_out=(9, 2)))


def test_late_steps_of_the_committees():
    for state in ("returned", "approved", "reported", "verified"):
        assert told(late(state=state, doers=(5, 7))) == [(Place.DISCIPLINE_HEAD, {5}), (Place.PARTY_COMMITTEE, {3, 2, 6})]
    # Before the issue nobody but the committees knows of the warning.
    assert told(late(state="submitted", doers=(3,))) == [(Place.PARTY_COMMITTEE, {2, 6})]


@pytest.mark.parametrize(("days", "every", "count"), [(0, 5, 1), (4, 5, 1), (5, 5, 2), (10, 5, 3), (99, 5, 4), (2, 0, 3)])
def test_one_place_more_after_each_so_many_days(days, every, count):
    assert len(reached(ladder(late()), days, every)) == count
