"""集体合议 (domain §2): major approval and enforcement go to a panel of deputy in charge, line department and legal department; the
discipline committee takes part."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from positions.balance.chart import Chart
from positions.balance.findings import Finding, Severity

MEMBERS = {
    "deputy_in_charge": gettext_lazy("deputy in charge"),
    "line_department": gettext_lazy("line department"),
    "legal": gettext_lazy("legal department"),
    "discipline": gettext_lazy("discipline committee"),
}


def check(chart: Chart) -> Iterator[Finding]:
    """Findings of the rule panel. A way around it is a warning: small matters may rightly go without."""
    steps = [s for s in chart.by_key.values() if s.mode == "panel"]
    if not steps:
        yield Finding(
            "panel",
            None,
            _("No step goes to a panel."),
            _("Choose “by a panel” at the step in which it is decided, and tick who takes part."),
        )
        return
    for step in steps:
        missing = [str(label) for code, label in MEMBERS.items() if code not in step.panel]
        if missing:
            yield Finding(
                "panel",
                step.key,
                _("On the panel of “%(step)s” is missing: %(members)s.") % {"step": step.name, "members": _(", ").join(missing)},
                _("Tick them under “who takes part”."),
            )
    around = chart.way(lambda s: s.mode == "panel", chart.ends)
    if around is not None:
        yield Finding(
            "panel",
            steps[0].key,
            _("The matter can be closed without the panel: %(way)s.") % {"way": chart.names(around)},
            _("Lead this way through the panel, unless its condition makes it a small matter."),
            Severity.WARNING,
        )
