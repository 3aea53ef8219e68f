"""Grading schemes as pure functions: golden examples written out by hand, and what must hold for every scheme."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risks.grading import Answers, evaluate, validate

WORDS = ["a", "b", "c", "d", "e"]
DEFAULT: dict[str, Any] = {
    "factors": [
        {"code": "probability", "labels": ["极少发生", "较少发生", "有时发生", "较易发生", "极易发生"]},
        {"code": "harm", "labels": ["轻微", "较轻", "中等", "严重", "特别严重"]},
    ],
    "combine": "product",
    "thresholds": [{"from": 15, "severity": 3}, {"from": 8, "severity": 2}, {"from": 1, "severity": 1}],
    "floors": [{"factor": "harm", "from": 5, "severity": 2}],
}
# (probability, harm, severity) of all 25 cells of the default matrix, domain §3: ≥ 15 gravest, ≥ 8 middle, harm 5 never lightest.
CELLS = [
    (1, 1, 1), (1, 2, 1), (1, 3, 1), (1, 4, 1), (1, 5, 2),
    (2, 1, 1), (2, 2, 1), (2, 3, 1), (2, 4, 2), (2, 5, 2),
    (3, 1, 1), (3, 2, 1), (3, 3, 2), (3, 4, 2), (3, 5, 3),
    (4, 1, 1), (4, 2, 2), (4, 3, 2), (4, 4, 3), (4, 5, 3),
    (5, 1, 1), (5, 2, 2), (5, 3, 3), (5, 4, 3), (5, 5, 3),
]  # fmt: skip
THREE_FACTORS: dict[str, Any] = {
    "factors": [
        {"code": "probability", "labels": ["低", "中", "高"]},
        {"code": "harm", "labels": ["小", "中", "大"], "weight": 2},
        {"code": "influence", "labels": ["无", "有", "大", "很大"]},
    ],
    "combine": "sum",
    "thresholds": [{"from": 4, "severity": 10}, {"from": 8, "severity": 20}, {"from": 11, "severity": 30}],
}
TABLE: dict[str, Any] = {
    "factors": [{"code": "probability", "labels": ["低", "中", "高"]}, {"code": "harm", "labels": ["小", "中", "大"]}],
    "combine": "table",
    "table": {"1-1": 1, "1-2": 1, "1-3": 3, "2-1": 1, "2-2": 2, "2-3": 3, "3-1": 2, "3-2": 3, "3-3": 3},
}
CRITERIA: dict[str, Any] = {
    "criteria": [
        {"code": "money", "text": "直接经手资金", "knock_out": False},
        {"code": "people", "text": "有人事建议权", "knock_out": False},
        {"code": "alone", "text": "一人办结", "knock_out": False},
        {"code": "bid", "text": "决定招标结果", "knock_out": True},
    ],
    "thresholds": [{"from": 0, "severity": 1}, {"from": 2, "severity": 2}, {"from": 3, "severity": 3}],
    "knock_out_severity": 3,
}
PER_POST: dict[str, Any] = {
    "counts": "risks",
    "criteria": [],
    "thresholds": [{"from": 0, "severity": 1}, {"from": 4, "severity": 2}, {"from": 9, "severity": 3}],
}
CLASSES: dict[str, Any] = {
    "classes": [
        {"code": "a", "label": "人财物直接支配权", "severity": 3},
        {"code": "b", "label": "审批执法权", "severity": 2},
        {"code": "c", "label": "一般管理权", "severity": 1},
    ]
}


@pytest.mark.parametrize(("probability", "harm", "severity"), CELLS)
def test_every_cell_of_the_default_matrix(probability: int, harm: int, severity: int) -> None:
    result = evaluate(DEFAULT, "matrix", Answers(probability=probability, harm=harm))
    assert (result.severity, result.score, result.missing) == (severity, probability * harm, [])


def test_a_floor_is_told() -> None:
    result = evaluate(DEFAULT, "matrix", Answers(probability=1, harm=5), {1: "三级", 2: "二级", 3: "一级"})
    assert len(result.explanation) == 3
    assert "三级" in result.explanation[1]
    assert "二级" in result.explanation[2]


@pytest.mark.parametrize(
    ("values", "severity", "score"),
    [((1, 1, 1), 10, 4), ((2, 2, 1), 10, 7), ((2, 2, 2), 20, 8), ((3, 3, 1), 20, 10), ((3, 3, 2), 30, 11), ((1, 3, 4), 30, 11)],
)
def test_three_factors_added_with_a_weight(values: tuple[int, int, int], severity: int, score: int) -> None:
    result = evaluate(THREE_FACTORS, "matrix", Answers(probability=values[0], harm=values[1], influence=values[2]))
    assert (result.severity, result.score) == (severity, score)


@pytest.mark.parametrize(("cell", "severity"), [((1, 1), 1), ((1, 3), 3), ((2, 2), 2), ((3, 1), 2), ((3, 3), 3)])
def test_a_table_decides_cell_by_cell(cell: tuple[int, int], severity: int) -> None:
    assert evaluate(TABLE, "matrix", Answers(probability=cell[0], harm=cell[1])).severity == severity


@pytest.mark.parametrize(
    ("met", "severity", "score"),
    [(set(), 1, 0), ({"money"}, 1, 1), ({"money", "alone"}, 2, 2), ({"money", "people", "alone"}, 3, 3), ({"bid"}, 3, 1)],
)
def test_criteria_are_counted_and_a_knock_out_is_enough(met: set[str], severity: int, score: int) -> None:
    result = evaluate(CRITERIA, "criteria", Answers(criteria=frozenset(met)))
    assert (result.severity, result.score) == (severity, score)


@pytest.mark.parametrize(("count", "severity"), [(0, 1), (3, 1), (4, 2), (8, 2), (9, 3), (40, 3)])
def test_risks_of_a_post_are_counted(count: int, severity: int) -> None:
    assert evaluate(PER_POST, "criteria", Answers(risk_count=count)).severity == severity


@pytest.mark.parametrize(("code", "severity"), [("a", 3), ("b", 2), ("c", 1)])
def test_the_class_of_power_decides(code: str, severity: int) -> None:
    assert evaluate(CLASSES, "power_class", Answers(power_class=code)).severity == severity


@pytest.mark.parametrize(
    ("rules", "kind", "answers"),
    [
        (DEFAULT, "matrix", Answers()),
        (DEFAULT, "matrix", Answers(probability=3)),
        (DEFAULT, "matrix", Answers(harm=5)),
        (DEFAULT, "matrix", Answers(probability=6, harm=1)),
        (DEFAULT, "matrix", Answers(probability=0, harm=1)),
        (THREE_FACTORS, "matrix", Answers(probability=3, harm=3)),
        (THREE_FACTORS, "matrix", Answers(probability=4, harm=3, influence=1)),
        (CRITERIA, "criteria", Answers()),
        (CRITERIA, "criteria", Answers(criteria=frozenset({"bid", "unknown"}))),
        (PER_POST, "criteria", Answers(criteria=frozenset())),
        (CLASSES, "power_class", Answers()),
        (CLASSES, "power_class", Answers(power_class="z")),
        (DEFAULT, "power_class", Answers(power_class="a")),
        ({}, "matrix", Answers(probability=1, harm=1)),
        (DEFAULT, "dice", Answers(probability=1, harm=1)),
    ],
)
def test_what_is_missing_gives_no_level_but_a_reason(rules: dict[str, Any], kind: str, answers: Answers) -> None:
    result = evaluate(rules, kind, answers)
    assert (result.severity, result.score, result.explanation) == (None, None, [])
    assert result.missing
    assert result.missing[0] in result.text


def test_the_good_examples_are_valid() -> None:
    assert validate(DEFAULT, "matrix", {1, 2, 3}) == []
    assert validate(THREE_FACTORS, "matrix", {10, 20, 30}) == []
    assert validate(TABLE, "matrix", {1, 2, 3}) == []
    assert validate(CRITERIA, "criteria", {1, 2, 3}) == []
    assert validate(PER_POST, "criteria", {1, 2, 3}) == []
    assert validate(CLASSES, "power_class", {1, 2, 3}) == []


@pytest.mark.parametrize(
    ("kind", "good", "change", "where"),
    [
        ("matrix", DEFAULT, {"thresholds": []}, "thresholds"),
        ("matrix", DEFAULT, {"thresholds": [{"from": 8, "severity": 2}]}, "thresholds"),
        ("matrix", DEFAULT, {"thresholds": [{"from": 1, "severity": 2}, {"from": 8, "severity": 2}]}, "thresholds"),
        ("matrix", DEFAULT, {"thresholds": [{"from": 1, "severity": 3}, {"from": 8, "severity": 2}]}, "thresholds"),
        ("matrix", DEFAULT, {"thresholds": [{"from": 1, "severity": 1}, {"from": 1, "severity": 2}]}, "thresholds"),
        ("matrix", DEFAULT, {"thresholds": [{"from": 1, "severity": 1}, {"from": 26, "severity": 2}]}, "thresholds.2"),
        ("matrix", DEFAULT, {"thresholds": [{"from": 1, "severity": 9}]}, "thresholds.1"),
        ("matrix", DEFAULT, {"thresholds": [{"from": "x", "severity": 1}]}, "thresholds.1"),
        ("matrix", DEFAULT, {"thresholds": "x"}, "thresholds"),
        ("matrix", DEFAULT, {"floors": [{"factor": "influence", "from": 1, "severity": 1}]}, "floors.1"),
        ("matrix", DEFAULT, {"floors": [{"factor": "harm", "from": 6, "severity": 1}]}, "floors.1"),
        ("matrix", DEFAULT, {"floors": [{"factor": "harm", "from": 5, "severity": 7}]}, "floors.1"),
        ("matrix", DEFAULT, {"combine": "maximum"}, "combine"),
        ("matrix", DEFAULT, {"factors": DEFAULT["factors"][:1]}, "factors"),
        ("matrix", DEFAULT, {"factors": [DEFAULT["factors"][0]] * 2}, "factors"),
        ("matrix", DEFAULT, {"factors": [DEFAULT["factors"][0], {"code": "luck", "labels": WORDS}]}, "factors"),
        ("matrix", DEFAULT, {"factors": [DEFAULT["factors"][0], {"code": "harm", "labels": ["a", "b"]}]}, "factors.harm"),
        ("matrix", DEFAULT, {"factors": [DEFAULT["factors"][0], {"code": "harm", "labels": ["a", "b", "a"]}]}, "factors.harm"),
        ("matrix", DEFAULT, {"factors": [DEFAULT["factors"][0], {"code": "harm", "labels": WORDS, "weight": 2}]}, "factors.harm"),
        ("matrix", THREE_FACTORS, {"factors": [{"code": "harm", "labels": WORDS, "weight": 0}, DEFAULT["factors"][0]]}, "factors.harm"),
        ("matrix", TABLE, {"table": {**TABLE["table"], "4-1": 1}}, "table"),
        ("matrix", TABLE, {"table": {"1-1": 1}}, "table"),
        ("matrix", TABLE, {"table": {**TABLE["table"], "1-1": 8}}, "table.1-1"),
        ("criteria", CRITERIA, {"criteria": []}, "criteria"),
        ("criteria", CRITERIA, {"criteria": [{"code": "x", "text": ""}]}, "criteria.1"),
        ("criteria", CRITERIA, {"criteria": [{"code": "x", "text": "y"}] * 2}, "criteria.2"),
        ("criteria", CRITERIA, {"criteria": [{"code": "x", "text": "y", "weight": -1}]}, "criteria.1"),
        ("criteria", CRITERIA, {"knock_out_severity": 2}, "knock_out_severity"),
        ("criteria", CRITERIA, {"knock_out_severity": None}, "knock_out_severity"),
        ("criteria", CRITERIA, {"thresholds": [{"from": 1, "severity": 1}]}, "thresholds"),
        ("criteria", CRITERIA, {"counts": "stars"}, "counts"),
        ("power_class", CLASSES, {"classes": CLASSES["classes"][:1]}, "classes"),
        ("power_class", CLASSES, {"classes": [CLASSES["classes"][0]] * 2}, "classes.2"),
        ("power_class", CLASSES, {"classes": [{"code": "a", "label": "x", "severity": 4}, CLASSES["classes"][1]]}, "classes.1"),
    ],
)
def test_faults_in_rules_are_named(kind: str, good: dict[str, Any], change: dict[str, Any], where: str) -> None:
    severities = {10, 20, 30} if good is THREE_FACTORS else {1, 2, 3}
    problems = validate({**good, **change}, kind, severities)
    assert where in {problem.where for problem in problems}
    assert all(problem.text for problem in problems)


@pytest.mark.parametrize("rules", [None, [], "x", 7])
def test_rules_that_are_no_rules(rules: Any) -> None:
    assert validate(rules, "matrix", {1})
    assert evaluate(rules, "matrix", Answers(probability=1, harm=1)).severity is None


junk = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 30) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["from", "severity", "code", "labels", "text", "factor", "weight", "knock_out"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)
NAMES = ["factors", "combine", "thresholds", "floors", "table", "criteria", "counts", "classes", "knock_out_severity"]


@given(st.dictionaries(st.sampled_from(NAMES), junk), st.sampled_from(["matrix", "criteria", "power_class"]))
def test_any_rules_are_either_valid_or_refused(rules: dict[str, Any], kind: str) -> None:
    result = evaluate(rules, kind, Answers(1, 1, 1, frozenset(), "x", 1))
    if validate(rules, kind, {1, 2, 3}):
        return
    assert result.severity in {1, 2, 3, None}


@st.composite
def matrices(draw: st.DrawFn) -> dict[str, Any]:
    """Valid product or sum matrices with floors."""
    codes = draw(st.permutations(["probability", "harm", "influence"]))[: draw(st.integers(2, 3))]
    combine = draw(st.sampled_from(["product", "sum"]))
    factors = [{"code": code, "labels": WORDS[: draw(st.integers(3, 5))]} for code in codes]
    if combine == "sum":
        for factor in factors:
            factor["weight"] = draw(st.integers(1, 3))
    top = 1
    if combine == "product":
        for factor in factors:
            top *= len(factor["labels"])
        low = 1
    else:
        low = sum(f["weight"] for f in factors)
        top = sum(f["weight"] * len(f["labels"]) for f in factors)
    starts = sorted({low, *draw(st.sets(st.integers(low + 1, top), max_size=3))})
    thresholds = [{"from": start, "severity": n} for n, start in enumerate(starts, 1)]
    floors = [
        {"factor": f["code"], "from": draw(st.integers(1, len(f["labels"]))), "severity": draw(st.integers(1, 4))}
        for f in draw(st.lists(st.sampled_from(factors), max_size=2))
    ]
    return {"factors": factors, "combine": combine, "thresholds": draw(st.permutations(thresholds)), "floors": floors}


@given(matrices(), st.data())
def test_a_graver_answer_never_gives_a_lighter_level(rules: dict[str, Any], data: st.DataObject) -> None:
    assert validate(rules, "matrix", {1, 2, 3, 4}) == []
    values = {f["code"]: data.draw(st.integers(1, len(f["labels"]))) for f in rules["factors"]}
    before = evaluate(rules, "matrix", Answers(**values)).severity
    assert before is not None
    for factor in rules["factors"]:
        for higher in range(values[factor["code"]] + 1, len(factor["labels"]) + 1):
            after = evaluate(rules, "matrix", Answers(**{**values, factor["code"]: higher})).severity
            assert after is not None
            assert after >= before


@given(matrices(), st.data())
def test_floors_are_respected(rules: dict[str, Any], data: st.DataObject) -> None:
    values = {f["code"]: data.draw(st.integers(1, len(f["labels"]))) for f in rules["factors"]}
    severity = evaluate(rules, "matrix", Answers(**values)).severity
    assert severity is not None
    for floor in rules["floors"]:
        if values[floor["factor"]] >= floor["from"]:
            assert severity >= floor["severity"]


@given(matrices(), st.data())
def test_a_missing_factor_never_gives_a_level(rules: dict[str, Any], data: st.DataObject) -> None:
    values = {f["code"]: data.draw(st.integers(1, len(f["labels"]))) for f in rules["factors"]}
    del values[data.draw(st.sampled_from(sorted(values)))]
    assert evaluate(rules, "matrix", Answers(**values)).severity is None


@st.composite
def criteria_schemes(draw: st.DrawFn) -> dict[str, Any]:
    count = draw(st.integers(1, 6))
    criteria = [
        {"code": f"c{n}", "text": f"条件{n}", "knock_out": draw(st.booleans()), "weight": draw(st.integers(1, 3))} for n in range(count)
    ]
    top = sum(c["weight"] for c in criteria)
    starts = sorted({0, *draw(st.sets(st.integers(1, top), max_size=2))})
    thresholds = [{"from": start, "severity": n} for n, start in enumerate(starts, 1)]
    return {"criteria": criteria, "thresholds": thresholds, "knock_out_severity": 3}


@given(criteria_schemes(), st.data())
def test_a_knock_out_is_always_the_highest_and_order_does_not_matter(rules: dict[str, Any], data: st.DataObject) -> None:
    assert validate(rules, "criteria", {1, 2, 3}) == []
    codes = [c["code"] for c in rules["criteria"]]
    met = data.draw(st.lists(st.sampled_from(codes), unique=True))
    result = evaluate(rules, "criteria", Answers(criteria=frozenset(met)))
    if any(c["knock_out"] for c in rules["criteria"] if c["code"] in met):
        assert result.severity == 3
    shuffled = {**rules, "criteria": data.draw(st.permutations(rules["criteria"]))}
    again = evaluate(shuffled, "criteria", Answers(criteria=frozenset(reversed(met))))
    assert (again.severity, again.score) == (result.severity, result.score)


@given(criteria_schemes(), st.data())
def test_one_more_criterion_never_lightens(rules: dict[str, Any], data: st.DataObject) -> None:
    codes = [c["code"] for c in rules["criteria"]]
    met = set(data.draw(st.lists(st.sampled_from(codes), unique=True)))
    before = evaluate(rules, "criteria", Answers(criteria=frozenset(met))).severity
    after = evaluate(rules, "criteria", Answers(criteria=frozenset({*met, data.draw(st.sampled_from(codes))}))).severity
    assert before is not None
    assert after is not None
    assert after >= before


@given(criteria_schemes())
def test_unanswered_criteria_never_count_as_none_met(rules: dict[str, Any]) -> None:
    assert evaluate(rules, "criteria", Answers(probability=1, harm=1, power_class="a", risk_count=0)).severity is None
