"""Levels too small to hide in are counted together; worked by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.models import RaterLevel
from assessments.scoring.pooling import LEVELS, SMALLEST_GROUP, Pool, groups, labels, pool

# In the order in which PostgreSQL gives the keys of a JSON value back.
WEIGHTS = {"first": Decimal(50), "third": Decimal(20), "second": Decimal(30)}


def test_the_order_of_levels_is_that_of_the_settings():
    assert tuple(RaterLevel.values) == LEVELS


@pytest.mark.parametrize(
    ("sizes", "together"),
    [
        ((3, 3, 3), [("first",), ("second",), ("third",)]),
        ((2, 3, 3), [("first", "second"), ("third",)]),
        ((1, 1, 5), [("first", "second", "third")]),
        ((3, 1, 5), [("first",), ("second", "third")]),
        ((4, 5, 2), [("first",), ("second", "third")]),
        ((2, 5, 2), [("first", "second", "third")]),
        ((2, 0, 4), [("first", "third")]),
        ((0, 3, 4), [("second",), ("third",)]),
        ((0, 0, 2), [("third",)]),
        ((1, 0, 0), [("first",)]),
        ((0, 0, 0), []),
    ],
)
def test_which_levels_go_together(sizes, together):
    assert groups(zip(LEVELS, sizes, strict=True)) == together


@given(st.tuples(*[st.integers(0, 9)] * 3))
def test_no_group_is_too_small_unless_it_is_everybody(sizes):
    by_level = dict(zip(LEVELS, sizes, strict=True))
    found = groups(by_level.items())
    assert [level for group in found for level in group] == [level for level, size in by_level.items() if size]
    if len(found) > 1:
        assert all(sum(by_level[level] for level in group) >= SMALLEST_GROUP for group in found)


def test_a_ballot_says_only_the_group_of_those_who_are_asked():
    assert labels({"first": 1, "second": 4, "third": 6}) == {
        "first": "first+second",
        "second": "first+second",
        "third": "third",
    }
    assert labels({"second": 3}) == {"second": "second"}


def test_weights_add_up_and_levels_without_anybody_leave_theirs():
    given_ballots = [("first+second", "a"), ("third", "b"), ("first+second", "c"), ("third", "d"), ("first+second", "e"), ("third", "f")]
    assert pool(given_ballots, WEIGHTS) == [
        Pool(("first", "second"), Decimal(80), ("a", "c", "e")),
        Pool(("third",), Decimal(20), ("b", "d", "f")),
    ]
    assert pool([("second", n) for n in range(3)], WEIGHTS) == [Pool(("second",), Decimal(30), (0, 1, 2))]


def test_a_group_of_which_few_answered_joins_the_next_one():
    given_ballots = [("first", 1), ("third", 2), ("second", 3), ("first", 4), ("second", 5), ("third", 6), ("third", 7)]
    assert pool(given_ballots, WEIGHTS) == [
        Pool(("first", "second"), Decimal(80), (1, 3, 4, 5)),
        Pool(("third",), Decimal(20), (2, 6, 7)),
    ]
    assert pool(given_ballots[:4], WEIGHTS) == [Pool(("first", "second", "third"), Decimal(100), (1, 2, 3, 4))]


@given(st.lists(st.sampled_from(["first", "second+third"]), max_size=12))
def test_what_was_pooled_once_stays_so(given_labels):
    """Stored ballots bear the label of their pool and are pooled again when they are counted."""
    once = pool(list(enumerate_labels(given_labels)), WEIGHTS)
    stored = [(part.label, ballot) for part in once for ballot in part.ballots]
    assert pool(stored, WEIGHTS) == once


def enumerate_labels(given_labels):
    return ((label, n) for n, label in enumerate(given_labels))
