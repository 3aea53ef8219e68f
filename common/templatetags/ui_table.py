"""Tables of django-tables2 in our dress. Lists are read more than anything else, so what repeats is written without templates."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape, unescape
from typing import Any

from django import template
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, strip_tags
from django.utils.safestring import SafeString, mark_safe

from common.markup import markup_of_all
from common.tablefiles import PARAMETER, Format
from common.templatetags.ui_data import query_string

register = template.Library()


@register.simple_tag
def number_cells(numbers: Iterable[int]) -> SafeString:
    """The cells of a row that are nothing but numbers."""
    return markup_of_all('<td class="num">{}</td>', ((str(number),) for number in numbers))


@register.simple_tag(takes_context=True)
def data_table(
    context: template.Context,
    table: Any,
    export_url: str = "",
    csv: bool = True,
    columns: bool = True,
    empty_title: str = "",
    empty_text: str = "",
    empty_url: str = "",
    empty_action: str = "",
    target: str = "results",
) -> SafeString:
    """A django-tables2 table in our dress: sorting, pager, rows that open, cards on phones.

    Rows open when ``Meta.row_attrs`` gives ``data-href``. ``export_url`` gets the current query appended, so the
    file holds exactly what is filtered; with ``csv`` it can be had as .csv too.
    """
    request = context.get("request")
    remembered = context.get("remembered") if columns else None
    heads = [_Head(column) for column in table.columns]
    chosen = remembered.columns if remembered else {}
    shown = [chosen.get(head.name, not head.is_optional) or not columns for head in heads]
    values = {
        "table": table,
        "request": request,
        "columns": columns,
        "boxes": _boxes(heads, shown) if columns else "",
        "head": SafeString("".join(head.drawn(request, table, target) for head in heads)),
        "hidden": " ".join(f"hide-{place}" for place, is_shown in enumerate(shown, 1) if not is_shown),
        "remembered": remembered,
        "export_url": f"{export_url}{query_string(request, {'page': None})}" if export_url else "",
        "csv_url": f"{export_url}{query_string(request, {'page': None, PARAMETER: Format.CSV.value})}" if export_url and csv else "",
        "empty_title": empty_title,
        "empty_text": empty_text,
        "empty_url": empty_url,
        "empty_action": empty_action,
        "target": target,
    }
    return mark_safe(render_to_string("components/table.html", values, request))


class _Head:
    """What is asked of a column of django-tables2 several times, and costs something each time."""

    def __init__(self, column: Any) -> None:
        self.column, self.name = column, escape(column.name)
        self.header = conditional_escape(column.header)
        self.label = escape(unescape(strip_tags(self.header)).strip())
        self.attrs = column.attrs["th"]
        self.is_optional = "data-optional" in self.attrs

    def drawn(self, request: HttpRequest | None, table: Any, target: str) -> str:
        """The cell of the table's head; a link that orders by the column keeps the filters and begins at page one."""
        column, order, content = self.column, "", str(self.header)
        if column.is_ordered:
            order = f' aria-sort="{"descending" if column.order_by_alias.is_descending else "ascending"}"'
        if column.orderable:
            changes = {table.prefixed_order_by_field: column.order_by_alias.next, table.prefixed_page_field: None}
            address = escape(query_string(request, changes))
            swap = f'hx-target="#{escape(target)}" hx-swap="outerHTML" hx-push-url="true"'
            content = f'<a href="{address}" hx-get="{address}" {swap}>{content}</a>'
        return f'<th scope="col" {self.attrs.as_html()} data-column="{self.name}"{order}>{content}</th>'


def _boxes(heads: list[_Head], shown: list[bool]) -> SafeString:
    """The boxes with which columns are chosen. They belong to the form beside the filter bar: the table may stand in a form of its own."""
    return SafeString(
        "".join(
            f'<input type="hidden" form="list-columns" name="known" value="{head.name}">'
            f'<label class="form-check"><input type="checkbox" class="form-check-input" form="list-columns" name="shown" '
            f'value="{head.name}" data-place="{place}"{" checked" if is_shown else ""}>'
            f' <span class="form-check-label">{head.label}</span></label>'
            for place, (head, is_shown) in enumerate(zip(heads, shown, strict=True), 1)
            if head.label
        )
    )
