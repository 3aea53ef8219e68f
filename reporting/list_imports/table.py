"""Finds the list in a workbook, and gives its rows: title lines above, one or two header rows, merged cells, lines that are no row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.xlsx.faults import ParseProblem, column_letter, excerpt
from common.xlsx.reading import Row, Sheet, open_book, to_text
from reporting.list_imports.fields import LEFT_OUT, SEQUENCE
from reporting.registers import Field, Skipped
from reporting.registers.headers import CERTAIN, ColumnGuess, normalise
from reporting.registers.layout import SEARCHED_ROWS, stack
from reporting.registers.table import Table
from reporting.services.layouts import Source

if TYPE_CHECKING:
    from reporting.list_imports.kinds.base import Kind

MAX_HEADER_ROWS = 3
MAX_COLUMNS = 60
LONGEST_HEADER = 64
SAMPLE_ROWS = 3
SAMPLE_SEARCHED = 40


class _Found(NamedTuple):
    score: float
    row: int  # from 0
    depth: int
    levels: tuple[tuple[str, ...], ...]
    columns: tuple[ColumnGuess, ...]


def analyse(source: Source, kind: Kind) -> dict[str, Any]:
    """Where the list stands in the file, what its columns probably mean, and a sample of each; ready for JSON.

    The sheet with the best header is read; hidden sheets never are. Raises ParseProblem when no sheet has a header of this list.
    """
    with open_book(source) as book:
        found: dict[str, _Found] = {}
        for info in book.sheets:
            if not info.hidden and (header := _header(book.sheet(info.name), kind)) is not None:
                found[info.name] = header
        if not found:
            raise _no_header(kind)
        name = max(found, key=lambda key: found[key].score)
        sheet, header = book.sheet(name), found[name]
        others = [key for key, other in found.items() if key != name and other.score >= 0.6 * header.score]
        return _described(sheet, header, others, kind)


def _no_header(kind: Kind) -> ParseProblem:
    message = _(
        "No header of this list was found in the first {rows} rows of any visible sheet. Looked for columns such as {names}. Put these "
        "names into one row above the table, or use the template."
    )
    return ParseProblem("no_header", format_lazy(message, rows=SEARCHED_ROWS, names="、".join(f.header for f in kind.fields[:6])))


def _header(sheet: Sheet, kind: Kind) -> _Found | None:
    rows = [[to_text(value) for value in row[:MAX_COLUMNS]] for row in islice(sheet.rows(), SEARCHED_ROWS + MAX_HEADER_ROWS)]
    best: _Found | None = None
    for number in range(min(len(rows), SEARCHED_ROWS)):
        if len({text for text in rows[number] if text}) < 2:
            continue
        for depth in _depths(sheet, number, len(rows)):
            found = _assess(rows, number, depth, kind)
            if found is not None and (best is None or found.score > best.score + 0.01):
                best = found
    return best


def _depths(sheet: Sheet, row: int, height: int) -> list[int]:
    """How many rows a header that begins here may have: as many as its merged cells, or one."""
    starting = [merge for merge in sheet.merges if merge.top == row]
    tall = max((merge.bottom - row + 1 for merge in starting), default=1)
    wide = 2 if any(merge.left < merge.right for merge in starting) else 1
    return sorted({depth for depth in (1, tall, wide) if depth <= MAX_HEADER_ROWS and row + depth <= height})


def _assess(rows: Sequence[Sequence[str]], row: int, depth: int, kind: Kind) -> _Found | None:
    used = [(index, parts) for index, parts in enumerate(stack(rows[row : row + depth])) if any(parts)]
    if any(len(text) > LONGEST_HEADER for _index, parts in used for text in parts):
        return None
    columns = kind.words.assign(used)
    matched = [guess for guess in columns if guess.field is not None and guess.field not in LEFT_OUT]
    if len(matched) < 2 or sum(guess.confidence >= CERTAIN for guess in matched) < 2:
        return None
    needed = sum(field.required for field in kind.fields if any(guess.field == field.code for guess in matched))
    return _Found(sum(guess.confidence for guess in matched) + needed, row, depth, tuple(parts for _index, parts in used), columns)


def _described(sheet: Sheet, header: _Found, others: Sequence[str], kind: Kind) -> dict[str, Any]:
    first = header.row + header.depth
    samples: dict[int, list[str]] = {guess.index: [] for guess in header.columns}
    for row in islice(sheet.rows(), first, first + SAMPLE_SEARCHED):
        for index, values in samples.items():
            text = excerpt(to_text(row[index])) if index < len(row) else ""
            if text and len(values) < SAMPLE_ROWS and text not in values:
                values.append(text)
    warnings = [
        format_lazy(_("Column {column} holds {count} formulas; their stored results are taken."), column=column_letter(index), count=count)
        for index, count in sorted(sheet.scan.formulas.items())
        if index in samples
    ]
    if others:
        message = _("These sheets look like the same list too and are not read: {others}. Import them as files of their own.")
        warnings.append(format_lazy(message, others="、".join(others)))
    joined = "\x1f".join([kind.code, *(normalise(guess.header) for guess in header.columns)])
    return {
        "sheet": sheet.name,
        "header_rows": list(range(header.row + 1, first + 1)),
        "first_row": first + 1,
        "header_levels": [list(parts) for parts in header.levels],
        "columns": [
            {
                "index": guess.index,
                "header": guess.header,
                "field": guess.field or "",
                "confidence": round(guess.confidence, 3),
                "samples": samples[guess.index],
            }
            for guess in header.columns
        ],
        "warnings": [str(warning) for warning in warnings],
        "fingerprint": hashlib.sha256(joined.encode()).hexdigest(),
        "height": max(0, sheet.height - first),
    }


class _ListTable(Table):
    """As in registers; but a row of two texts that begins with a word of notes (审批, 说明) is a note only with a colon."""

    def _reason(self, row: Row) -> str | None:
        reason = super()._reason(row)
        if reason != "note" or any(mark in to_text(value) for value in row for mark in (":", "\uff1a")):
            return reason
        return reason if len({text for value in row if (text := to_text(value))}) == 1 else None


@dataclass(slots=True)
class Lines:
    """The rows of the list, read once; what was passed over is in `skipped` then."""

    sheet: Sheet
    table: Table
    height: int
    columns: dict[str, int]
    """Field → index of its column; without those that are left out."""
    first_row: int
    """The first row below the header, from 1."""

    @property
    def skipped(self) -> list[Skipped]:
        """Lines that hold no row: totals, repeated headers, notes."""
        return self.table.skipped

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        """Row numbers from 1, as the spreadsheet program shows them, with the cells."""
        return ((number + 1, cells) for number, cells in self.table)


def lines_of(sheet: Sheet, layout: Mapping[str, Any], columns: Mapping[str, str], main: str) -> Lines:
    """The rows below the header. `columns` leads from a column's index to its field; `main` is the field that every row has."""
    by_field = {field: int(index) for index, field in columns.items()}
    roles: dict[int, str] = {}
    if main in by_field:
        roles[by_field[main]] = Field.TITLE.value
    if SEQUENCE in by_field:
        roles[by_field[SEQUENCE]] = Field.SEQUENCE.value
    first = int(layout["first_row"]) - 1
    used = {column["index"]: parts for column, parts in zip(layout["columns"], layout["header_levels"], strict=True)}
    headers = [used.get(index, []) for index in range(max(used) + 1)]
    read = {field: index for field, index in by_field.items() if field not in LEFT_OUT}
    return Lines(sheet, _ListTable(sheet.rows(), first, headers, roles), int(layout["height"]), read, first + 1)
