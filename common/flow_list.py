"""A flowchart as lists, for readers without scripts: its risk points, and its steps as rows of a table.

A busy chart has dozens of points, each twice; as nodes of a template they took a fifth of a risk point's page.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.safestring import SafeString

from common.markup import markup, markup_of_all
from common.templatetags.ui_layout import icon
from common.templatetags.ui_status import level_badge, read

_RISK = (
    '<li data-risk="{}"><span class="flow-dot level-dot-{}">{}</span>'
    '<span class="flow-risk-text">{}<span class="flow-risk-meta">{} {}</span></span></li>'
)
_ROW = '<tr><td>{}</td><th scope="row">{}{}</th><td>{}</td><td class="num">{}</td><td>{}</td><td>{}</td><td>{}</td></tr>'

Step = Mapping[str, Any]


def risks_on_chart(steps: Iterable[Step]) -> SafeString:
    """The points in the order of the steps they sit on."""
    return markup_of_all(_RISK, ((*_dot(risk), step["name"]) for step in steps for risk in step.get("risks", ())))


def step_rows(steps: Iterable[Step], links: Iterable[Mapping[str, Any]]) -> SafeString:
    """One row a step: number, name with findings, who is responsible, working days, documents, what comes next, risk points."""
    steps = list(steps)
    names = {step["key"]: step["name"] for step in steps}
    onward: dict[str, list[tuple[Any, Any]]] = {}
    for link in links:
        condition = link.get("condition")
        shown = markup('<span class="text-secondary">{}</span> ', condition) if condition else ""
        onward.setdefault(link["source"], []).append((shown, names.get(link["target"], link["target"])))
    return markup_of_all(_ROW, (_cells(number, step, onward.get(step["key"], ())) for number, step in enumerate(steps, start=1)))


def _cells(number: int, step: Step, onward: Iterable[tuple[Any, Any]]) -> tuple[Any, ...]:
    days = step.get("days")
    return (
        number,
        step["name"],
        markup_of_all('<p class="field-hint-warning">{}{}</p>', ((icon("alert-triangle"), text) for text in step.get("warnings") or ())),
        step.get("holder") or "—",
        "—" if days is None else days,
        step.get("documents") or "—",
        markup_of_all("<div>{}→ {}</div>", onward) or "—",
        markup_of_all(
            "<div>{} {} {}</div>", ((one["number"], one["title"], level_badge(one.get("level"))) for one in step.get("risks", ()))
        ),
    )


def _dot(risk: Mapping[str, Any]) -> tuple[Any, ...]:
    url, level = risk.get("url"), risk.get("level")
    title = markup('<a href="{}">{}</a>', url, risk["title"]) if url else risk["title"]
    return risk["id"], (level and read(level, "colour")) or "grey", risk["number"], title, level_badge(level)
