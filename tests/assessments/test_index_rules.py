"""The arithmetic of the position risk index: examples worked by hand, what is missing, and what holds for any figures."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.index import (
    AppraisalFact,
    ContactFact,
    FactorFact,
    IndexRules,
    PointFact,
    PowerFact,
    combine,
    control,
    environment,
    missing,
    moral,
    power,
    problems,
    survey_kind,
)
from assessments.index.parts import Part
from assessments.models.index import DEFAULT_POINTS

D = Decimal
OF_TEST = {
    "weights": {"moral": "30", "power": "20", "control": "40", "environment": "10"},
    "power_full": "150",
    "control_full": "150",
}
RULES = IndexRules.from_json(DEFAULT_POINTS | OF_TEST)


def appraisal(score: str) -> AppraisalFact:
    factors = (FactorFact("political", D(40), D("90")), FactorFact("moral", D(35), D("80")), FactorFact("legal", D(25), D("85")))
    return AppraisalFact(2026, 3, 8, D(score), factors, ("result", 1))


def held(category: str = "finance", holding: str = "own", *, major: bool = False, alone: bool = False) -> PowerFact:
    return PowerFact("ZQ-1", "资金支付", category, holding, major, alone, ("power", 1))


def point(rank: int, holding: str = "own", *, loose: bool = False, ranks: int = 3, count: int = 1) -> PointFact:
    return PointFact("FX-1", "审核不严", "二级", rank, ranks, loose, holding, ("risk", 1), count)


def contact(low: str, place: str = "") -> ContactFact:
    return ContactFact("internal", place, D(low), D("30"), 40, ("survey", 1))


def test_moral_risk_is_what_the_appraisal_lacks() -> None:
    found = moral(appraisal("85.25"))
    assert found.score == D("14.75")
    assert [(one.kind, one.value) for one in found.figures] == [
        ("factor", "90.00"),
        ("factor", "80.00"),
        ("factor", "85.00"),
        ("appraisal", "85.25"),
    ]


def test_power_risk_by_hand() -> None:
    # (10 + 4 + 4) × 1 + (8) × 0.6 + (10 + 4) × 0.8 + 6 × 0.2 = 18 + 4.8 + 11.2 + 1.2 = 35.2; of 150: 23.466… → 23.47
    facts = [
        held("finance", "own", major=True, alone=True),
        held("approval", "step"),
        held("decision", "unit", major=True),
        held("supervision", "charge"),
    ]
    found = power(facts, RULES)
    assert found.score == D("23.47")
    assert [one.value for one in found.figures] == ["18.00", "4.80", "11.20", "1.20", "35.20"]


def test_control_risk_by_hand() -> None:
    # 一级 with measures → 严重 (5); 二级 without → 严重 (5); 30 × 三级 in charge → 低危 0.5 × 0.2 × 30 = 3. Floor 严重 = 50.
    # 50 + 50 × 13 / 150 = 54.333… → 54.33, grade 严重.
    found = control([point(2), point(1, loose=True), point(0, "charge", count=30)], RULES)
    assert found.score == D("54.33")
    assert found.grade is not None
    assert found.grade.label == "严重"
    assert [one.value for one in found.figures] == ["5.00", "5.00", "3.00", "50.00", "13.00"]


@pytest.mark.parametrize(
    ("rank", "ranks", "loose", "label"),
    [
        (2, 3, True, "高危"),
        (2, 3, False, "严重"),
        (1, 3, True, "严重"),
        (1, 3, False, "中等"),
        (0, 3, True, "中等"),
        (0, 3, False, "低危"),
        (1, 2, False, "严重"),  # two levels: the graver one is the gravest there is
        (1, 4, False, "中等"),
        (0, 1, False, "严重"),
    ],
)
def test_four_grades_of_a_point(rank: int, ranks: int, loose: bool, label: str) -> None:
    found = control([point(rank, ranks=ranks, loose=loose)], RULES)
    assert found.figures[0].names["grade"] == label


def test_environment_by_hand() -> None:
    # The highest lower bound counts: 3.5 % of 20 % → 17.5.
    found = environment([contact("1.2", "办公室"), contact("3.5", "财务科")], RULES)
    assert found.score == D("17.50")
    assert environment([contact("60")], RULES).score == D(100)


def test_the_whole_by_hand() -> None:
    # 30 % × 14.75 + 20 % × 23.47 + 40 % × 54.33 + 10 % × 17.5 = 4.425 + 4.694 + 21.732 + 1.75 = 32.601 → 32.60, level 中
    parts = [Part("moral", D("14.75")), Part("power", D("23.47")), Part("control", D("54.33")), Part("environment", D("17.50"))]
    found = combine(parts, RULES)
    assert found.total == D("32.60")
    assert found.level is not None
    assert found.level.label == "中"


def test_half_a_cent_is_rounded_up() -> None:
    even = replace(RULES, weights=dict.fromkeys(("moral", "power", "control", "environment"), D(25)))
    parts = [Part("moral", D("0.02")), *(Part(key, D(0)) for key in ("power", "control", "environment"))]
    assert combine(parts, even).total == D("0.01")  # 0.005


def test_no_total_while_a_part_is_missing() -> None:
    parts = [missing("moral", "no_holder"), Part("power", D(90)), Part("control", D(90)), Part("environment", D(90))]
    assert (combine(parts, RULES).total, combine(parts, RULES).level) == (None, None)
    without = replace(RULES, weights={"moral": D(0), "power": D(40), "control": D(40), "environment": D(20)})
    assert combine(parts, without).total == D("90.00")


def test_nothing_found_is_not_no_risk() -> None:
    assert [(part.score, part.reason) for part in (power([], RULES), control([], RULES), environment([], RULES))] == [
        (None, "no_power"),
        (None, "no_points"),
        (None, "no_survey"),
    ]


def test_which_survey_counts() -> None:
    assert survey_kind([held("approval"), held("personnel", "charge")], RULES) == "external"
    assert survey_kind([held("personnel"), held("approval", "charge")], RULES) == "internal"
    assert survey_kind([held("personnel")], RULES, chosen="external") == "external"
    assert survey_kind([], RULES) is None


def test_rules_are_kept_exactly() -> None:
    assert IndexRules.from_json(RULES.to_json()) == RULES
    part = control([point(1)], RULES)
    assert Part.from_json(part.to_json(), RULES) == part


def test_rules_that_make_no_sense() -> None:
    assert problems(RULES) == []
    too_much = replace(RULES, weights=RULES.weights | {"moral": D(35)})
    assert [(one.code, one.names["missing"]) for one in problems(too_much)] == [("weights", "-5")]
    assert [one.code for one in problems(replace(RULES, holdings=RULES.holdings | {"charge": D(2)}))] == ["holdings"]
    assert [one.code for one in problems(replace(RULES, power_full=D(0)))] == ["full"]
    assert [one.code for one in problems(replace(RULES, grades=RULES.grades[:3]))] == ["grades"]
    assert [one.code for one in problems(replace(RULES, levels=tuple(reversed(RULES.levels))))] == ["levels"]


CATEGORIES = st.sampled_from(sorted(RULES.categories))
HOLDINGS = st.sampled_from(sorted(RULES.holdings))
POWERS = st.lists(st.builds(held, CATEGORIES, HOLDINGS, major=st.booleans(), alone=st.booleans()), min_size=1, max_size=40)
POINTS = st.lists(st.builds(point, st.integers(0, 2), HOLDINGS, loose=st.booleans(), count=st.integers(1, 80)), min_size=1, max_size=30)


@given(POWERS, POWERS)
def test_more_power_never_lowers(some: list[PowerFact], more: list[PowerFact]) -> None:
    low, high = power(some, RULES).score, power(some + more, RULES).score
    assert low is not None
    assert high is not None
    assert 0 <= low <= high <= 100
    graver = [replace(fact, is_alone=True, is_major=True, holding="own") for fact in some]
    assert (power(graver, RULES).score or 0) >= low


@given(POINTS, POINTS)
def test_more_or_graver_points_never_lower(some: list[PointFact], more: list[PointFact]) -> None:
    low, high = control(some, RULES).score, control(some + more, RULES).score
    assert low is not None
    assert high is not None
    assert 0 <= low <= high <= 100
    for graver in (
        [replace(fact, rank=min(2, fact.rank + 1)) for fact in some],
        [replace(fact, is_loose=True) for fact in some],
        [replace(fact, holding="own") for fact in some],
        [replace(fact, count=fact.count + 1) for fact in some],
    ):
        assert (control(graver, RULES).score or 0) >= low


SCORES = st.decimals(0, 100, places=2)


@given(st.lists(SCORES, min_size=4, max_size=4), st.integers(0, 3), SCORES)
def test_the_whole_is_0_to_100_and_rises_with_each_part(scores: list[Decimal], at: int, other: Decimal) -> None:
    keys = ("moral", "power", "control", "environment")
    total = combine([Part(key, score) for key, score in zip(keys, scores, strict=True)], RULES).total
    raised = [max(score, other) if n == at else score for n, score in enumerate(scores)]
    higher = combine([Part(key, score) for key, score in zip(keys, raised, strict=True)], RULES).total
    assert total is not None
    assert higher is not None
    assert 0 <= total <= higher <= 100


@given(SCORES, SCORES)
def test_a_better_appraisal_never_raises_the_moral_risk(one: Decimal, other: Decimal) -> None:
    worse, better = sorted((one, other))
    assert (moral(appraisal(str(worse))).score or 0) >= (moral(appraisal(str(better))).score or 0)
