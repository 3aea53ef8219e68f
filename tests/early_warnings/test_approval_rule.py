"""How votes come to a decision (ADR 0012): a table by hand, and what must hold for every vote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from early_warnings.approval_rule import Rule, outcome

A, B, N = "approve", "return", "reject"
CAST, TWO_THIRDS = Rule(majority="cast"), Rule(majority="two_thirds")


@pytest.mark.parametrize(
    ("votes", "entitled", "rule", "expected"),
    [
        # Five entitled: quorum four, more than half is three.
        ([A, A, A], 5, Rule(), None),
        ([A, A, A, B], 5, Rule(), A),
        ([A, A, B, B], 5, Rule(), None),
        ([A, A, B, B, N], 5, Rule(), B),
        ([A, N, N, N], 5, Rule(), N),
        ([A, B, N, N], 5, Rule(), N),
        ([A, B, B, N], 5, Rule(), B),
        # Four entitled: quorum three, more than half is three; two against two is returned.
        ([A, A, N], 4, Rule(), None),
        ([A, A, N, N], 4, Rule(), N),
        ([A, A, B, N], 4, Rule(), B),
        # One entitled decides alone.
        ([A], 1, Rule(), A),
        ([N], 1, Rule(), N),
        ([], 1, Rule(), None),
        # Of the votes cast: two of three present.
        ([A, A, N], 4, CAST, A),
        ([A, N, B], 5, CAST, None),
        ([A, N, B], 4, CAST, B),
        ([A, N, B, B], 4, CAST, B),
        # Two thirds of six are four.
        ([A, A, A, N], 6, TWO_THIRDS, None),
        ([A, A, A, A], 6, TWO_THIRDS, A),
        ([A, A, A, N, N, N], 6, TWO_THIRDS, N),
        # A quorum of all.
        ([A, A, A, A], 5, Rule(1, 1), None),
        ([A, A, A, A, N], 5, Rule(1, 1), A),
    ],
)
def test_the_table(votes, entitled, rule, expected):
    assert outcome(votes, entitled, rule) == expected


RULES = st.builds(
    lambda n, extra, majority: Rule(n, n + extra, majority),
    st.integers(1, 4),
    st.integers(0, 4),
    st.sampled_from(["entitled", "cast", "two_thirds"]),
)


@given(st.integers(1, 9), st.lists(st.sampled_from([A, B, N]), max_size=9), RULES)
def test_for_every_vote(entitled, votes, rule):
    votes = votes[:entitled]
    found = outcome(votes, entitled, rule)
    if len(votes) == entitled:
        assert found is not None, "everybody has voted: there is a decision"
    if found == A:
        assert votes.count(A) > len(votes) / 2
        assert len(votes) * rule.quorum_denominator >= entitled * rule.quorum_numerator
    if found is None:
        assert votes.count(A) + (entitled - len(votes)) > 0, "what is undecided can still be approved"
    assert outcome(sorted(votes), entitled, rule) == outcome(list(reversed(votes)), entitled, rule), "the order plays no part"
