"""All families of rules over one chart."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from positions.balance import collective, five_hands, panel, responsibility, separation, structure
from positions.balance.chart import Chart
from positions.balance.findings import SOURCES, Finding

Rule = Callable[[Chart], Iterator[Finding]]

# What every chart has to obey, and what only those items have to that require it (`Requirement` of the model).
ALWAYS: tuple[Rule, ...] = (structure.check, responsibility.check)
REQUIRED: Mapping[str, Rule] = {
    "five_hands": five_hands.check,
    "panel": panel.check,
    "collective": collective.check,
    "separation": separation.check,
}


def check(chart: Chart, requires: Iterable[str] = ()) -> list[Finding]:
    """Every finding, in the order of the rules and then of the steps' keys. Never raises; codes it does not know are passed over.

    A drawing without steps, start or end gets only the findings about that: the other rules need ways to look at.
    """
    found = [finding for rule in ALWAYS for finding in rule(chart)]
    if chart.starts and chart.ends:
        wanted = set(requires)
        for code, rule in REQUIRED.items():
            if code in wanted:
                found += rule(chart)
    places = {code: n for n, code in enumerate(SOURCES)}
    return sorted(set(found), key=lambda f: (places[f.rule], f.step_key or "", f.text))
