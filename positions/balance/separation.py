"""Decision, execution and supervision of one matter do not lie in one hand (决策、执行、监督相互分离, domain §2)."""

from collections.abc import Iterator
from itertools import combinations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from positions.balance.chart import Chart, Step
from positions.balance.findings import Finding, Severity

FUNCTIONS = {
    "decision": gettext_lazy("decision"),
    "execution": gettext_lazy("execution"),
    "supervision": gettext_lazy("supervision"),
}


def check(chart: Chart) -> Iterator[Finding]:
    """Findings of the rule separation."""
    held: dict[str, dict[str, Step]] = {}
    marked = {step.function for step in chart.by_key.values()}
    for step in chart.by_key.values():
        if step.function in FUNCTIONS and step.holder.strip():
            held.setdefault(step.holder, {}).setdefault(step.function, step)
    for functions in held.values():
        for one, two in combinations([f for f in FUNCTIONS if f in functions], 2):
            yield _one_hand(functions[one], functions[two])
    for function, label in FUNCTIONS.items():
        if function not in marked:
            yield Finding(
                "separation",
                None,
                _("No step is marked as %(function)s.") % {"function": label},
                _("Choose the function at the step that does it; if there is none, add one."),
                Severity.WARNING,
            )


def _one_hand(first: Step, second: Step) -> Finding:
    return Finding(
        "separation",
        second.key,
        _("“%(holder)s” has both the %(one)s (“%(first)s”) and the %(two)s (“%(second)s”).")
        % {
            "holder": first.holder_name or first.holder,
            "one": FUNCTIONS[first.function],
            "first": first.name,
            "two": FUNCTIONS[second.function],
            "second": second.name,
        },
        _("Give one of the two steps to somebody else."),
    )
