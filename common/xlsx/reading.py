"""Reads sheets with calamine: merged cells count for every cell they cover, values become text in one way only."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import python_calamine
from django.utils.translation import gettext_lazy as _

from .faults import ParseProblem, unreadable
from .parts import Source, first_visible, scan_of
from .scan import SheetScan

Value = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta
Row = list[Any]
"""One row as calamine gives it: a list of ``Value``; empty cells are empty texts."""

_SPACES = re.compile(r"[^\S\n]+")
_SERIAL_EPOCH = dt.date(1899, 12, 30)
_SERIAL_RANGE = range(20_000, 80_000)
_DATE_TEXT = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*(?:[-./月]\s*(\d{1,2})\s*日?|月?)(?:[ T]+\d{1,2}:\d{2}(?::\d{2})?)?")
_DATE_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
# Private-use and unassigned characters stay: rare characters of personal names are stored as such.
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})


class Merge(NamedTuple):
    """A merged region, both corners inside, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """A worksheet of the workbook; hidden ones are listed too."""

    name: str
    hidden: bool


class Book:
    """An open workbook. The file must have passed ``guard.check_xlsx`` when it comes from outside.

    Sheets that were read are kept until it is closed; ``open_book`` hands an open workbook on, and the last who opened it closes it.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._sheets: dict[str, Sheet] = {}
        self._scans: dict[tuple[int, str], SheetScan] = {}
        self.users = 1
        if not isinstance(source, (str, os.PathLike)):
            source.seek(0)
        self._workbook = _calamine(lambda: python_calamine.CalamineWorkbook.from_object(source))
        self.sheets: tuple[SheetInfo, ...] = tuple(
            SheetInfo(sheet.name, sheet.visible != python_calamine.SheetVisibleEnum.Visible)
            for sheet in self._workbook.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        )

    def __enter__(self) -> Book:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.users -= 1
        if self.users == 0:
            self._sheets.clear()
            self._workbook.close()

    def sheet(self, name: str) -> Sheet:
        """Read one sheet. Raises ``ParseProblem`` when it does not exist, is damaged or far too large."""
        if name in self._sheets:
            return self._sheets[name]
        names = [sheet.name for sheet in self._workbook.sheets_metadata]
        if name not in names:
            raise ParseProblem("no_such_sheet", _("The workbook has no sheet of this name."))
        # Before calamine parses the sheet: a hostile rectangle would end the process there.
        place = names.index(name), name
        scan = self._scans.get(place) or scan_of(self._source, *place)
        content = _calamine(lambda: self._workbook.get_sheet_by_name(name))
        return self._sheets.setdefault(name, Sheet(name, content, scan))

    def scanned(self, index: int, name: str, scan: SheetScan) -> None:
        """The sheet with this place and name was looked through already."""
        self._scans[index, name] = scan


class Sheet:
    """The cells of one sheet. Rows are counted from 0 and start at the top of the sheet, used or not."""

    def __init__(self, name: str, content: python_calamine.CalamineSheet, scan: SheetScan) -> None:
        self.name = name
        self.scan = scan
        self._content = content

    @cached_property
    def merges(self) -> tuple[Merge, ...]:
        """Merged regions, in the order of their first row."""
        ranges = self._content.merged_cell_ranges or []
        return tuple(sorted(Merge(top, left, bottom, right) for (top, left), (bottom, right) in ranges))

    @property
    def height(self) -> int:
        """Rows from the top of the sheet to the last used one."""
        return self._content.end[0] + 1 if self._content.end else 0

    @property
    def width(self) -> int:
        """Columns from A to the last used one."""
        return self._content.end[1] + 1 if self._content.end else 0

    def raw_rows(self) -> Iterator[Row]:
        """Rows with merged cells only in their first cell."""
        if self._content.start is None:
            return iter(())
        left = self._content.start[1]
        rows = iter(self._content.iter_rows())
        # calamine gives the empty rows above the first used cell, but not the empty columns to its left.
        return ([""] * left + row for row in rows) if left else rows

    def rows(self) -> Iterator[Row]:
        """Rows in which each merged cell holds the value of its region."""
        if not self.merges:
            return self.raw_rows()
        return _resolve(self.raw_rows(), self.merges)


def _resolve(rows: Iterator[Row], merges: Sequence[Merge]) -> Iterator[Row]:
    """Fill merged cells while the rows pass by; memory is that of the regions open at the moment."""
    starting: dict[int, list[Merge]] = {}
    for merge in merges:
        starting.setdefault(merge.top, []).append(merge)
    active: list[tuple[int, int, int, Any]] = []
    for number, row in enumerate(rows):
        if active:
            for _bottom, left, right, value in active:
                for column in range(left, right):
                    row[column] = value
            active = [region for region in active if region[0] > number]
        for merge in starting.pop(number, ()):
            right = min(merge.right + 1, len(row))
            if merge.left >= right:
                continue
            value = row[merge.left]
            for column in range(merge.left, right):
                row[column] = value
            if merge.bottom > number:
                active.append((merge.bottom, merge.left, right, value))
        yield row


def to_text(value: Any) -> str:
    """The text of a cell: 1.0 → "1", dates ISO, line ends as newline, no invisible characters, no outer spaces."""
    if type(value) is str:
        # isprintable() is a fast test for "nothing to clean": spaces other than U+0020 and controls are not printable.
        return value.strip() if value.isprintable() else clean_text(value)
    return _other_to_text(value)


def _other_to_text(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, dt.datetime):
        whole_day = value.time() == dt.time()
        return value.date().isoformat() if whole_day else value.isoformat(" ", "seconds").removesuffix(":00")
    if isinstance(value, dt.time):
        return value.isoformat("seconds").removesuffix(":00")
    if isinstance(value, dt.timedelta):
        minutes = int(value.total_seconds() // 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return "" if value is None else str(value)


def clean_text(text: str) -> str:
    """Normalise line ends and spaces (full-width and non-breaking too); drop control and direction characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\x0b", "\n")
    text = _SPACES.sub(" ", text)
    if not text.replace("\n", "").isprintable():
        text = "".join(char for char in text if char == "\n" or unicodedata.category(char) not in _DROPPED_CATEGORIES)
    if "\n" not in text:
        return text.strip()
    lines = [line.strip() for line in text.split("\n")]
    return "\n".join(line for line in lines if line)


def to_date(value: Any) -> dt.date | None:
    """The date in a cell: a date cell, a serial number, 2026-11-21, 2026.11.21, 2026年11月21日, 20261121; else None.

    A month alone (2026年11月) is its first day.
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and int(value) in _SERIAL_RANGE:
        return _SERIAL_EPOCH + dt.timedelta(days=int(value))
    text = unicodedata.normalize("NFKC", to_text(value))
    match = _DATE_TEXT.fullmatch(text) or _DATE_DIGITS.fullmatch(text)
    if match is None:
        return None
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3] or 1))
    except ValueError:
        return None


def _calamine(call: Any) -> Any:
    """Call into calamine; whatever it raises, its Rust panics too, becomes a ``ParseProblem``."""
    try:
        return call()
    except python_calamine.PasswordError as error:
        raise ParseProblem("encrypted", _("The file is protected with a password. Remove it and try again.")) from error
    except (python_calamine.CalamineError, OSError, ValueError, TypeError) as error:
        raise unreadable() from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise unreadable() from error


def open_book(source: Source | Book) -> Book:
    """Open a workbook by path or file object, or go on with one that is open; use it as a context manager."""
    if isinstance(source, Book):
        source.users += 1
        return source
    return Book(Path(source) if isinstance(source, str) else source)


@contextmanager
def opened_beside(source: Source, before: Callable[[], object]) -> Iterator[Callable[[], Book]]:
    """Open a workbook, and read its first visible sheet in a thread: calamine keeps nobody from their own work until they ask for the book.

    `before` runs before calamine has the file, and may refuse it: the second half of ``guard.look_at``. What is wrong with the sheet is
    raised when the book is asked for.
    """
    twin = source
    if not isinstance(source, (str, os.PathLike)):
        source.seek(0)
        content = source.read()
        source, twin = io.BytesIO(content), io.BytesIO(content)
    with ExitStack() as closing, ThreadPoolExecutor(max_workers=1, thread_name_prefix="workbook") as thread:
        scanning = thread.submit(first_visible, twin)
        before()
        book = closing.enter_context(open_book(source))
        # What is wrong with it is told when the sheet is read.
        if scanning.exception() is None:
            book.scanned(*scanning.result())
        yield thread.submit(_with_first_sheet, book).result


def _with_first_sheet(book: Book) -> Book:
    first = next((sheet.name for sheet in book.sheets if not sheet.hidden), None)
    if first is not None:
        book.sheet(first)
    return book
