"""The checks on any chart: they answer, always the same, and a mended fault is gone."""

import itertools
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from positions.balance import Chart, Link, Step, check
from positions.balance.chart import longest_days

HANDS = ["handler", "user_department", "finance_department", "deputy_in_charge", "unit_head"]
REQUIRES = ["five_hands", "panel", "collective", "separation"]
MODES = ["individual", "panel", "collective", "?"]

keys = st.integers(0, 39).map(lambda n: f"s{n}")
steps = st.builds(
    Step,
    key=keys,
    kind=st.sampled_from(["start", "action", "decision", "end", "odd"]),
    name=st.text(max_size=6),
    holder=st.sampled_from(["", " ", "p:1", "p:2", "d:1", "r:主要领导"]),
    days=st.none() | st.integers(-3, 10**9),
    hand=st.sampled_from(["", "?", *HANDS]),
    function=st.sampled_from(["", "?", "decision", "execution", "supervision"]),
    mode=st.sampled_from(MODES),
    panel=st.frozensets(st.sampled_from(["deputy_in_charge", "line_department", "legal", "discipline", "?"])),
    head_last=st.booleans(),
)
links = st.builds(Link, source=keys, target=keys, condition=st.sampled_from(["", "同意", "退回补正", "不同意", "%(x)s"]))
charts = st.builds(
    Chart,
    steps=st.lists(steps, max_size=40).map(tuple),
    links=st.lists(links, max_size=160).map(tuple),
    time_limit_days=st.none() | st.integers(0, 200),
)


@given(charts, st.lists(st.sampled_from([*REQUIRES, "unknown"])))
@settings(max_examples=200)
def test_never_raises(chart, requires):
    for finding in check(chart, requires):
        assert finding.text
        assert finding.step_key is None or finding.step_key in chart.by_key


@given(charts, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(chart, random):
    mixed_steps, mixed_links = list(chart.steps), list(chart.links)
    random.shuffle(mixed_steps)
    random.shuffle(mixed_links)
    assert check(Chart(tuple(mixed_steps), tuple(mixed_links), chart.time_limit_days), REQUIRES) == check(chart, REQUIRES)


def test_every_step_linked_with_every_other_takes_no_time():
    many = [Step(f"s{n:02}", "decision", f"环节{n}", "p:1", days=1) for n in range(38)]
    everything = (Step("a", "start", "始", "p:1", days=1), *many, Step("z", "end", "终"))
    chart = Chart(everything, tuple(Link(x.key, y.key, "同意") for x in everything for y in everything if x is not y), 5)
    begun = time.perf_counter()
    assert check(chart, REQUIRES)
    assert time.perf_counter() - begun < 2


@given(charts)
def test_the_longest_way_is_a_way_and_passes_no_step_twice(chart):
    days, way = longest_days(chart)
    assert len(set(way)) == len(way)
    assert days == sum(max(chart.by_key[key].days or 0, 0) for key in way)
    assert not way or way[0] in chart.starts
    for source, target in itertools.pairwise(way):
        assert target in chart.onward[source]


@given(st.sampled_from(HANDS), st.lists(st.integers(0, 4), max_size=6), st.integers(0, 5))
def test_adding_the_missing_hand_removes_the_finding(missing, returns, fillers):
    def chart(hands: list[str]) -> Chart:
        named = [Step(f"h{n}", "decision", hand, f"p:{hand}", days=1, hand=hand) for n, hand in enumerate(hands)]
        plain = [Step(f"f{n}", "action", "办理", "p:99", days=1) for n in range(fillers)]
        row = [Step("a", "start", "始", "p:88", days=1), *named, *plain, Step("z", "end", "终")]
        onward = [Link(x.key, y.key, "同意") for x, y in itertools.pairwise(row)]
        back = [Link(named[n % len(named)].key, "a", "退回补正") for n in returns]
        return Chart(tuple(row), tuple(onward + back))

    lacking = [f for f in check(chart([h for h in HANDS if h != missing]), ["five_hands"]) if f.rule == "five_hands"]
    assert len(lacking) == 1
    assert not [f for f in check(chart(HANDS), ["five_hands"]) if f.rule == "five_hands"]
