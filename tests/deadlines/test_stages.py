"""Which reminder holds on which day, worked out with a calendar of 2026: 中秋 25 September, 国庆 1–7 October, 10 October worked."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import workdays
from deadlines import stages
from deadlines.registry import Intervals

RULE = Intervals(before=(5, 1), on_day=True, after=(1, 5), every=5, escalate=(3, 8, 15))
NOTHING = Intervals(before=(), on_day=False, after=(), every=0, escalate=())
FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("today", "stage", "up"),
    [
        (date(2026, 11, 12), None, []),
        (date(2026, 11, 13), "before:5", []),
        (date(2026, 11, 18), "before:5", []),
        (date(2026, 11, 19), "before:1", []),
        (date(2026, 11, 20), "day", []),
        (date(2026, 11, 23), "over:1", []),
        (date(2026, 11, 25), "over:1", ["up:1"]),
        (date(2026, 11, 27), "over:5", ["up:1"]),
        (date(2026, 12, 2), "over:5", ["up:1", "up:2"]),
        (date(2026, 12, 4), "over:10", ["up:1", "up:2"]),
        (date(2026, 12, 11), "over:15", ["up:1", "up:2", "up:3"]),
    ],
)
def test_due_on_a_friday(today, stage, up):
    assert stages.reached(FRIDAY, today, RULE) == stage
    assert stages.places(FRIDAY, today, RULE) == up


@pytest.mark.parametrize(
    ("today", "stage"),
    [
        # Due on Sunday, 4 October, in the holiday of 1 to 7 October: the last working day before it is Wednesday, 30 September;
        # Friday, 25 September, is 中秋.
        (date(2026, 9, 21), None),
        (date(2026, 9, 22), "before:5"),
        (date(2026, 9, 29), "before:1"),
        (date(2026, 9, 30), "day"),
        (date(2026, 10, 8), "over:1"),
        (date(2026, 10, 9), "over:1"),
        (date(2026, 10, 10), "over:1"),  # a Saturday that is worked
        (date(2026, 10, 13), "over:5"),
    ],
)
def test_due_in_a_holiday(today, stage):
    assert stages.reached(date(2026, 10, 4), today, RULE) == stage


def test_an_exchanged_saturday_counts_as_a_working_day():
    # Due Monday, 12 October: 10 October is worked, so Friday the 9th is two working days before.
    assert stages.reached(date(2026, 10, 12), date(2026, 10, 9), RULE) == "before:5"
    assert stages.reached(date(2026, 10, 12), date(2026, 10, 10), RULE) == "before:1"


def test_what_is_left_out_is_not_told():
    assert stages.reached(FRIDAY, FRIDAY, NOTHING) is None
    assert stages.reached(FRIDAY, date(2026, 12, 31), NOTHING) is None
    assert stages.places(FRIDAY, date(2026, 12, 31), NOTHING) == []
    only_before = Intervals(before=(3,), on_day=False, after=(), every=0, escalate=())
    assert stages.reached(FRIDAY, date(2026, 11, 24), only_before) == "before:3"  # what the server was off for is told late, once
    once = Intervals(before=(), on_day=True, after=(2,), every=0)
    assert stages.reached(FRIDAY, date(2026, 11, 23), once) == "day"
    assert stages.reached(FRIDAY, date(2026, 12, 31), once) == "over:2"
    every = Intervals(before=(), on_day=False, after=(), every=3)
    assert [stages.reached(FRIDAY, date(2026, 11, day), every) for day in (24, 25, 30)] == [None, "over:3", "over:6"]


def test_preview_of_a_thursday():
    found = stages.days_of_reminders(date(2026, 12, 10), RULE, until=date(2026, 12, 31))
    assert found == [
        (date(2026, 12, 3), "before:5"),
        (date(2026, 12, 9), "before:1"),
        (date(2026, 12, 10), "day"),
        (date(2026, 12, 11), "over:1"),
        (date(2026, 12, 15), "up:1"),
        (date(2026, 12, 17), "over:5"),
        (date(2026, 12, 22), "up:2"),
        (date(2026, 12, 24), "over:10"),
        (date(2026, 12, 31), "over:15"),
        (date(2026, 12, 31), "up:3"),
    ]


_DAYS = st.dates(min_value=date(2025, 3, 1), max_value=date(2026, 10, 31))
_SMALL = st.lists(st.integers(1, 30), max_size=4, unique=True).map(tuple)
_RULES = st.builds(Intervals, before=_SMALL, on_day=st.booleans(), after=_SMALL, every=st.integers(0, 9), escalate=_SMALL)


@given(_DAYS, _RULES)
def test_stages_only_go_forward_and_none_is_passed_over_by_who_comes_every_day(due_on, rule):
    seen: list[str] = []
    places: list[str] = []
    for offset in range(-60, 61):
        today = due_on + timedelta(days=offset)
        if not workdays.is_workday(today):
            continue
        stage = stages.reached(due_on, today, rule)
        if stage is not None and stage not in seen:
            seen.append(stage)
        now = stages.places(due_on, today, rule)
        assert now[: len(places)] == places
        places = now
    assert [stages.rank(stage) for stage in seen] == sorted({stages.rank(stage) for stage in seen})
    # 60 days hold at least 36 working days on either side of any day, holidays or not.
    wanted = {f"before:{days}" for days in rule.before} | ({"day"} if rule.on_day else set()) | {f"over:{days}" for days in rule.after}
    assert wanted <= set(seen)
    assert len(places) == len(rule.escalate)


@given(_DAYS, _RULES, st.integers(-40, 40))
def test_nothing_is_told_of_what_lies_beyond_the_look_ahead(due_on, rule, offset):
    today = due_on + timedelta(days=offset)
    if due_on > stages.look_ahead(today, [rule]):
        assert stages.reached(due_on, today, rule) is None
