"""The rules of counting points, by table and by property."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from early_warnings.points import (
    Above,
    Cycle,
    Direction,
    PointRules,
    amount_problem,
    crossed,
    in_words,
    is_over,
    leader_of_department,
    leader_of_person,
    leader_share,
    reached,
    scheme_problems,
    standing,
    window,
)

num = Decimal


@dataclass(frozen=True)
class Line:
    points: Decimal


TWELVE = PointRules()
HALVES = PointRules(step=num("0.5"), cap=None, direction=Direction.UP, share=num(50))
COLOURS = [Line(num(3)), Line(num(6)), Line(num(12))]
halves = st.integers(0, 200).map(lambda n: num(n) / 2)


@pytest.mark.parametrize(
    ("rules", "total", "counted", "left"),
    [
        (TWELVE, "0", "0", "12"),
        (TWELVE, "5", "5", "7"),
        (TWELVE, "12", "12", "0"),
        (TWELVE, "15", "12", "0"),
        (TWELVE, "-2", "0", "12"),
        (PointRules(cap=None), "15", "15", "-3"),
        (PointRules(cap=num(20)), "25", "20", "-8"),
        (HALVES, "13.5", "13.5", None),
        (PointRules(direction=Direction.UP, cap=num(18)), "30", "18", None),
    ],
)
def test_standing(rules, total, counted, left):
    found = standing(num(total), rules)
    assert (found.counted, found.left) == (num(counted), None if left is None else num(left))


@pytest.mark.parametrize(
    ("rules", "points", "code"),
    [
        (TWELVE, "0", None),
        (TWELVE, "12", None),
        (TWELVE, "12.5", "beyond"),
        (TWELVE, "13", "beyond"),
        (TWELVE, "0.5", "step"),
        (TWELVE, "-1", "negative"),
        (TWELVE, "NaN", "negative"),
        (TWELVE, "Infinity", "negative"),
        (HALVES, "0.5", None),
        (HALVES, "0.3", "step"),
        (PointRules(cap=num(20)), "15", None),
        (PointRules(cap=None), "13", "beyond"),
    ],
)
def test_amount(rules, points, code):
    found = amount_problem(num(points), rules)
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("share", "step", "points", "expected"),
    [
        ("50", "1", "3", "2"),  # 1.5 rounds up to whole points
        ("50", "0.5", "3", "1.5"),
        ("30", "1", "1", "0"),
        ("30", "0.5", "1", "0.5"),  # 0.3 is nearer to half a point than to none
        ("20", "0.5", "1", "0"),
        ("50", "1", "1", "1"),
        ("100", "1", "6", "6"),
        ("0", "1", "6", "0"),
        ("50", "1", "0", "0"),
        ("50", "1", "-4", "0"),
    ],
)
def test_the_leaders_share(share, step, points, expected):
    assert leader_share(num(points), PointRules(step=num(step), share=num(share))) == num(expected)


@given(halves, st.integers(0, 100), st.sampled_from([num("0.5"), num(1)]))
def test_a_share_is_a_multiple_of_the_step_and_at_most_half_a_step_off(points, share, step):
    points -= points % step
    rules = PointRules(step=step, share=num(share))
    found = leader_share(points, rules)
    assert found % step == 0
    assert 0 <= found <= points
    assert abs(found - points * share / 100) <= step / 2


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(0, 2, []), (0, 3, [3]), (2, 6, [3, 6]), (3, 5, []), (3, 6, [6]), (0, 12, [3, 6, 12]), (6, 3, []), (12, 12, [])],
)
def test_thresholds_crossed(before, after, expected):
    assert [int(line.points) for line in crossed(num(before), num(after), COLOURS)] == expected


@given(st.lists(halves, max_size=12))
def test_each_threshold_is_crossed_at_most_once_while_points_only_grow(amounts):
    total, seen = num(0), []
    for amount in amounts:
        seen += crossed(total, total + amount, COLOURS)
        total += amount
    assert seen == [line for line in COLOURS if line.points <= total]
    assert reached(total, COLOURS) == (seen[-1] if seen else None)


@given(st.lists(st.tuples(halves, st.booleans()), max_size=15), st.sampled_from([TWELVE, HALVES, PointRules(cap=None)]))
def test_a_countered_entry_leaves_no_trace_in_the_balance(entries, rules):
    kept = sum((points for points, countered in entries if not countered), num(0))
    booked = sum((points - points if countered else points for points, countered in entries), num(0))
    assert standing(booked, rules) == standing(kept, rules)


@given(st.decimals(-50, 300, places=1), st.sampled_from([TWELVE, HALVES, PointRules(cap=None), PointRules(cap=num(30))]))
def test_standing_stays_in_its_limits(total, rules):
    found = standing(total, rules)
    assert found.counted >= 0
    assert rules.cap is None or found.counted <= rules.cap
    if rules.direction == Direction.DOWN:
        assert found.counted + found.left == rules.full


@pytest.mark.parametrize(
    ("cycle", "on", "start", "end"),
    [
        (Cycle.CALENDAR, "2026-11-22", "2026-01-01", "2026-12-31"),
        (Cycle.ROLLING, "2026-11-22", "2025-11-23", "2026-11-22"),
        (Cycle.ROLLING, "2028-02-29", "2027-03-01", "2028-02-29"),
        (Cycle.ROLLING, "2027-02-28", "2026-03-01", "2027-02-28"),
        (Cycle.ROLLING, "2026-01-01", "2025-01-02", "2026-01-01"),
    ],
)
def test_window(cycle, on, start, end):
    assert window(cycle, date.fromisoformat(on)) == (date.fromisoformat(start), date.fromisoformat(end))


@given(st.dates(date(2001, 1, 1), date(2100, 1, 1)))
def test_a_rolling_window_is_a_year_long_and_loses_no_day(on):
    start, end = window(Cycle.ROLLING, on)
    assert (end - start).days in (364, 365)
    next_start, _end = window(Cycle.ROLLING, on + timedelta(days=1))
    assert (next_start - start).days in (0, 1, 2)


@pytest.mark.parametrize(("today", "expected"), [("2026-12-30", False), ("2026-12-31", True), ("2027-01-01", True), ("2025-12-31", False)])
def test_a_year_closes_on_its_last_day(today, expected):
    assert is_over(2026, date.fromisoformat(today)) is expected


GOOD = [(num(3), 2), (num(6), 3), (num(12), 4)]


@pytest.mark.parametrize(
    ("rules", "thresholds", "codes"),
    [
        (TWELVE, GOOD, []),
        (HALVES, [(num("2.5"), 1), (num(30), 2)], []),
        (PointRules(step=num("0.3")), GOOD, ["step"]),
        (PointRules(full=num(0)), GOOD, ["full"]),
        (PointRules(full=num("12.5")), GOOD, ["full"]),
        (PointRules(cap=num(-1)), [], ["cap", "no_threshold"]),
        (PointRules(share=num(101)), GOOD, ["share"]),
        (PointRules(share=num("0.5")), GOOD, ["share"]),
        (TWELVE, [], ["no_threshold"]),
        (TWELVE, [(num(3), 2), (num(3), 3)], ["twice"]),
        (TWELVE, [(num(0), 1)], ["threshold"]),
        (TWELVE, [(num("2.5"), 1)], ["threshold"]),
        (TWELVE, [(num(13), 1)], ["threshold"]),
        (TWELVE, [(num(3), 3), (num(6), 2)], ["order"]),
        (TWELVE, [(num(3), 2), (num(6), 2)], ["order"]),
    ],
)
def test_a_scheme_that_makes_no_sense_is_told(rules, thresholds, codes):
    assert [problem.code for problem in scheme_problems(rules, thresholds)] == codes


def test_amounts_in_words():
    assert [in_words(num(text)) for text in ("0.0", "3.0", "0.5", "100", "-1.50")] == ["0", "3", "0.5", "100", "-1.5"]


@pytest.mark.parametrize(
    ("person", "above", "leader"),
    [
        (9, Above(1, 2, 3), 1),
        (9, Above(None, 2, 3), 2),
        (1, Above(1, 2, 3), 2),  # the head of the department
        (1, Above(1, None, 3), 3),
        (2, Above(None, None, 3), 3),  # a deputy, who works in no department
        (3, Above(None, None, 3), None),  # the unit head
        (3, Above(3, 3, 3), None),
        (9, Above(), None),
    ],
)
def test_the_first_place_above_that_somebody_else_fills_answers(person, above, leader):
    assert leader_of_person(person, above) == leader


@pytest.mark.parametrize(("above", "leader"), [(Above(1, 2, 3), 2), (Above(1, None, 3), 3), (Above(1), None)])
def test_the_leader_in_charge_answers_for_a_department(above, leader):
    assert leader_of_department(above) == leader
