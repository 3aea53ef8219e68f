"""Who is asked about whom, by the rule of domain §6. Plain values, no database."""

import pytest

from assessments.proposal import SPARE, Organisation, Post, group_of, people, raters

HEAD, DEPUTY, MEMBER = 1, 2, 3
OFFICE, LICENCE, FIELD = 10, 20, 30


def posts() -> list[Post]:
    """A unit of 16: head, deputy, member; three departments with head, deputy head and staff (the third has one clerk only)."""
    rows: list[tuple[int, int | None, str]] = [(HEAD, None, "unit_head"), (DEPUTY, None, "deputy"), (MEMBER, None, "leadership_member")]
    for department, staff in ((OFFICE, 4), (LICENCE, 3), (FIELD, 1)):
        rows += [(department + 1, department, "department_head"), (department + 2, department, "deputy_department_head")]
        rows += [(department + 3 + n, department, "staff") for n in range(staff)]
    return [Post(person, 1000 + person, place, rank, order=n) for n, (person, place, rank) in enumerate(rows)]


UNIT = Organisation(tuple(posts()), charge={OFFICE: frozenset({DEPUTY}), LICENCE: frozenset({DEPUTY}), FIELD: frozenset({MEMBER})})


def asked(person: int, organisation: Organisation = UNIT, **more: int) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for one in raters(organisation, person, **more):  # type: ignore[arg-type]
        found.setdefault(one.relation, set()).add(one.person_id)
    return found


def test_a_clerk_is_rated_by_heads_leader_and_colleagues() -> None:
    found = asked(13)
    assert found["superior"] == {11, 12, DEPUTY}
    assert found["peer"] == {14, 15, 16}
    # Three of the other department under the same leader, enough to be told apart in secret.
    assert len(found["partner"]) == 3
    assert found["partner"] < {21, 22, 23, 24, 25}


def test_partners_are_spread_so_that_nobody_has_many_to_answer_about() -> None:
    """Four clerks of the office ask twelve times among the five of the licence department: nobody more than three times."""
    times = [pk for clerk in (13, 14, 15, 16) for pk in asked(clerk)["partner"]]
    assert len(times) == 12
    assert max(times.count(pk) for pk in times) == 3


def test_a_department_head_is_rated_by_leaders_other_heads_and_the_own_people() -> None:
    assert asked(21) == {"superior": {DEPUTY, HEAD, MEMBER}, "peer": {11, 12, 22, 31, 32}, "subordinate": {23, 24, 25}}


def test_of_many_department_heads_the_nearest_are_peers_and_everybody_is_asked_as_often() -> None:
    heads = range(1, 100)
    large = Organisation(posts=tuple(Post(pk, 1000 + pk, pk, "department_head", order=pk) for pk in heads))
    peers = {pk: {asked.person_id for asked in raters(large, pk) if asked.relation == "peer"} for pk in heads}
    assert peers[50] == {*range(30, 50), *range(51, 71)}
    assert peers[1] == {*range(2, 22), *range(80, 100)}
    assert {len(found) for found in peers.values()} == {40}
    assert {sum(pk in found for found in peers.values()) for pk in heads} == {40}
    just = Organisation(posts=tuple(Post(pk, 1000 + pk, pk, "department_head", order=pk) for pk in range(1, 42)))
    assert len([asked for asked in raters(just, 7) if asked.relation == "peer"]) == 40


def test_a_deputy_head_has_the_head_above() -> None:
    assert asked(32) == {"superior": {31, MEMBER, HEAD, DEPUTY}, "peer": {11, 12, 21, 22}, "subordinate": {33}}


def test_too_few_superiors_are_filled_up_with_leaders_the_unit_head_first() -> None:
    """Two superiors would be counted together with the peers, and their weight lost among them."""
    without_deputy = Organisation(tuple(post for post in UNIT.posts if post.person_id != 12), UNIT.charge)
    assert asked(13, without_deputy)["superior"] == {11, DEPUTY, HEAD}


def test_a_leader_is_rated_by_the_head_the_leadership_and_the_departments_in_charge() -> None:
    assert asked(DEPUTY) == {"superior": {HEAD}, "peer": {MEMBER}, "subordinate": {11, 12, 13, 14, 15, 16, 21, 22, 23, 24, 25}}


def test_the_unit_head_has_nobody_above_and_all_department_heads_below() -> None:
    assert asked(HEAD) == {"peer": {DEPUTY, MEMBER}, "subordinate": {11, 12, 21, 22, 31, 32}}


def test_levels_go_by_closeness() -> None:
    levels = {one.relation: one.level for one in raters(UNIT, 21)}
    assert levels == {"superior": "first", "peer": "second", "subordinate": "third"}


def test_people_of_departments_linked_by_a_flowchart_are_partners_first() -> None:
    linked = Organisation(UNIT.posts, UNIT.charge, {FIELD: frozenset({LICENCE})})
    found = asked(33, linked)
    assert found["superior"] == {31, 32, MEMBER}
    assert len(found["partner"]) == 3
    assert found["partner"] < {21, 22, 23, 24, 25}
    assert {one.level for one in raters(linked, 33) if one.relation == "partner"} == {"third"}


def test_partners_from_farther_away_fill_up_to_the_fewest_ballots_and_some() -> None:
    """33 is alone in a small department: three superiors. The leader has no other department, so people of the whole unit come."""
    found = asked(33, fewest=5)
    assert found["superior"] == {31, 32, MEMBER}
    assert found.keys() == {"superior", "partner"}
    assert len(found["superior"]) + len(found["partner"]) == 5 + SPARE


def test_nobody_is_brought_in_where_there_are_enough() -> None:
    assert "partner" not in asked(21, fewest=5)


@pytest.mark.parametrize("person", [post.person_id for post in posts()])
def test_nobody_rates_themselves_or_anybody_twice(person: int) -> None:
    found = [one.person_id for one in raters(UNIT, person, fewest=5)]
    assert person not in found
    assert len(found) == len(set(found))


def test_who_cannot_be_asked_is_left_out() -> None:
    assert {one.person_id for one in raters(UNIT, 13, possible=frozenset({11, 14}))} == {11, 14}


def test_somebody_without_a_post_has_no_raters() -> None:
    assert raters(UNIT, 99, fewest=5) == []


def test_people_stand_once_in_the_highest_group_of_their_posts() -> None:
    second = Post(13, 2000, LICENCE, "department_head", is_main=False, order=99)
    found = {one.person_id: one for one in people(Organisation((*UNIT.posts, second)))}
    assert len(found) == 17
    assert found[13].group == "department_head"
    assert found[13].post == second
    assert [one.group for one in people(UNIT)] == ["leadership"] * 3 + ["department_head"] * 6 + ["staff"] * 8


def test_two_posts_of_one_group_the_main_one_counts() -> None:
    side = Post(14, 500, OFFICE, "staff", is_main=False, order=0)
    found = {one.person_id: one.post.position_id for one in people(Organisation((side, *UNIT.posts)))}
    assert found[14] == 1014


@pytest.mark.parametrize(
    ("rank", "group"),
    [
        ("unit_head", "leadership"),
        ("deputy", "leadership"),
        ("leadership_member", "leadership"),
        ("department_head", "department_head"),
        ("deputy_department_head", "department_head"),
        ("staff", "staff"),
    ],
)
def test_groups_of_ranks(rank: str, group: str) -> None:
    assert group_of(rank) == group
