"""事有专管之人,人有专司之职,时有限定之期: someone responsible and a time limit at every step, and the steps fit into the item's limit."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from positions.balance.chart import Chart, longest_days
from positions.balance.findings import Finding


def check(chart: Chart) -> Iterator[Finding]:
    """Findings of the rules responsible and time. Ends need neither: nothing is done there any more."""
    for step in chart.by_key.values():
        if step.kind == "end":
            continue
        if not step.holder.strip():
            yield Finding(
                "responsible",
                step.key,
                _("Nobody is responsible for “%(step)s”.") % {"step": step.name},
                _("Choose the position or department that does it, or write the role."),
            )
        if step.days is None:
            yield Finding(
                "time",
                step.key,
                _("“%(step)s” has no time limit.") % {"step": step.name},
                _("Enter the working days; 0 means at once."),
            )
    yield from _in_total(chart)


def _in_total(chart: Chart) -> Iterator[Finding]:
    if not chart.time_limit_days or not chart.starts:
        return
    days, way = longest_days(chart)
    if days > chart.time_limit_days:
        yield Finding(
            "time",
            None,
            _("The steps take up to %(days)d working days, but the time limit of the item is %(limit)d: %(way)s.")
            % {"days": days, "limit": chart.time_limit_days, "way": chart.names(way)},
            _("Shorten steps on this way, or correct the time limit of the item."),
        )
