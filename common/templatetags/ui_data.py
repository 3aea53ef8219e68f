"""Lists and pictures of data: filter bar, tables, pager, matrix, charts, flowcharts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from django import forms, template
from django.core.paginator import Page
from django.http import HttpRequest, QueryDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.cells import matrix_cells, number_cells
from common.flow_list import risks_on_chart, step_rows
from common.templatetags.ui_forms import _kind, field

register = template.Library()

# Parameters that say where one is in a list, not which rows are in it.
POSITION_PARAMETERS = ("page",)
# Filter bars kept as HTML in this process, the oldest given up first; a bar of a unit with a hundred departments takes 20 kB.
MOST_DRAWN = 200
_DRAWN: dict[Any, dict[str, Any]] = {}


def query_string(request: HttpRequest | None, changes: Mapping[str, Any]) -> str:
    """The current query with some parameters set, or taken out where the value is None; begins with "?"."""
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """``{% query page=3 sort=None %}``: this page's address with other parameters."""
    return query_string(context.get("request"), changes)


@register.inclusion_tag("components/filter_bar.html", takes_context=True)
def filter_bar(context: template.Context, filterset: Any, target: str = "results", primary: int = 5, label: str = "") -> dict[str, Any]:
    """The form of a django-filter FilterSet above a list. The first ``primary`` fields stand open, the rest under
    "more". Put ``filter_chips`` inside the part that is replaced."""
    request = context.get("request")
    return {
        "filterset": filterset,
        "form": filterset.form,
        **_drawn(filterset, primary),
        "target": target,
        "label": label or _("Filter"),
        "path": request.path if request else "",
        "sort": request.GET.get("sort", "") if request else "",
        "remembered": context.get("remembered"),
        "csrf_token": context.get("csrf_token"),
    }


def _drawn(filterset: Any, primary: int) -> dict[str, Any]:
    """The fields as HTML, and whether one of the later ones is in use.

    The same dozen lists are drawn for everybody in a unit. A filter set that says in `drawn_by` all that they are drawn from, beside its
    class and the address, is drawn once for each such content; with faults in it, or without that word, always.
    """
    key = None
    if getattr(filterset, "drawn_by", None) is not None and not filterset.errors:
        chosen = tuple((name, filterset.data.get(name)) for name in filterset.filters if filterset.data.get(name))
        key = (type(filterset), get_language(), primary, filterset.drawn_by, chosen)
        if (known := _DRAWN.get(key)) is not None:
            return known
    bounds = [bound for bound in filterset.form if not bound.is_hidden]
    more = bounds[primary:]
    drawn = {
        "fields": _fields(bounds[:primary]),
        "more": _fields(more),
        "more_open": any(bound.data not in (None, "", [], ()) for bound in more),
    }
    if key is not None:
        while len(_DRAWN) >= MOST_DRAWN:
            _DRAWN.pop(next(iter(_DRAWN), None), None)
        _DRAWN[key] = drawn
    return drawn


def _fields(bounds: list[forms.BoundField]) -> SafeString:
    everything = _("All")
    return mark_safe("\n".join(field(bound, counter=False, empty_label=everything) for bound in bounds))  # each is drawn escaped


@register.inclusion_tag("components/filter_chips.html", takes_context=True)
def filter_chips(
    context: template.Context,
    filterset: Any,
    count: int | None = None,
    target: str = "results",
    noun: str = "",
) -> dict[str, Any]:
    """How many rows there are, and each filter in force as a chip that takes it away."""
    request = context.get("request")
    chips = _chips(filterset, request)
    path = request.path if request else ""
    return {"chips": chips, "count": count, "target": target, "noun": noun, "clear_url": path}


def _chips(filterset: Any, request: HttpRequest | None) -> list[dict[str, str]]:
    chips: list[dict[str, str]] = []
    for bound in filterset.form:
        for value in _values(bound):
            left = request.GET.copy() if request is not None else QueryDict(mutable=True)
            left.setlist(bound.html_name, [v for v in left.getlist(bound.html_name) if v != value])
            for name in POSITION_PARAMETERS:
                left.pop(name, None)
            chips.append(
                {
                    "label": str(bound.label or bound.name),
                    "text": _choice_text(bound, value),
                    "name": bound.html_name,
                    "value": value,
                    "url": f"?{left.urlencode()}",
                }
            )
    return chips


def _values(bound: forms.BoundField) -> list[str]:
    data = bound.data
    values = data if isinstance(data, list | tuple) else [data]
    return [str(value) for value in values if value not in (None, "", [], False)]


def _choice_text(bound: forms.BoundField, value: str) -> str:
    """The word of a choice; choices may be grouped."""
    if _kind(bound.field.widget) == "checkbox":
        return _("yes")
    for key, label in getattr(bound.field, "choices", ()):
        options = label if isinstance(label, list | tuple) else [(key, label)]
        for option, text in options:
            if str(option) == value:
                return str(text)
    return value


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: template.Context, page: Page, parameter: str = "page", target: str = "") -> dict[str, Any]:
    """First, previous, next, last, and where one is."""
    request = context.get("request")
    number, last = page.number, page.paginator.num_pages

    def link(to: int, possible: bool) -> str:
        return query_string(request, {parameter: to}) if possible else ""

    return {
        "page": page,
        "total": page.paginator.count,
        "last_number": last,
        "first": link(1, number > 1),
        "previous": link(number - 1, number > 1),
        "next": link(number + 1, number < last),
        "last": link(last, number < last),
        "target": target,
    }


@register.inclusion_tag("components/matrix.html")
def matrix(
    rows: Sequence[Any],
    columns: Sequence[Any],
    cells: Mapping[Any, Any],
    row_title: str = "",
    column_title: str = "",
    caption: str = "",
    target: str = "",
) -> dict[str, Any]:
    """Counts of risks by two factors, as a real table. ``rows`` from the highest down, ``columns`` from the lowest up:
    each (value, label); ``cells[(row, column)]`` has level, count and maybe url and active."""
    grid = [
        {"value": value, "label": label, "cells": matrix_cells((cells.get((value, column), {}) for column, _label in columns), target)}
        for value, label in rows
    ]
    return {
        "grid": grid,
        "columns": columns,
        "row_title": row_title or _("Probability"),
        "column_title": column_title or _("Harm"),
        "caption": caption,
    }


@register.inclusion_tag("components/chart.html")
def chart(
    kind: str,
    title: str,
    categories: Iterable[Any],
    series: Iterable[Mapping[str, Any]],
    subtitle: str = "",
    unit: str = "",
    height: str = "m",
    stacked: bool = False,
) -> dict[str, Any]:
    """A chart with its table behind. ``kind``: bar, column, line, radar. ``title`` says the message.

    ``series``: label, values (numbers, one a category), maybe colour (a level colour or tone) and urls (where a
    click on each value leads).
    """
    names = [str(name) for name in categories]
    lines = [dict(line) for line in series]
    uid = f"c{uuid4().hex[:8]}"
    rows = [
        {
            "name": name,
            "cells": number_cells((line["values"][at], line["urls"][at] if line.get("urls") else "", "") for line in lines),
        }
        for at, name in enumerate(names)
    ]
    data = {
        "kind": kind,
        "title": str(title),
        "unit": str(unit),
        "stacked": stacked,
        "categories": names,
        "series": [{**line, "label": str(line["label"])} for line in lines],
    }
    return {
        "uid": uid,
        "title": title,
        "subtitle": subtitle,
        "data": data,
        "lines": lines,
        "rows": rows,
        "unit": unit,
        "height": height if height in {"s", "m", "l"} else "m",
        "data_id": f"{uid}-data",
    }


@register.inclusion_tag("components/flowchart.html")
def flowchart(data: Mapping[str, Any], uid: str = "flowchart", toolbar: bool = True) -> dict[str, Any]:
    """The drawing of a power's flow, with the list of its steps behind it for readers without scripts.

    ``data``: title, steps, links and maybe lanes, as in ``docs/developers/components.md``.
    """
    drawing = dict(data)
    drawing.setdefault("texts", flowchart_texts())
    steps = list(data.get("steps", ()))
    return {
        "uid": uid,
        "data": drawing,
        "data_id": f"{uid}-data",
        "title": data.get("title", ""),
        "rows": step_rows(steps, data.get("links", ())),
        "risks": risks_on_chart(steps),
        "toolbar": toolbar,
    }


def flowchart_texts() -> dict[str, str]:
    """The words of the drawing; a view that answers JSON for a live drawing sends them along as ``texts``."""
    return {
        "days": _("{count} working days"),
        "panel": _("panel"),
        "collective": _("collective decision"),
        "risk": _("Risk point {number}: {title}, {level}"),
        "warning": _("Finding: {text}"),
        "nobody": _("nobody is responsible"),
        "empty": _("The drawing appears here as soon as there is a step."),
        "start": _("Start"),
        "end": _("End"),
        "decision": _("Decision"),
        "action": _("Action"),
    }
