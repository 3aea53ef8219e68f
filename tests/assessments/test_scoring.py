"""The arithmetic, against figures worked out by hand (in the comments), and its laws. Nothing here touches the database."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.protections import Remedy
from assessments.rules import GradeRule, GroupRules, IndicatorRule
from assessments.scoring.appraisal import appraisal_score
from assessments.scoring.deductions import Facts, MeasureFact, PointFact, WarningFact, deductions, from_points
from assessments.scoring.figures import plain, rounded
from assessments.scoring.pooling import pool
from assessments.scoring.total import MethodResult, NotComputable, calculate, grade_of
from assessments.scoring.values import Appraisal, PoolValue

D = Decimal
ANSWERS = {"excellent": D(100), "good": D(85), "fair": D(70), "poor": D(50)}
ORDER = ["poor", "fair", "good", "excellent"]
LEVELS = {"first": D(50), "second": D(30), "third": D(20)}
RULES = GroupRules(
    methods={"supervision": D(30), "appraisal": D(40), "talks": D(15), "file": D(15)},
    levels=LEVELS,
    answers=ANSWERS,
    minimum_ballots=5,
    indicators=(IndicatorRule("a", "political", "政治立场", "", D(60)), IndicatorRule("b", "moral", "廉洁用权", "", D(40))),
    grades=(
        GradeRule("好", D(90), 0, "green", False, 0),
        GradeRule("良好", D(75), 1, "blue", False, 0),
        GradeRule("一般", D(60), 2, "yellow", False, 0),
        GradeRule("不良", D(0), 3, "red", True, 6),
    ),
    scope="person",
    notice_days=5,
    appeal_days=10,
    appeal_working=True,
)
FROM_THREE = replace(RULES, minimum_ballots=3)
SHORT = {"优": "excellent", "良": "good", "中": "fair", "差": "poor"}


def ballots(level: str, *papers: str) -> list[tuple[str, dict[str, str]]]:
    """“优良” answers a with 优 and b with 良."""
    return [(level, {"a": SHORT[paper[0]], "b": SHORT[paper[1]]}) for paper in papers]


def appraisal(given: list[tuple[str, dict[str, str]]], *, counted: bool = True) -> Appraisal:
    pools = tuple(PoolValue.of(p.levels, p.weight, p.ballots, ANSWERS) for p in pool(given, LEVELS)) if counted else ()
    return Appraisal(invited=len(given) + 2, given=len(given), counted=counted, pools=pools)


# a: 95, b: 90 → 0.6 × 95 + 0.4 × 90 = 93
FIRST = ballots("first", "优优", "优良", "良良")
# a: 77.5, b: 85 → 46.5 + 34 = 80.5
SECOND = ballots("second", "良良", "良良", "中良", "中良")
# a: 235 ÷ 3, b: 70 → 47 + 28 = 75
THIRD = ballots("third", "优中", "良中", "差中")


def total(appraised: D | None, supervision: str | None, talks: str | None, file: str | None) -> tuple[D, str]:
    given = {"supervision": supervision, "talks": talks, "file": file}
    methods = {m: MethodResult(m, D(value) if value else None, (), "" if value else "not_applicable", "无") for m, value in given.items()}
    found = calculate(methods | {"appraisal": MethodResult("appraisal", appraised)}, RULES)
    return found.score, found.grade.label


def test_a_leader_with_raters_of_three_levels() -> None:
    score, lines = appraisal_score(appraisal(FIRST + SECOND + THIRD), FROM_THREE)
    # 0.5 × 93 + 0.3 × 80.5 + 0.2 × 75 = 46.5 + 24.15 + 15
    assert score == D("85.65")
    assert [line.value for line in lines if line.kind == "appraisal.pool"] == ["93", "80.5", "75"]
    assert [line.formula for line in lines if line.kind == "appraisal.score"] == ["(93 × 50 + 80.5 × 30 + 75 × 20) ÷ 100"]
    # (92 × 30 + 85.65 × 40 + 88 × 15 + 94 × 15) ÷ 100 = 8916 ÷ 100
    assert total(score, "92", "88", "94") == (D("89.16"), "良好")


def test_a_department_head_whom_nobody_of_the_third_level_rated() -> None:
    score, lines = appraisal_score(appraisal(FIRST + SECOND), RULES)
    # (50 × 93 + 30 × 80.5) ÷ 80 = 7065 ÷ 80 = 88.3125
    assert score == D("88.31")
    # Of the indicators: a (50 × 95 + 30 × 77.5) ÷ 80 = 88.4375 × 60 %; b (50 × 90 + 30 × 85) ÷ 80 = 88.125 × 40 %
    assert [line.value for line in lines if line.kind == "appraisal.indicator"] == ["53.06", "35.25"]
    # (100 × 30 + 88.31 × 40 + 90.5 × 15 + 100 × 15) ÷ 100 = 9389.9 ÷ 100 = 93.899
    assert total(score, "100", "90.5", "100") == (D("93.90"), "好")


def test_staff_with_too_few_ballots_and_without_a_talk() -> None:
    score, lines = appraisal_score(appraisal(FIRST, counted=False), RULES)
    assert score is None
    assert [line.kind for line in lines] == ["appraisal.turnout", "appraisal.too_few"]
    # (74 × 30 + 60 × 15 + 55 × 15) ÷ 60 = 3945 ÷ 60
    assert total(None, "74", "60", "55") == (D("65.75"), "一般")
    # (74 × 30 + 55 × 15) ÷ 45 = 3045 ÷ 45 = 67.666…
    assert total(None, "74", None, "55") == (D("67.67"), "一般")
    assert total(None, None, None, "55") == (D("55.00"), "不良")
    with pytest.raises(NotComputable):
        total(None, None, None, None)


def test_no_weight_is_told_apart_while_one_has_fewer_ballots_than_a_result_needs() -> None:
    score, lines = appraisal_score(appraisal(FIRST + SECOND + SECOND[:1] + THIRD), RULES)
    told = [(line.value, line.formula) for line in lines if line.kind in ("appraisal.pool", "appraisal.score")]
    # The second has five, but with the score it would give the first and third away. Of the second,
    # a (85 × 3 + 70 × 2) ÷ 5 = 79, b 85 → 47.4 + 34 = 81.4; 0.5 × 93 + 0.3 × 81.4 + 0.2 × 75 = 85.92
    assert told == [("—", ""), ("—", ""), ("—", ""), ("85.92", "")]
    assert score == D("85.92")


def test_two_of_a_level_are_told_only_together_with_the_next() -> None:
    score, lines = appraisal_score(appraisal(FIRST[:2] + SECOND + THIRD), FROM_THREE)
    # first + second, weight 80: a (100 + 100 + 85 + 85 + 70 + 70) ÷ 6 = 85, b (100 + 85 × 5) ÷ 6 = 87.5 → 51 + 35 = 86
    assert [(line.names["levels"], line.value) for line in lines if line.kind == "appraisal.pool"] == [
        (["first", "second"], "86"),
        (["third"], "75"),
    ]
    # 0.8 × 86 + 0.2 × 75
    assert score == D("83.80")


def test_half_a_cent_goes_up_and_decides_the_grade() -> None:
    # (90 × 30 + 89.98 × 40 + 90 × 15 + 90.02 × 15) ÷ 100 = 8999.5 ÷ 100 = 89.995
    assert total(D("89.98"), "90", "90", "90.02") == (D("90.00"), "好")
    assert rounded(Fraction(89995, 1000)) == D("90.00")
    assert rounded(Fraction(-1, 200)) == D("-0.01")
    assert [grade_of(D(x), RULES.grades).label for x in ("90", "89.99", "75", "60", "59.99", "0")] == [
        "好",
        "良好",
        "良好",
        "一般",
        "不良",
        "不良",
    ]
    assert [plain(D(x)) for x in ("85.00", "92.50", "88.3125", "0")] == ["85", "92.5", "88.31", "0"]


def test_every_line_adds_up_to_the_total() -> None:
    methods = {m: MethodResult(m, D(s)) for m, s in (("supervision", "92"), ("appraisal", "85.65"), ("talks", "88"), ("file", "94"))}
    found = calculate(methods, RULES)
    shares = [D(line.value) for line in found.lines if line.kind == "method"]
    assert shares == [D("27.6"), D("34.26"), D("13.2"), D("14.1")]
    assert sum(shares) == found.score


# ---- the file


def warned(tier: str = "important", *, mistake: bool = False, done: tuple[Remedy, ...] = ()) -> WarningFact:
    return WarningFact(7, "预〔2026〕7号", tier, mistake, done)


def test_points_warnings_and_late_measures_are_taken_off() -> None:
    day = date(2026, 8, 3)
    facts = Facts((PointFact(1, D("1.5"), day),), (warned(),), (MeasureFact(3, "FX-001", day),))
    # 1.5 points × 5; important 15; a late measure 2
    assert [d.points for d in deductions(facts)] == [D(-15), D("-7.5"), D(-2)]
    assert from_points([d.points for d in deductions(facts)]) == D("75.5")
    assert from_points([D(-60), D(-60)]) == 0
    assert from_points([]) == 100


@pytest.mark.parametrize(
    ("fact", "taken"),
    [
        (warned(mistake=True), D(0)),
        (warned(done=(Remedy(True, "not_on_file"),)), D(0)),
        (warned(done=(Remedy(True, "no_effect_on_appointment"),)), D(0)),
        (warned(done=(Remedy(False, "not_on_file"),)), D(-15)),
        (warned(done=(Remedy(True, "no_discipline"),)), D(-15)),
        (warned(done=(Remedy(True, "not_on_file"), Remedy(True, "none"))), D(-15)),
        (warned("highest"), D(-30)),
    ],
)
def test_what_is_protected_takes_nothing_off_and_stands_in_no_line(fact: WarningFact, taken: D) -> None:
    points = PointFact(1, D(2), date(2026, 8, 3), warning_id=7)
    found = deductions(Facts((points,), (fact,)))
    # Points that rest on the warning are never taken off beside it.
    assert [d.points for d in found] == ([taken] if taken else [])


# ---- laws

papers = st.lists(
    st.tuples(st.sampled_from(list(LEVELS)), st.fixed_dictionaries({key: st.sampled_from(ORDER) for key in "ab"})), min_size=3, max_size=25
)


@given(papers)
def test_a_score_lies_between_0_and_100(given_ones: list[tuple[str, dict[str, str]]]) -> None:
    score, _lines = appraisal_score(appraisal(given_ones), RULES)
    assert score is not None
    assert 50 <= score <= 100


@given(papers, st.randoms(use_true_random=False))
def test_the_order_of_ballots_does_not_matter(given_ones: list[tuple[str, dict[str, str]]], chance: random.Random) -> None:
    mixed = list(given_ones)
    chance.shuffle(mixed)
    assert appraisal_score(appraisal(mixed), RULES) == appraisal_score(appraisal(given_ones), RULES)


@given(papers, st.data())
def test_a_better_answer_never_lowers_the_score(given_ones: list[tuple[str, dict[str, str]]], data: st.DataObject) -> None:
    n = data.draw(st.integers(0, len(given_ones) - 1))
    key = data.draw(st.sampled_from("ab"))
    level, paper = given_ones[n]
    better = ORDER[min(ORDER.index(paper[key]) + 1, 3)]
    after, _lines = appraisal_score(appraisal([*given_ones[:n], (level, paper | {key: better}), *given_ones[n + 1 :]]), RULES)
    before, _lines = appraisal_score(appraisal(given_ones), RULES)
    assert after is not None
    assert before is not None
    assert after >= before


@given(
    st.lists(st.one_of(st.none(), st.decimals(0, 100, places=2)), min_size=4, max_size=4).filter(
        lambda scores: any(s is not None for s in scores)
    )
)
def test_the_total_lies_between_the_methods_that_count(scores: list[D | None]) -> None:
    methods = {m: MethodResult(m, s) for m, s in zip(RULES.methods, scores, strict=True)}
    found = [s for s in scores if s is not None]
    assert min(found) <= calculate(methods, RULES).score <= max(found)
