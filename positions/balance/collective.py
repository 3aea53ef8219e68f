"""集体议事、“一把手”末位表态 (domain §2): decisions are collective and the head speaks last."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from positions.balance.chart import Chart
from positions.balance.findings import Finding, Severity


def check(chart: Chart) -> Iterator[Finding]:
    """Findings of the rule collective. A way around it is a warning: a threshold may be meant."""
    steps = [s for s in chart.by_key.values() if s.mode == "collective"]
    if not steps:
        yield Finding(
            "collective",
            None,
            _("No step is decided collectively."),
            _("Choose “by collective decision” at the step in which it is decided."),
        )
        return
    for step in steps:
        if not step.head_last:
            yield Finding(
                "collective",
                step.key,
                _("At “%(step)s” it is not laid down that the head speaks last.") % {"step": step.name},
                _("Tick “the head speaks last”."),
            )
    around = chart.way(lambda s: s.mode == "collective", chart.ends)
    if around is not None:
        yield Finding(
            "collective",
            steps[0].key,
            _("The matter can be closed without a collective decision: %(way)s.") % {"way": chart.names(around)},
            _("Lead this way through the collective decision, unless its condition makes it a small matter."),
            Severity.WARNING,
        )
