"""The balance checks on charts made by hand (domain §2); what is expected is written down here, not computed."""

import itertools

import pytest

from positions.balance import Chart, Link, Severity, Step, check
from positions.balance.chart import longest_days

FIVE = ["handler", "user_department", "finance_department", "deputy_in_charge", "unit_head"]


def line(*steps: Step, extra: tuple[Link, ...] = (), limit: int | None = None) -> Chart:
    """The steps one after the other."""
    links = tuple(Link(a.key, b.key) for a, b in itertools.pairwise(steps))
    return Chart(tuple(steps), links + extra, limit)


def step(key: str, kind: str = "action", **more: object) -> Step:
    values = {"name": f"环节{key}", "holder": f"p:{key}", "days": 1} | more
    return Step(key, kind, **values)  # type: ignore[arg-type]


def sound(*middle: Step, **more: object) -> Chart:
    return line(step("a", "start"), *middle, step("z", "end", holder="", days=None), **more)  # type: ignore[arg-type]


def five_hands(*, without: str = "") -> Chart:
    hands = [step(f"h{n}", hand=hand) for n, hand in enumerate(FIVE) if hand != without]
    return sound(*hands)


def rules(chart: Chart, *requires: str) -> list[tuple[str, str | None, str]]:
    return [(f.rule, f.step_key, str(f.severity)) for f in check(chart, requires)]


def test_a_sound_chart_has_no_finding():
    assert check(sound(step("b"))) == []
    assert check(five_hands(), ["five_hands"]) == []


def test_nothing_at_all():
    assert rules(Chart()) == [("chart", None, "error")]


def test_no_start_and_no_end():
    assert rules(line(step("b"), step("c"))) == [("chart", None, "error"), ("chart", None, "error")]


def test_two_starts_name_the_second():
    chart = line(step("a", "start"), step("b", "start"), step("z", "end"))
    assert ("chart", "b", "error") in rules(chart)


def test_a_step_nobody_reaches_and_a_step_that_leads_nowhere():
    lonely = Chart((step("a", "start"), step("b"), step("c"), step("z", "end")), (Link("a", "z"), Link("a", "c"), Link("b", "z")))
    assert rules(lonely) == [("reach", "b", "error"), ("reach", "c", "error")]


def test_a_loop_that_never_ends():
    chart = Chart((step("a", "start"), step("b"), step("c"), step("z", "end")), (Link("a", "b"), Link("b", "c"), Link("c", "b")))
    assert [f.step_key for f in check(chart) if f.rule == "reach"] == ["a", "b", "c", "z"]


def test_a_decision_needs_two_exits_with_conditions():
    one = sound(step("b", "decision"))
    assert rules(one) == [("decision", "b", "error")]
    bare = sound(step("b", "decision"), extra=(Link("b", "a"),))
    assert rules(bare) == [("decision", "b", "warning")]
    said = Chart(bare.steps, (Link("a", "b"), Link("b", "z", "同意"), Link("b", "a", "退回补正")))
    assert rules(said) == []


def test_an_end_is_the_end():
    chart = sound(extra=(Link("z", "a"),))
    assert rules(chart) == [("chart", "z", "error")]


def test_nobody_responsible_and_no_limit():
    assert rules(sound(step("b", holder="", days=None))) == [("responsible", "b", "error"), ("time", "b", "error")]
    assert rules(sound(step("b", holder="  ", days=0))) == [("responsible", "b", "error")]


def test_steps_longer_than_the_item_count_the_longest_way_and_returns_once():
    chart = Chart(
        (step("a", "start", days=2), step("b", "decision", days=3), step("c", days=9), step("d", days=1), step("z", "end", days=None)),
        (
            Link("a", "b"),
            Link("b", "c", "复杂"),
            Link("b", "d", "简单"),
            Link("c", "z"),
            Link("d", "z"),
            Link("c", "b", "退回补正"),
        ),
        14,
    )
    assert longest_days(chart)[0] == 14
    assert check(chart) == []
    findings = check(Chart(chart.steps, chart.links, 13))
    assert [(f.rule, f.step_key) for f in findings] == [("time", None)]
    assert "14" in findings[0].text
    assert "13" in findings[0].text


@pytest.mark.parametrize("hand", FIVE)
def test_each_missing_hand_is_one_finding(hand):
    assert rules(five_hands(without=hand), "five_hands") == [("five_hands", None, "error")]
    assert rules(five_hands(without=hand)) == []


def test_a_way_around_a_hand_is_found_and_a_refusal_is_none():
    chart = five_hands()
    around = Chart(chart.steps, (*chart.links, Link("h1", "h3", "小额")))
    found = [f for f in check(around, ["five_hands"]) if f.rule == "five_hands"]
    assert {f.step_key for f in found} == {"h2", "h3"}  # h2 is passed by; h3 comes without it
    refused = Chart(chart.steps, (*chart.links, Link("h1", "z", "不同意")))
    assert check(refused, ["five_hands"]) == []


def test_an_end_that_refuses_needs_no_five_hands():
    chart = five_hands()
    closed = step("y", "end", name="不予支付,终止", holder="", days=None)
    assert check(Chart((*chart.steps, closed), (*chart.links, Link("h1", "y", "超出预算"))), ["five_hands"]) == []


def test_hands_in_the_wrong_order():
    swapped = ["handler", "finance_department", "user_department", "deputy_in_charge", "unit_head"]
    chart = sound(*(step(f"h{n}", hand=hand) for n, hand in enumerate(swapped)))
    assert rules(chart, "five_hands") == [("five_hands", "h1", "error")]


def test_five_hands_are_five_persons():
    chart = sound(*(step(f"h{n}", hand=hand, holder="p:7" if n in (1, 3) else f"p:{n}") for n, hand in enumerate(FIVE)))
    assert rules(chart, "five_hands") == [("five_hands", "h3", "error")]


PANEL = frozenset({"deputy_in_charge", "line_department", "legal", "discipline"})


def test_the_panel():
    assert rules(sound(step("b")), "panel") == [("panel", None, "error")]
    assert rules(sound(step("b", mode="panel", panel=PANEL)), "panel") == []
    found = check(sound(step("b", mode="panel", panel=PANEL - {"discipline"})), ["panel"])
    assert [(f.rule, f.step_key) for f in found] == [("panel", "b")]
    around = sound(step("b", mode="panel", panel=PANEL), extra=(Link("a", "z", "小额"),))
    assert [(f.rule, f.severity) for f in check(around, ["panel"])] == [("panel", Severity.WARNING)]


def test_collective_decision_and_the_head_last():
    assert rules(sound(step("b")), "collective") == [("collective", None, "error")]
    assert rules(sound(step("b", mode="collective")), "collective") == [("collective", "b", "error")]
    assert rules(sound(step("b", mode="collective", head_last=True)), "collective") == []


def test_decision_execution_supervision_in_one_hand():
    steps = [
        step("b", function="decision", holder="p:1"),
        step("c", function="execution", holder="p:2"),
        step("d", function="supervision", holder="p:1"),
    ]
    assert rules(sound(*steps), "separation") == [("separation", "d", "error")]
    steps[2] = step("d", function="supervision", holder="p:3")
    assert rules(sound(*steps), "separation") == []
    assert rules(sound(*steps[:2]), "separation") == [("separation", None, "warning")]


def test_findings_say_how_to_mend_and_bear_a_name():
    for finding in check(five_hands(without="unit_head"), ["five_hands", "panel", "collective", "separation"]):
        assert finding.text
        assert finding.mend
        assert str(finding.source)
