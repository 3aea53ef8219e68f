"""The routing rule of domain §4, case by case, and in any organisation. Numbers stand for bodies (10…) and people (1…)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.routing import About, Bodies, Case, Desk, Route, may_hold, route, still_holds

BRANCH, DISCIPLINE, PARTY, HIGHER_DISCIPLINE, HIGHER_PARTY, TOP_DISCIPLINE = 10, 11, 12, 13, 14, 15


def ids(*numbers):
    return frozenset(numbers)


OWN = Bodies(Desk(DISCIPLINE, ids(1, 2), ids(1)), Desk(PARTY, ids(3, 4), ids(3)))
HIGHER = (Bodies(Desk(HIGHER_DISCIPLINE, ids(5), ids(5)), Desk(HIGHER_PARTY, ids(6), ids(6))), Bodies(Desk(TOP_DISCIPLINE, ids(7), ids(7))))
SECRETARY = Desk(BRANCH, ids(8), ids())


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        # A member reports to the branch secretary.
        (Case(About.GENERAL, OWN, HIGHER, SECRETARY), Route((BRANCH,))),
        # Public and anonymous reports know no branch.
        (Case(About.GENERAL, OWN, HIGHER), Route((DISCIPLINE,))),
        # The secretary is concerned, above the person reported, or below.
        (Case(About.GENERAL, OWN, HIGHER, SECRETARY, reported=ids(8), shut_out=ids(8)), Route((DISCIPLINE,))),
        (Case(About.GENERAL, OWN, HIGHER, SECRETARY, above=ids(8)), Route((DISCIPLINE,))),
        (Case(About.GENERAL, OWN, HIGHER, SECRETARY, shut_out=ids(8)), Route((DISCIPLINE,))),
        # Department heads, departments and people nobody can place: the discipline committee, whoever reports.
        (Case(About.DEPARTMENT, OWN, HIGHER, SECRETARY), Route((DISCIPLINE,))),
        # Members of the leadership: the party committee without those concerned.
        (Case(About.LEADERSHIP, OWN, HIGHER, SECRETARY), Route((PARTY,))),
        (Case(About.LEADERSHIP, OWN, HIGHER, reported=ids(3), shut_out=ids(3)), Route((PARTY,))),
        # The unit head: the higher discipline committee, even when the own committees had somebody left.
        (Case(About.UNIT_HEAD, OWN, HIGHER, SECRETARY), Route((HIGHER_DISCIPLINE,))),
        # Nobody left in a body: the next one up.
        (Case(About.DEPARTMENT, OWN, HIGHER, shut_out=ids(1, 2)), Route((PARTY,))),
        (Case(About.DEPARTMENT, OWN, HIGHER, shut_out=ids(1, 2, 3, 4)), Route((HIGHER_DISCIPLINE,))),
        (Case(About.LEADERSHIP, OWN, HIGHER, shut_out=ids(3, 4)), Route((HIGHER_DISCIPLINE,))),
        (Case(About.UNIT_HEAD, OWN, HIGHER, shut_out=ids(5)), Route((HIGHER_PARTY,))),
        (Case(About.UNIT_HEAD, OWN, HIGHER, shut_out=ids(5, 6)), Route((TOP_DISCIPLINE,))),
        # Important ones also to the higher committees; about leadership to both of them.
        (Case(About.GENERAL, OWN, HIGHER, SECRETARY, important=True), Route((BRANCH, HIGHER_DISCIPLINE))),
        (Case(About.LEADERSHIP, OWN, HIGHER, important=True), Route((PARTY, HIGHER_DISCIPLINE, HIGHER_PARTY))),
        (Case(About.UNIT_HEAD, OWN, HIGHER, important=True), Route((HIGHER_DISCIPLINE, HIGHER_PARTY))),
        (Case(About.DEPARTMENT, OWN, HIGHER, shut_out=ids(5), important=True), Route((DISCIPLINE, TOP_DISCIPLINE))),
        (Case(About.DEPARTMENT, OWN, (), important=True), Route((DISCIPLINE,))),
        # Nobody higher in the system: the head of the discipline committee alone, unless reported themselves.
        (Case(About.UNIT_HEAD, OWN, (), reported=ids(3), shut_out=ids(1, 2, 3, 4)), Route((DISCIPLINE,), alone=True)),
        (Case(About.UNIT_HEAD, OWN, (), reported=ids(1, 3), shut_out=ids(1, 2, 3, 4)), Route()),
        (Case(About.GENERAL, Bodies(), ()), Route()),
    ],
)
def test_where_it_goes(case, expected):
    assert route(case) == expected


@pytest.mark.parametrize(
    ("case", "body", "by_party", "expected"),
    [
        (Case(About.GENERAL, OWN, HIGHER, SECRETARY), DISCIPLINE, False, True),
        (Case(About.GENERAL, OWN, HIGHER, SECRETARY), BRANCH, True, False),
        # About a member of the leadership the discipline committee has it only from the party committee.
        (Case(About.LEADERSHIP, OWN, HIGHER), DISCIPLINE, False, False),
        (Case(About.LEADERSHIP, OWN, HIGHER), DISCIPLINE, True, True),
        (Case(About.LEADERSHIP, OWN, HIGHER, shut_out=ids(1, 2)), DISCIPLINE, True, False),
        # About the unit head neither own committee ever has it.
        (Case(About.UNIT_HEAD, OWN, HIGHER), DISCIPLINE, True, False),
        (Case(About.UNIT_HEAD, OWN, HIGHER), PARTY, True, False),
        (Case(About.UNIT_HEAD, OWN, HIGHER), TOP_DISCIPLINE, False, True),
        (Case(About.DEPARTMENT, OWN, HIGHER), 99, True, False),
    ],
)
def test_to_whom_it_may_be_passed(case, body, by_party, expected):
    assert may_hold(case, body, passed_by_party=by_party) is expected


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (Case(About.GENERAL, OWN, HIGHER), True),
        (Case(About.GENERAL, OWN, HIGHER, above=ids(8)), False),
        (Case(About.GENERAL, OWN, HIGHER, shut_out=ids(8)), False),
        (Case(About.DEPARTMENT, OWN, HIGHER), False),
    ],
)
def test_whether_a_branch_keeps_it(case, expected):
    assert still_holds(case, SECRETARY, is_branch=True, passed_by_party=False) is expected


people = st.frozensets(st.integers(1, 12))
desks = st.none() | st.builds(lambda members, head: (members, head), people, people)


@st.composite
def cases(draw):
    numbers = iter(range(100, 200))

    def desk():
        drawn = draw(desks)
        return None if drawn is None else Desk(next(numbers), drawn[0] | drawn[1], drawn[1])

    reported = draw(people)
    return Case(
        about=draw(st.sampled_from(list(About))),
        own=Bodies(desk(), desk()),
        higher=tuple(Bodies(desk(), desk()) for _ in range(draw(st.integers(0, 2)))),
        branch=desk(),
        reported=reported,
        above=draw(people),
        shut_out=reported | draw(people),
        important=draw(st.booleans()),
    )


@given(cases())
def test_in_any_organisation_somebody_reads_it_who_may(case):
    found = route(case)
    known = [case.branch, *(d for level in (case.own, *case.higher) for d in (level.discipline, level.party))]
    by_body = {desk.body: desk for desk in known if desk is not None}
    if found.alone:
        assert len(found.bodies) == 1
        assert by_body[found.bodies[0]].head - case.reported
    else:
        assert all(by_body[body].members - case.shut_out for body in found.bodies), "a body without a reader"
    own = {d.body for d in (case.own.discipline, case.own.party) if d is not None}
    if case.about == About.UNIT_HEAD and not found.alone:
        assert not own & set(found.bodies), "about the unit head, yet in the unit"
    if case.about == About.LEADERSHIP and not found.alone and case.own.discipline:
        assert case.own.discipline.body not in found.bodies
    if case.branch and case.branch.body in found.bodies:
        assert case.about == About.GENERAL
        assert not case.branch.members & (case.reported | case.above)
    assert len(set(found.bodies)) == len(found.bodies)
