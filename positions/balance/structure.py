"""A drawing that is a flowchart: one start, ends, everything reachable, decisions with exits that say when they are taken."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from positions.balance.chart import Chart, Step, reach, reversed_links
from positions.balance.findings import Finding, Severity


def check(chart: Chart) -> Iterator[Finding]:
    """Findings of the rules chart, reach and decision."""
    if not chart.by_key:
        yield Finding(
            "chart", None, _("There is no flowchart yet."), _("Enter the steps from the first to the last, or begin with a template.")
        )
        return
    yield from _starts_and_ends(chart)
    if chart.starts and chart.ends:
        yield from _reachable(chart)
    for step in chart.by_key.values():
        if step.kind == "decision":
            yield from _exits(chart, step)
        elif step.kind == "end" and chart.onward[step.key]:
            yield Finding(
                "chart",
                step.key,
                _("“%(step)s” is an end, and yet something follows it.") % {"step": step.name},
                _("Take the next steps away, or make it an action."),
            )


def _starts_and_ends(chart: Chart) -> Iterator[Finding]:
    if not chart.starts:
        yield Finding("chart", None, _("The flowchart has no start."), _("Make the step with which the matter begins the “start”."))
    for key in chart.starts[1:] and chart.starts:
        yield Finding(
            "chart",
            key,
            _("The flowchart has %(count)d starts; “%(step)s” is one of them.")
            % {"count": len(chart.starts), "step": chart.by_key[key].name},
            _("Keep one start; make the others actions that follow it."),
        )
    if not chart.ends:
        yield Finding("chart", None, _("The flowchart has no end."), _("Add a step of the kind “end” with which the matter is closed."))


def _reachable(chart: Chart) -> Iterator[Finding]:
    reached = reach(chart.starts, chart.onward)
    closing = reach(chart.ends, reversed_links(chart.onward))
    for key, step in chart.by_key.items():
        if key not in reached:
            yield Finding(
                "reach",
                key,
                _("No way leads to “%(step)s”: it is never reached.") % {"step": step.name},
                _("Enter it as the next step of the one before it, or remove it."),
            )
        elif key not in closing:
            yield Finding(
                "reach",
                key,
                _("From “%(step)s” no way leads to an end: the matter is never closed.") % {"step": step.name},
                _("Say which step comes next, so that an end is reached."),
            )


def _exits(chart: Chart, step: Step) -> Iterator[Finding]:
    exits = chart.exits(step.key)
    if len({link.target for link in exits}) < 2:
        yield Finding(
            "decision",
            step.key,
            _("“%(step)s” is a decision but has fewer than two exits.") % {"step": step.name},
            _("Enter where the matter goes when it is agreed to and where when it is not, or make it an action."),
        )
    elif bare := [link for link in exits if not link.condition.strip()]:
        yield Finding(
            "decision",
            step.key,
            _("The exit of “%(step)s” to “%(target)s” does not say when it is taken.")
            % {"step": step.name, "target": chart.by_key[bare[0].target].name},
            _("Enter the condition at each exit, such as “agreed” or “returned for correction”."),
            Severity.WARNING,
        )
