"""The review path of every form (domain §3), by example and in any organisation."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from risks.review_path import PLACE, FormFacts, PlannedStep, plan, remaining

ME, HEAD_OF_DEPARTMENT, DEPUTY, UNIT_HEAD, DISCIPLINE_HEAD = 1, 2, 3, 4, 5
GROUP = ("group", None)


def path(**facts):
    found = plan(
        FormFacts(
            **{
                "kind": "position",
                "declarant": ME,
                "department_heads": (HEAD_OF_DEPARTMENT,),
                "deputies": (DEPUTY,),
                "unit_heads": (UNIT_HEAD,),
                "discipline_heads": (DISCIPLINE_HEAD,),
                **facts,
            }
        )
    )
    return [(step.kind, step.reviewer) for step in found]


def test_general_staff():
    assert path() == [("rate", HEAD_OF_DEPARTMENT), ("review", DEPUTY), GROUP]


def test_a_department_heads_own_form_goes_straight_to_the_deputy():
    assert path(is_department_head=True, department_heads=(ME,)) == [("review", DEPUTY), GROUP]


def test_a_member_of_the_leadership_is_reviewed_by_the_unit_head():
    assert path(in_leadership=True) == [("head", UNIT_HEAD), GROUP]


def test_the_unit_heads_own_form_is_signed_by_the_head_of_discipline():
    assert path(in_leadership=True, is_unit_head=True, unit_heads=(ME,)) == [("discipline", DISCIPLINE_HEAD), GROUP]


def test_department_form():
    assert path(kind="department", is_department_head=True) == [("review", DEPUTY), GROUP]


def test_unit_form():
    assert path(kind="unit", in_leadership=True, is_unit_head=True) == [GROUP]


def test_no_department_head():
    assert path(department_heads=()) == [("review", DEPUTY), GROUP]


def test_no_deputy():
    assert path(deputies=()) == [("rate", HEAD_OF_DEPARTMENT), ("head", UNIT_HEAD), GROUP]


def test_neither_head_nor_deputy():
    assert path(department_heads=(), deputies=()) == [("head", UNIT_HEAD), GROUP]


def test_nobody_at_all():
    assert path(department_heads=(), deputies=(), unit_heads=(), discipline_heads=()) == [GROUP]


def test_head_of_the_department_and_deputy_in_one_person():
    assert path(department_heads=(DEPUTY,)) == [("review", DEPUTY), GROUP]


def test_a_deputy_who_heads_the_department_they_are_in_charge_of():
    assert path(kind="department", declarant=DEPUTY, is_department_head=True, in_leadership=True) == [("head", UNIT_HEAD), GROUP]


def test_the_unit_head_with_a_staff_post_is_not_rated_by_a_subordinate():
    assert path(declarant=UNIT_HEAD, in_leadership=True, is_unit_head=True) == [("discipline", DISCIPLINE_HEAD), GROUP]


def test_unit_head_who_is_head_of_discipline_too():
    assert path(in_leadership=True, is_unit_head=True, unit_heads=(ME,), discipline_heads=(ME,)) == [GROUP]


def test_second_holder_is_asked_when_the_first_is_the_declarant():
    assert path(department_heads=(ME, 7)) == [("rate", 7), ("review", DEPUTY), GROUP]


people = st.lists(st.integers(1, 6), max_size=3, unique=True).map(tuple)
facts = st.builds(
    FormFacts,
    kind=st.sampled_from(["position", "department", "unit"]),
    declarant=st.integers(1, 6),
    is_department_head=st.booleans(),
    in_leadership=st.booleans(),
    is_unit_head=st.booleans(),
    department_heads=people,
    deputies=people,
    unit_heads=people,
    discipline_heads=people,
)


@given(facts)
def test_in_any_organisation(form):
    steps = plan(form)
    assert steps
    assert steps[-1] == PlannedStep("group")
    assert form.declarant not in {step.reviewer for step in steps}
    reviewers = [step.reviewer for step in steps]
    assert all(a != b for a, b in pairwise(reviewers))
    assert [step.kind for step in steps].count("group") == 1
    places = [PLACE[step.kind] for step in steps]
    assert places == sorted(set(places))


@given(facts, facts, st.integers(0, 2))
def test_after_a_change_nothing_is_asked_twice_and_the_group_stays(before, after, done):
    agreed = [step for step in plan(before) if step.reviewer is not None][:done]
    left = remaining(plan(after), agreed)
    assert left[-1] == PlannedStep("group")
    assert after.declarant not in {step.reviewer for step in left}
    reviewers = [step.reviewer for step in (*agreed, *left)]
    assert all(a != b for a, b in zip(reviewers[max(len(agreed) - 1, 0) :], reviewers[max(len(agreed), 1) :], strict=False))
    assert all(PLACE[a.kind] < PLACE[b.kind] for a in agreed for b in left)
