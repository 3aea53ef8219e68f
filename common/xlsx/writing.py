"""Writes tables officials can print: title, frozen header, A4 across, A3 for wide ones; text never becomes a formula, link or number.

Rows are written one by one and never held (XlsxWriter's constant memory mode).
"""

from __future__ import annotations

import datetime as dt
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, BinaryIO, Literal

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from common.xlsx import heights
from common.xlsx.cells import TableSheet

Kind = Literal["text", "int", "date", "level"]
Align = Literal["left", "center", "right"]
Progress = Callable[[int], None]
"""Called with the number of rows written so far; what it raises ends the writing, and nothing is left behind."""

PROGRESS_EVERY = 1_000
MAX_CELL_CHARACTERS = 32_767
MAX_TITLE_CHARACTERS = 31
_A4, _A3 = 9, 8
# Characters of all columns beside each other that a sheet across holds with its text at 8 points or more (10 points, shrunk to the width).
WIDEST_A4, WIDEST_A3 = 185, 270
_FONT = "宋体"
_HEADER_FILL = "#E8EEF7"
_BORDER = "#8A94A6"
_RISKY_START = ("=", "+", "-", "@", "\t", "\r", "\n")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TITLE_ILLEGAL = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_DEFAULT_ALIGN: dict[str, Align] = {"text": "left", "int": "center", "date": "center", "level": "center"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: width in characters; ``colours`` maps a text of a level column to its font colour (#RRGGBB)."""

    header: str
    width: float = 12
    kind: Kind = "text"
    align: Align | None = None
    colours: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: name on the tab, columns, rows (may be a generator), title line above and notes below the table."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    heading: str = ""
    notes: Sequence[str] = ()


def write_workbook(target: str | os.PathLike[str] | BinaryIO, sheets: Sequence[Sheet], progress: Progress | None = None) -> int:
    """Write the sheets to a path or binary file and return the number of table rows written.

    ``progress`` is called every 1,000 rows and once at the end; an exception from it cancels and leaves no file.
    """
    destination = os.fspath(target) if isinstance(target, (str, os.PathLike)) else target
    with tempfile.TemporaryDirectory(prefix="xlsx-") as scratch:
        book = xlsxwriter.Workbook(
            destination,
            {
                "constant_memory": True,
                "tmpdir": scratch,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_date_format": "yyyy-mm-dd",
            },
        )
        written = 0
        taken: set[str] = set()
        try:
            for sheet in sheets:
                written = _write_sheet(book, sheet, taken, written, progress)
            if progress is not None:
                progress(written)
        except BaseException:
            _abandon(book)
            raise
        book.close()
    return written


def _write_sheet(book: xlsxwriter.Workbook, sheet: Sheet, taken: set[str], written: int, progress: Progress | None) -> int:
    page = book.add_worksheet(_tab_name(sheet.title, taken), worksheet_class=TableSheet)
    last_column = len(sheet.columns) - 1
    header_row = 1 if sheet.heading else 0
    _set_up_page(page, sheet, header_row)
    if sheet.heading:
        style = book.add_format({"bold": True, "font_size": 16, "font_name": "黑体", "align": "center", "valign": "vcenter"})
        page.set_row(0, 32)
        _write_across(page, 0, last_column, safe_text(sheet.heading), style)
    header = book.add_format(_cell_style("center") | {"bold": True, "bg_color": _HEADER_FILL, "font_name": "黑体", "valign": "vcenter"})
    for number, column in enumerate(sheet.columns):
        page.write_string(header_row, number, safe_text(column.header), header)

    widths = [column.width for column in sheet.columns]
    page.set_row(header_row, heights.head(widths, [column.header for column in sheet.columns]))
    height_of = heights.measure(widths, [column.kind == "text" for column in sheet.columns])
    writers = [_writer(book, page, number, column) for number, column in enumerate(sheet.columns)]
    row = header_row
    for values in sheet.rows:
        row += 1
        if (height := height_of(values)) is not None:
            page.set_row(row, height)
        for write, value in zip(writers, values, strict=True):
            write(row, value)
        # The former row is on disk; the writer would keep the heights of all rows.
        page.row_info.pop(row - 1, None)
        page.row_sizes.pop(row - 1, None)
        written += 1
        if progress is not None and written % PROGRESS_EVERY == 0:
            progress(written)
    page.autofilter(header_row, 0, max(row, header_row), last_column)

    note = book.add_format({"text_wrap": True, "font_name": _FONT, "font_size": 10, "align": "left", "valign": "top"})
    for text in sheet.notes:
        row += 1
        page.set_row(row, heights.height_of(heights.lines_of(text, sum(widths))))
        _write_across(page, row, last_column, safe_text(text), note)
    return written


def _set_up_page(page: Worksheet, sheet: Sheet, header_row: int) -> None:
    """Everything that must be known before the first row: widths, panes, paper."""
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
    page.freeze_panes(header_row + 1, 0)
    page.set_landscape()
    page.set_paper(_A4 if sum(column.width for column in sheet.columns) <= WIDEST_A4 else _A3)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0, header_row)
    page.set_footer("&C&P / &N")


def _write_across(page: Worksheet, row: int, last_column: int, text: str, style: Format) -> None:
    if last_column > 0:
        page.merge_range(row, 0, row, last_column, "", style)
    page.write_string(row, 0, text, style)


def _cell_style(align: Align) -> dict[str, Any]:
    return {
        "font_name": _FONT,
        "font_size": 10,
        "text_wrap": True,
        "valign": "top",
        "align": align,
        "border": 1,
        "border_color": _BORDER,
    }


def _writer(book: xlsxwriter.Workbook, page: Worksheet, number: int, column: Column) -> Callable[[int, Any], None]:
    """A function that writes one value of this column into the given row."""
    base = _cell_style(column.align or _DEFAULT_ALIGN[column.kind])
    plain = book.add_format(base)
    # The apostrophe mark keeps "=…" text even after somebody has edited the cell.
    quoted = book.add_format(base | {"quote_prefix": True})
    dated = book.add_format(base | {"num_format": "yyyy-mm-dd"})
    coloured = {text: book.add_format(base | {"bold": True, "font_color": colour}) for text, colour in column.colours.items()}
    write_string, write_number, write_blank = _by_number(page, "write_string", "write_number", "write_blank")
    kind = column.kind

    def write(row: int, value: Any) -> None:
        if type(value) is str:
            if len(value) > _HALF_CELL or not value.isprintable():
                value = safe_text(value)
            if value.startswith(_RISKY_START):
                write_string(row, number, value, quoted)
            elif value:
                write_string(row, number, value, coloured.get(value, plain) if coloured else plain)
            else:
                write_blank(row, number, None, plain)
        elif value is None:
            write_blank(row, number, None, plain)
        elif kind == "date" and type(value) is dt.date and value >= _SINCE:
            write_number(row, number, value.toordinal() - _DAY_0, dated)
        elif kind == "int" and isinstance(value, (int, float)) and not isinstance(value, bool):
            write_number(row, number, value, plain)
        elif kind == "date" and isinstance(value, dt.date):
            page.write_datetime(row, number, value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value, dated)
        else:
            write(row, str(value))

    return write


def _by_number(page: Worksheet, *names: str) -> list[Callable[..., Any]]:
    """Methods of a sheet without the wrapper that asks of each cell whether it is called “A1”: a register has two million."""
    return [partial(getattr(getattr(Worksheet, name), "__wrapped__", getattr(Worksheet, name)), page) for name in names]


_DAY_0 = dt.date(1899, 12, 30).toordinal()
"""Excel counts days from here."""

_SINCE = dt.date(1900, 3, 1)
"""Before it Excel knows a day that never was; the library takes care of it."""

_HALF_CELL = MAX_CELL_CHARACTERS // 2
"""A text of at most so many characters fits even when each of them takes two UTF-16 units, which is what Excel counts."""


def safe_text(value: Any) -> str:
    """The text as a cell can hold it: no characters illegal in XML, newline line ends, cut with a visible mark."""
    text = _ILLEGAL.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) <= _HALF_CELL:
        return text
    units = text.encode("utf-16-le")
    if len(units) // 2 <= MAX_CELL_CHARACTERS:
        return text
    mark = _(" … (cut: a cell holds no more)")
    kept: str = units[: (MAX_CELL_CHARACTERS - len(mark)) * 2].decode("utf-16-le", "ignore")
    return kept + mark


def _tab_name(title: str, taken: set[str]) -> str:
    """A sheet name Excel accepts: at most 31 characters, none of []:*?/\\, no outer apostrophe, unique."""
    base = _TITLE_ILLEGAL.sub(" ", title).strip(" '")[:MAX_TITLE_CHARACTERS] or "Sheet"
    name, number = base, 1
    while name.lower() in taken:
        number += 1
        ending = f"({number})"
        name = base[: MAX_TITLE_CHARACTERS - len(ending)] + ending
    taken.add(name.lower())
    return name


def _abandon(book: xlsxwriter.Workbook) -> None:
    """Drop a half-written workbook: close its row files, write nothing."""
    for page in book.worksheets():
        if page.row_data_fh is not None and not page.row_data_fh_closed:
            page.row_data_fh.close()
            page.row_data_fh_closed = True
