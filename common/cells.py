"""Cells of tables of numbers and of matrices, as HTML: a dashboard has hundreds, and a template takes ten times as long for each."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.safestring import SafeString

from common.markup import markup
from common.templatetags.ui_status import read


def number_cells(numbers: Iterable[tuple[Any, str, str]]) -> SafeString:
    """A cell for each (number, address of the list behind it or nothing, further class or nothing)."""
    return SafeString("".join(_number(*one) for one in numbers))


def _number(value: Any, url: str, css: str) -> str:
    inside = markup('<a href="{}">{}</a>', url, value) if url else value
    return markup('<td class="num{}">{}</td>', f" {css}" if css else "", inside)


def matrix_cells(cells: Iterable[Mapping[str, Any]], target: str) -> SafeString:
    """A row of a matrix: level, count and maybe url and active of each; `target`: the part of the page that a click draws anew."""
    return SafeString("".join(_matrix_cell(cell, target) for cell in cells))


def _matrix_cell(cell: Mapping[str, Any], target: str) -> str:
    level, count, url, is_active = cell.get("level"), cell.get("count"), cell.get("url"), bool(cell.get("active"))
    inside = markup('<span class="matrix-count">{}</span><span class="matrix-level">{}</span>', count or 0, read(level, "label"))
    if url and count:
        part = markup(' hx-get="{}" hx-target="#{}" hx-swap="outerHTML" hx-push-url="true"', url, target) if target else ""
        current = SafeString(' aria-current="true"') if is_active else ""
        inside = markup('<a href="{}"{}{}>{}</a>', url, current, part, inside)
    else:
        inside = markup('<span class="matrix-box">{}</span>', inside)
    css = f"matrix-{read(level, 'colour') or 'grey'}{' active' if is_active else ''}{'' if count else ' matrix-empty'}"
    return markup('<td class="matrix-cell {}">{}</td>', css, inside)
