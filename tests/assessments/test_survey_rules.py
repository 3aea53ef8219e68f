"""Wilson's interval against numbers worked by hand, and what may be shown of small counts. No database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.interval import wilson, z_of
from assessments.quarters import Quarter, back_from, quarter_of
from assessments.survey_rules import complete, rate, shown_places

Z = 1.96


class TestWilson:
    # (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n) with z² = 3.8416, on paper:
    @pytest.mark.parametrize(
        ("successes", "n", "low", "high"),
        [
            # 0.1 + 0.019208 = 0.119208; √(0.0009 + 0.00009604) = 0.0315601 · 1.96 = 0.0618578; / 1.038416
            (10, 100, 0.05523, 0.17437),
            # 0.5 + 0.19208 = 0.69208; √(0.025 + 0.009604) = 0.1860215 · 1.96 = 0.3646021; / 1.38416
            (5, 10, 0.23659, 0.76341),
            # none: 0.07683; √0.001537 = 0.0392 · 1.96 = 0.07683; high = 0.153664 / 1.153664
            (0, 25, 0.0, 0.13320),
            # all: 1 − the bound above
            (25, 25, 0.86680, 1.0),
            (0, 0, 0.0, 1.0),
        ],
    )
    def test_by_hand(self, successes, n, low, high):
        assert wilson(successes, n, Z) == pytest.approx((low, high), abs=0.00002)

    @pytest.mark.parametrize(("successes", "n", "z"), [(-1, 5, Z), (6, 5, Z), (1, 5, -1.0)])
    def test_impossible_numbers(self, successes, n, z):
        with pytest.raises(ValueError, match="needed"):
            wilson(successes, n, z)

    @given(n=st.integers(0, 3000), data=st.data(), z=st.floats(0, 4))
    def test_the_share_lies_inside(self, n, data, z):
        successes = data.draw(st.integers(0, n))
        low, high = wilson(successes, n, z)
        share = successes / n if n else 0.0
        assert 0 <= low <= share <= high <= 1 or n == 0

    @given(n=st.integers(1, 3000), data=st.data())
    def test_more_contact_never_lowers_a_bound(self, n, data):
        successes = data.draw(st.integers(0, n - 1))
        before, after = wilson(successes, n, Z), wilson(successes + 1, n, Z)
        assert before[0] <= after[0]
        assert before[1] <= after[1]

    @given(n=st.integers(1, 500), data=st.data())
    def test_more_answers_with_the_same_share_are_surer(self, n, data):
        successes = data.draw(st.integers(0, n))
        (low, high), (closer_low, closer_high) = wilson(successes, n, Z), wilson(2 * successes, 2 * n, Z)
        assert low <= closer_low + 1e-12
        assert closer_high <= high + 1e-12

    @pytest.mark.parametrize(("confidence", "z"), [(90, 1.64485), (95, 1.95996), (99, 2.57583)])
    def test_z(self, confidence, z):
        assert z_of(confidence) == pytest.approx(z, abs=0.00001)

    def test_the_bounds_are_rounded_outwards(self):
        found = rate(10, 100, Z)
        assert (found.at_least, found.at_most, found.percent) == (5.5, 17.5, 10.0)


class TestShownPlaces:
    @pytest.mark.parametrize(
        ("answers", "shown"),
        [
            ({1: 12, 2: 20}, {1, 2}),
            # One alone is too small: with the whole known, the rest gives it away. The next smallest is hidden too.
            ({1: 3, 2: 20, 3: 12}, {2}),
            ({1: 3, 2: 20}, set()),
            # Two are too small, but their sum of 8 is still below ten: the next smallest is hidden with them.
            ({1: 3, 2: 5, 3: 20, 4: 15}, {3}),
            # Two are too small, together 11: the sum may be known.
            ({1: 5, 2: 6, 3: 20, 4: 15}, {3, 4}),
            # Nobody answered about 3: there is nothing to hide.
            ({1: 12, 2: 20, 3: 0}, {1, 2}),
            ({}, set()),
        ],
    )
    def test_by_hand(self, answers, shown):
        assert shown_places(answers, 10) == shown

    @given(answers=st.dictionaries(st.integers(1, 12), st.integers(0, 40)), minimum=st.integers(5, 20))
    def test_subtraction_never_leads_below_the_minimum(self, answers, minimum):
        shown = shown_places(answers, minimum)
        hidden = [n for place, n in answers.items() if place not in shown and n]
        assert all(answers[place] >= minimum for place in shown)
        assert not shown or not hidden or (len(hidden) > 1 and sum(hidden) >= minimum)


def test_an_answer_is_valid_when_nothing_is_left_out():
    assert complete([True, False])
    assert not complete([True, None])


def test_quarters():
    assert quarter_of(date(2026, 11, 22)) == Quarter(2026, 4)
    assert (Quarter(2026, 1).start, Quarter(2026, 1).end) == (date(2026, 1, 1), date(2026, 3, 31))
    assert list(back_from(date(2026, 2, 1), 3)) == [Quarter(2026, 1), Quarter(2025, 4), Quarter(2025, 3)]
