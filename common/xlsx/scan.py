"""A quick look at the XML of one worksheet, for what calamine does not tell.

calamine returns an empty text for error cells (#REF!) and for formulas that were never calculated, and it reserves memory
for the whole rectangle between the first and the last used cell: two cells at opposite corners of a sheet end the
process. The scan finds all three on the stream, in blocks, without building a tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .faults import ParseProblem

MAX_CELLS = 3_000_000
"""Cells in the used rectangle of a sheet; calamine takes 32 bytes for each."""

# Fast path: every cell is in columns A to Z and rows 1 to 99,999, so the rectangle cannot exceed 2.6 million cells.
_UNUSUAL_CELL = re.compile(rb'<c(?! r="[A-Z]\d{1,5}"[ />])[\s/>]')
_PREFIXED_CELL = re.compile(rb"<\w[\w.-]*:c[\s/>]")
_ROW_OR_CELL = re.compile(rb"<(?:\w[\w.-]*:)?(row|c)(\s[^>]*|/)?>\s*(</)?")
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)(\d+)["']""")
_FORMULA_CELL = re.compile(rb"<((?:\w[\w.-]*:)?)c(\s[^>]*)?>\s*<(?:\w[\w.-]*:)?f[\s/>].*?</\1c>", re.DOTALL)
_ERROR_CELL = re.compile(rb"""<((?:\w[\w.-]*:)?)c(\s[^>]*\bt\s*=\s*["']e["'][^>]*)>(.*?)</\1c>""", re.DOTALL)
_ERROR_TYPE = re.compile(rb"""\st\s*=\s*["']e["']""")
_TEXT_TYPE = re.compile(rb"""\st\s*=\s*["']str["']""")
_CACHED_VALUE = re.compile(rb"<(?:\w[\w.-]*:)?v(?:\s[^>]*)?>([^<]+)<")


@dataclass(slots=True)
class SheetScan:
    """Findings by cell, rows and columns counted from 0."""

    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    """row → column → error text such as ``#REF!``."""
    uncalculated: dict[int, set[int]] = field(default_factory=dict)
    """row → columns with a formula without a stored result."""
    formulas: dict[int, int] = field(default_factory=dict)
    """column → number of its formulas whose stored result was taken."""


def scan_sheet(open_blocks: Callable[[], Iterable[bytes]]) -> SheetScan:
    """Scan the XML of one worksheet; ``open_blocks`` gives its bytes in blocks and may be called twice.

    Raises ``ParseProblem`` when the used rectangle is larger than ``MAX_CELLS``.
    """
    scan = SheetScan()
    usual = True
    for data in _whole_rows(open_blocks()):
        usual = usual and not _UNUSUAL_CELL.search(data)
        usual = usual and not (b":" in data and b":c" in data and _PREFIXED_CELL.search(data))
        _find_faults(data, scan)
    if not usual:
        extent = _Extent()
        for data in _whole_rows(open_blocks()):
            for match in _ROW_OR_CELL.finditer(data):
                extent.follow(match)
    return scan


def _whole_rows(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut behind the end of a row."""
    rest = b""
    for block in blocks:
        rest += block
        cut = max(rest.rfind(b"</row>"), rest.rfind(b":row>"))
        if cut >= 0:
            cut = rest.index(b">", cut) + 1
            yield rest[:cut]
            rest = rest[cut:]
    yield rest


def _find_faults(data: bytes, scan: SheetScan) -> None:
    # A single byte is looked for much faster than two, and a sheet without formulas has hardly any of these.
    if b"f" in data and (b"<f" in data or b":f" in data):
        for match in _FORMULA_CELL.finditer(data):
            _note_formula(match, scan)
    if b"e" in data and (b'"e"' in data or (b"'" in data and b"'e'" in data)):
        for match in _ERROR_CELL.finditer(data):
            position = _position(match[2])
            value = _CACHED_VALUE.search(match[3])
            if position:
                text = value[1].decode("utf-8", "replace").strip() if value else "#"
                scan.errors.setdefault(position[0], {})[position[1]] = text


def _note_formula(match: re.Match[bytes], scan: SheetScan) -> None:
    attributes = match[2] or b""
    position = _position(attributes)
    if position is None or _ERROR_TYPE.search(attributes):
        return
    row, column = position
    # t="str" with an empty <v> is a formula whose result is the empty text; without the type nothing was ever stored.
    if _TEXT_TYPE.search(attributes) or _CACHED_VALUE.search(match[0]):
        scan.formulas[column] = scan.formulas.get(column, 0) + 1
    else:
        scan.uncalculated.setdefault(row, set()).add(column)


def _position(attributes: bytes) -> tuple[int, int] | None:
    """Row and column, from 0, of a cell by its attributes; None when it bears no usable reference."""
    match = _REFERENCE.search(attributes)
    if match is None or not match[1] or len(match[1]) > 3 or len(match[2]) > 7:
        return None
    return int(match[2]) - 1, _column(match[1])


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number - 1


class _Extent:
    """The used rectangle, as large as calamine would make it; refuses to grow beyond ``MAX_CELLS``."""

    def __init__(self) -> None:
        self.row = -1
        self.column = -1
        self.last_row = 0
        self.last_column = 0

    def follow(self, match: re.Match[bytes]) -> None:
        """Take the next row or cell tag into account."""
        attributes = match[2] or b""
        reference = _REFERENCE.search(attributes)
        if match[1] == b"row":
            self.row = int(reference[2][:9]) - 1 if reference else self.row + 1
            self.column = -1
            return
        if reference and reference[1]:
            self.row, self.column = int(reference[2][:9]) - 1, _column(reference[1][:4])
        else:
            self.column += 1
        if attributes.endswith(b"/") or match[3]:
            return  # a cell with only a style: calamine does not count it
        self.last_row = max(self.last_row, self.row)
        self.last_column = max(self.last_column, self.column)
        if (self.last_row + 1) * (self.last_column + 1) > MAX_CELLS:
            raise ParseProblem(
                "sheet_too_large",
                format_lazy(
                    _(
                        "The sheet uses {rows} rows and {columns} columns. Delete stray cells far from the table, or copy"
                        " only the table into a new workbook, and try again."
                    ),
                    rows=self.last_row + 1,
                    columns=self.last_column + 1,
                ),
            )
