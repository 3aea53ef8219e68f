"""The rules of an eligibility check, on plain values: restrictions, warnings with their protections, points, what is not decided."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.eligibility import (
    Alert,
    Bar,
    Barred,
    Candidate,
    Facts,
    Outcome,
    Pending,
    PendingKind,
    PointStanding,
    Policy,
    Purpose,
    Reason,
    Remedy,
    Restraint,
    Wanted,
    Weight,
    judge,
    months_on,
    read_names,
    resolve,
    restraints,
)

DAY = date(2026, 11, 22)
TIERS = ("general", "important", "highest")
POLICY = Policy(
    warnings=dict.fromkeys(TIERS, Weight.ASK),
    points={"general": Weight.ASK, "important": Weight.ASK, "highest": Weight.NO},
)
WARNED = Alert("important", "测廉预〔2026〕3号", "重要预警", date(2026, 5, 6))
HELD = Bar(Barred.PROMOTION, "2026-3", "不良", date(2026, 10, 20), date(2026, 10, 20), date(2027, 4, 19))
NO_AWARD = Bar(Barred.AWARD, "2026-3", "不良", date(2026, 10, 20), date(2026, 1, 1), date(2026, 12, 31))
PENDING = Pending(PendingKind.APPEAL, "2026-3", date(2026, 11, 1))
WORKED = {"not_on_file": Remedy(True, "not_on_file"), "no_effect_on_appointment": Remedy(True, "no_effect_on_appointment")}


def asked(facts: Facts, purpose: Purpose = Purpose.PROMOTION, as_of: date = DAY, award_year: int = 2026, policy: Policy = POLICY):
    return judge(facts, purpose=purpose, as_of=as_of, award_year=award_year, policy=policy)


def test_nobody_with_nothing_is_refused() -> None:
    for purpose in Purpose:
        assert asked(Facts(), purpose) == (found := asked(Facts(), purpose))
        assert (found.outcome, found.reasons) == (Outcome.YES, ())


@pytest.mark.parametrize(
    ("purpose", "as_of", "award_year", "outcome"),
    [
        (Purpose.PROMOTION, date(2026, 10, 19), 2026, Outcome.YES),  # the result was not final yet
        (Purpose.PROMOTION, date(2026, 10, 20), 2026, Outcome.NO),
        (Purpose.PROMOTION, date(2027, 4, 19), 2026, Outcome.NO),  # the last of six months
        (Purpose.PROMOTION, date(2027, 4, 20), 2026, Outcome.YES),
        (Purpose.AWARD, date(2026, 11, 22), 2026, Outcome.NO),
        (Purpose.AWARD, date(2027, 1, 15), 2026, Outcome.NO),  # the awards of 2026, given in January
        (Purpose.AWARD, date(2027, 1, 15), 2027, Outcome.YES),
        (Purpose.AWARD, date(2026, 10, 19), 2026, Outcome.YES),
        (Purpose.TRANSFER, date(2026, 11, 22), 2026, Outcome.YES),  # kept from promotion and awards only
        (Purpose.OTHER, date(2026, 11, 22), 2026, Outcome.ASK),
    ],
)
def test_a_restriction_says_no_to_what_it_is_about(purpose: Purpose, as_of: date, award_year: int, outcome: Outcome) -> None:
    assert asked(Facts(bars=(HELD, NO_AWARD)), purpose, as_of, award_year).outcome == outcome


def test_lifted_from_the_day_on() -> None:
    lifted = Facts(bars=(replace(HELD, lifted_on=date(2026, 12, 1)),))
    assert asked(lifted, as_of=date(2026, 11, 30)).outcome == Outcome.NO
    assert asked(lifted, as_of=date(2026, 12, 1)).outcome == Outcome.YES


def test_a_warning_counts_from_its_issue_until_it_is_over() -> None:
    facts = Facts(alerts=(replace(WARNED, ended_on=date(2026, 8, 1)),))
    days = {day: asked(facts, as_of=day).outcome for day in (date(2026, 5, 5), date(2026, 5, 6), date(2026, 7, 31), date(2026, 8, 1))}
    assert list(days.values()) == [Outcome.YES, Outcome.ASK, Outcome.ASK, Outcome.YES]
    strict = replace(POLICY, warnings={"important": Weight.NO})
    assert asked(facts, as_of=date(2026, 6, 1), policy=strict).outcome == Outcome.NO


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("effect", sorted(WORKED))
def test_what_is_protected_is_neither_counted_nor_listed(purpose: Purpose, effect: str) -> None:
    """001: 谈心疏导, 批评教育, 信访约谈 and 诫勉谈话 that worked."""
    assert asked(Facts(alerts=(replace(WARNED, remedies=(WORKED[effect],)),)), purpose).reasons == ()


def test_a_mistake_in_trying_something_new_never_counts() -> None:
    assert asked(Facts(alerts=(replace(WARNED, is_mistake=True, tier="highest"),))).reasons == ()


@pytest.mark.parametrize(
    "remedies",
    [
        (Remedy(False, "no_effect_on_appointment"),),  # it did not work
        (Remedy(True, "none"),),  # 通报批评 has no protection
        (Remedy(True, "no_discipline"),),  # protects from discipline alone
        (WORKED["not_on_file"], Remedy(False, "not_on_file")),  # one of two has not worked
        (WORKED["not_on_file"], Remedy(True, "none")),
    ],
)
def test_what_is_not_protected_whole_counts(remedies: tuple[Remedy, ...]) -> None:
    assert asked(Facts(alerts=(replace(WARNED, remedies=remedies),))).outcome == Outcome.ASK


def test_points_by_the_colour_they_reach() -> None:
    def of(tier: str) -> Outcome:
        return asked(Facts(points=(PointStanding(Decimal("6.0"), tier, "B级（黄色）", DAY),))).outcome

    assert [of(tier) for tier in ("", *TIERS)] == [Outcome.YES, Outcome.ASK, Outcome.ASK, Outcome.NO]
    [reason] = asked(Facts(points=(PointStanding(Decimal("6.0"), "important", "B级（黄色）", DAY),))).reasons
    assert reason.source == "6"


def test_an_assessment_going_on_may_be_left_out_an_appeal_not() -> None:
    lenient = replace(POLICY, pending=Weight.NOTHING)
    going_on = Facts(pendings=(replace(PENDING, kind=PendingKind.ROUND),))
    assert [asked(going_on, policy=policy).outcome for policy in (POLICY, lenient)] == [Outcome.ASK, Outcome.YES]
    assert asked(Facts(pendings=(PENDING,)), policy=lenient).outcome == Outcome.ASK


def test_a_reason_is_kept_and_read_back() -> None:
    found = asked(Facts(bars=(HELD,), alerts=(WARNED,), pendings=(PENDING,)))
    assert found.outcome == Outcome.NO
    assert [Reason.from_json(reason.to_json()) for reason in found.reasons] == list(found.reasons)
    assert len(found.reasons) == 3


GRAVITY = {Outcome.YES: 0, Outcome.ASK: 1, Outcome.NO: 2}
_days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
_remedies = st.lists(st.builds(Remedy, st.booleans(), st.sampled_from(["none", "no_discipline", *WORKED])), max_size=3).map(tuple)
_alerts = st.builds(Alert, st.sampled_from(TIERS), st.just("n"), st.just("l"), _days, st.none() | _days, st.booleans(), _remedies)
_bars = st.builds(lambda kind, a, b, c: Bar(kind, "2026-1", "不良", a, min(b, c), max(b, c)), st.sampled_from(Barred), _days, _days, _days)
_points = st.builds(PointStanding, st.decimals(0, 12, places=1), st.sampled_from(["", *TIERS]), st.just("l"), _days)
_pendings = st.builds(Pending, st.sampled_from(PendingKind), st.just("2026-1"), _days)
_facts = st.builds(Facts, *[st.lists(kind, max_size=2).map(tuple) for kind in (_bars, _alerts, _points, _pendings)])


@given(_facts, _alerts, st.sampled_from(Purpose), _days)
def test_more_against_somebody_never_makes_it_better_and_what_is_protected_changes_nothing(facts, alert, purpose, day) -> None:
    before = asked(facts, purpose, day, day.year)
    worse = asked(replace(facts, alerts=(*facts.alerts, alert)), purpose, day, day.year)
    assert GRAVITY[worse.outcome] >= GRAVITY[before.outcome]
    free = replace(alert, is_mistake=True)
    assert asked(replace(facts, alerts=(free, *facts.alerts)), purpose, day, day.year) == before
    assert (before.outcome == Outcome.YES) == (before.reasons == ())


# ---- what a final grade brings


def test_restraints_of_a_grade() -> None:
    final_on = date(2026, 10, 20)
    assert restraints(no_award=False, hold_months=0, year=2026, final_on=final_on) == []
    assert restraints(no_award=True, hold_months=6, year=2026, final_on=final_on) == [
        Restraint(Barred.AWARD, date(2026, 1, 1), date(2026, 12, 31)),
        Restraint(Barred.PROMOTION, final_on, date(2027, 4, 19)),
        Restraint(Barred.TRANSFER, final_on, date(2027, 4, 19)),
    ]
    # The fourth quarter becomes final in the next year: the awards are those of the year assessed.
    [award] = restraints(no_award=True, hold_months=0, year=2025, final_on=date(2026, 1, 28))
    assert (award.starts_on, award.ends_on) == (date(2025, 1, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 1, 15), 6, date(2026, 7, 14)),
        (date(2026, 1, 1), 6, date(2026, 6, 30)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2026, 12, 31)),
    ],
)
def test_months_end_on_the_day_before(day: date, months: int, last: date) -> None:
    assert months_on(day, months) == last


# ---- names

PEOPLE = [
    Candidate(1, "张三", "B010", "财务科", "会计"),
    Candidate(2, "张三", "B011", "办公室", "科员"),
    Candidate(3, "李四", "007", "办公室", "科长"),
    Candidate(3, "李四", "007", "执法大队", "副大队长"),
    Candidate(4, "欧阳 小雨", "b012", "财务科", "出纳"),
]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("李四\r\nB011\n", ["李四", "B011"]),
        ("李四，B011、 张三（财务科）;欧阳小雨", ["李四", "B011", "张三（财务科）", "欧阳小雨"]),
        ("1. 李四\n2、张三 B010\n（3）欧阳小雨", ["李四", "张三 B010", "欧阳小雨"]),
        ("Ｂ０１１\t007", ["B011", "007"]),
        ("\n , 、\n", []),
    ],
)
def test_names_as_they_are_pasted(text: str, names: list[str]) -> None:
    assert [str(one) for one in read_names(text)] == names


def test_names_find_their_people() -> None:
    found = resolve(read_names("李四, b010, 张三（办公室）, 张三 B011, 欧阳小雨, 007"), PEOPLE)
    assert [one.person_id for one in found.people] == [3, 1, 2, 4]
    assert (found.problems, found.repeated) == ([], 2)
    assert found.people[0].department == "办公室"


def test_names_nobody_or_several_have() -> None:
    found = resolve([*read_names("张三，王五，李四（财务科）"), Wanted("李四", "B010")], PEOPLE)
    assert found.people == []
    assert [one.is_contradicted for one in found.problems] == [False, False, True, True]
    assert [(str(one.wanted), one.is_ambiguous, [c.person_id for c in one.candidates]) for one in found.problems] == [
        ("张三", True, [1, 2]),
        ("王五", False, []),
        ("李四（财务科）", False, [3]),
        ("李四（B010）", False, [3]),
    ]
