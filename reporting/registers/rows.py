"""Reads the risks of a register, row by row, with everything that is wrong in them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, BinaryIO

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.signs import without_signs
from common.xlsx.faults import Fault, ParseProblem, Severity, excerpt
from common.xlsx.reading import Book, Row, Sheet, open_book, to_date, to_text

from .dues import due_of
from .fields import RISK_FIELDS, SHEET_COLUMN, Field, letter_of, missing_requirements
from .layout import Layout, Place
from .levels import is_rating
from .numbering import in_step, is_numbered, split_measures
from .table import Skipped, Table

MAX_TEXT = 2_000
"""Characters in a long text (risk, measures, remark)."""
MAX_NAME = 200
"""Characters in the name of a department, position, person, power or number."""

_LONG = frozenset({*RISK_FIELDS, Field.MEASURES, Field.REMARK, Field.INDICATOR, Field.POWER, Field.STEP})
_SPLIT_ORDER = (Field.CONTENT, Field.TITLE, Field.MANIFESTATION)
_GROUP_FIELDS = (Field.POSITION, Field.DEPARTMENT_HEAD, Field.LEADER)
_NOTHING = frozenset({"", "无", "暂无", "没有", "无风险", "空", "略", "同上"})


@dataclass(slots=True)
class RegisterRow:
    """One risk of the register. Nobody changes it; it is not frozen, because that makes fifty thousand of them slower.

    ``values`` has every mapped field code but the sequence number, empty texts included; the date is ISO. ``part`` is 0, or
    counts from 1 when the row of the sheet held several risks numbered in step with their measures; the faults of the row are
    then repeated in each part, so that none of them is imported alone, and only the first part keeps the number.
    """

    row_number: int
    values: dict[str, str]
    measures: tuple[str, ...]
    faults: tuple[Fault, ...]
    severity: int | None = None
    part: int = 0
    sheet: str = ""
    """The sheet, when the register stands on several."""

    @property
    def where(self) -> int | str:
        """The row as people find it: with its sheet when there are several."""
        return f"{self.sheet}!{self.row_number}" if self.sheet else self.row_number

    @property
    def ok(self) -> bool:
        """Whether the row may be imported; hints do not stand in the way."""
        return not self.faults or all(fault.severity != "error" for fault in self.faults)


class RegisterReader(Iterator[RegisterRow]):
    """Iterates over the risks; ``skipped`` fills while it runs."""

    def __init__(self, rows: Iterator[RegisterRow], tables: Sequence[Table], close: Callable[[], None]) -> None:
        self._rows = rows
        self._tables = tables
        self._close = close

    def __next__(self) -> RegisterRow:
        try:
            return next(self._rows)
        except BaseException:
            self._close()
            raise

    @property
    def skipped(self) -> list[Skipped]:
        """Rows passed over so far: totals, repeated headers, notes, lines with a single text."""
        return [line for table in self._tables for line in table.skipped]


def read_rows(
    source: str | os.PathLike[str] | BinaryIO | Book,
    layout: Layout,
    mapping: Mapping[int, str] | None = None,
    levels: Mapping[str, int] | None = None,
) -> RegisterReader:
    """Read the register with a mapping (column index → field code) and severities (level text → 3 highest … 1).

    Both default to what the layout proposes. Raises ``ParseProblem`` at once when the mapping names a field twice, an
    unknown field, or lacks a required one.
    """
    mapping = layout.mapping if mapping is None else {index: field for index, field in mapping.items() if field}
    levels = layout.levels if levels is None else levels
    _check(mapping)
    book = open_book(source)
    places = layout.places
    try:
        sheets = [book.sheet(place.sheet) for place in places]
    except ParseProblem:
        book.__exit__(None, None, None)
        raise
    tables, rows = [], []
    for place, sheet in zip(places, sheets, strict=True):
        parser = _Parser(sheet, mapping, levels, place, several=len(places) > 1)
        tables.append(Table(sheet.rows(), place.first_row - 1, place.header_levels, place.own(mapping), parser.name))
        rows.append(parser.parse(tables[-1]))
    return RegisterReader(chain.from_iterable(rows), tables, lambda: book.__exit__(None, None, None))


def _check(mapping: Mapping[int, str]) -> None:
    unknown = [field for field in mapping.values() if field not in set(Field)]
    if unknown:
        raise ParseProblem("unknown_field", format_lazy(_("There is no field “{field}”."), field=unknown[0]))
    fields = [Field(field) for field in mapping.values()]
    for field in fields:
        if fields.count(field) > 1:
            raise ParseProblem("field_twice", format_lazy(_("“{field}” is chosen for two columns. Choose it once."), field=field.label))
    missing = missing_requirements(set(fields))
    if missing:
        names = format_lazy("{}" + "、{}" * (len(missing) - 1), *missing)
        raise ParseProblem("missing_column", format_lazy(_("Choose the column for: {names}."), names=names))


class _Parser:
    """Holds what is the same for all rows, and the little that one row must know of those before."""

    def __init__(self, sheet: Sheet, mapping: Mapping[int, str], levels: Mapping[str, int], place: Place, *, several: bool) -> None:
        own = {index: str(field) for index, field in sorted(place.own(mapping).items())}
        by_name = own.pop(SHEET_COLUMN, None)
        self.name = place.sheet if several else ""
        # What no cell of this sheet says: the name of the sheet, and columns that only other sheets have.
        self.constant = {str(field): "" for field in mapping.values() if field not in own.values()}
        if by_name is not None:
            self.constant[by_name] = place.sheet
        # Its own numbering of the rows says nothing of the risks.
        self.columns = [(index, field) for index, field in own.items() if field != Field.SEQUENCE]
        self.fields = [field for _index, field in self.columns]
        self.width = self.columns[-1][0] + 1
        self.cells = itemgetter(*[index for index, _field in self.columns])
        self.letters = {field: letter_of(index) for index, field in self.columns}
        self.limits = {field: MAX_TEXT if field in _LONG else MAX_NAME for _index, field in self.columns}
        self.levels = dict(levels)
        self.errors = sheet.scan.errors
        self.uncalculated = sheet.scan.uncalculated
        self.marked = bool(self.errors or self.uncalculated)
        self.grouped = place.grouped
        self.dated, self.has_due = Field.REGISTERED_ON in self.letters, Field.DUE in self.letters
        self.rated = [field.value for field in (Field.PROBABILITY, Field.HARM) if field in self.letters]
        self.risk_fields = [field.value for field in RISK_FIELDS if field in mapping.values()]
        self.split_fields = [field.value for field in _SPLIT_ORDER if field in self.letters]
        self.group_fields = [field.value for field in _GROUP_FIELDS if field in self.letters]
        self.seen: dict[int, int] = {}
        self.group: dict[str, str] = {}

    def parse(self, table: Table) -> Iterator[RegisterRow]:
        """The risks of all rows."""
        breaks = 0
        for number, row in table:
            if table.breaks != breaks:
                breaks = table.breaks
                self.group = {}
            faults: list[Fault] = []
            values, length = self._values(row)
            if self.marked and (number in self.errors or number in self.uncalculated):
                self._cell_faults(number, faults)
            if length > MAX_NAME and max(map(len, values.values())) > MAX_NAME:
                self._check_texts(number + 1, values, faults)
            if self.grouped:
                self._fill_group(number + 1, values, faults)
            if self.dated:
                self._check_date(number + 1, row, values, faults)
            if self.has_due and values["due"]:
                self._check_due(number + 1, row, values, faults)
            severity = self._check_row(number + 1, values, faults)
            measures = values.get("measures", "")
            parts = self._in_step(values, measures)
            if parts is not None:
                yield from self._parts(number + 1, values, severity, faults, *parts)
                continue
            self._check_duplicate(number + 1, values, faults)
            yield RegisterRow(number + 1, values, split_measures(measures), tuple(faults), severity, sheet=self.name)

    def _values(self, row: Row) -> tuple[dict[str, str], int]:
        """The texts by field, and how many characters the cells of the row have together."""
        if len(row) < self.width:
            row = row + [""] * (self.width - len(row))
        words = self.cells(row)
        try:
            line = "".join(words)
        except TypeError:  # numbers, dates
            words = [to_text(cell) for cell in words]
            line = "".join(words)
        # Texts without anything to clean need no more than `to_text` does for such a text.
        if not line.isprintable():
            words = [to_text(word) for word in words]
        elif " " in line:
            words = [word.strip() for word in words]
        values = dict(zip(self.fields, words, strict=True))
        if self.constant:
            values |= self.constant
        title = values.get("title")
        if title and title == values.get("content"):
            values["content"] = ""  # one merged cell under both headers
        return values, len(line)

    def _fault(self, row: int, field: str, code: str, message: Any, value: str = "", severity: Severity = "error") -> Fault:
        return Fault(row, self.letters.get(field, ""), field, code, message, excerpt(value), severity)

    def _cell_faults(self, number: int, faults: list[Fault]) -> None:
        errors = self.errors.get(number, {})
        uncalculated = self.uncalculated.get(number, ())
        for index, field in self.columns:
            if index in errors:
                faults.append(self._fault(number + 1, field, "cell_error", _CELL_ERROR, errors[index]))
            elif index in uncalculated:
                faults.append(self._fault(number + 1, field, "formula_without_value", _NO_RESULT))

    def _check_texts(self, row: int, values: dict[str, str], faults: list[Fault]) -> None:
        for field, text in values.items():
            if len(text) > MAX_NAME and len(text) > self.limits[field]:
                limit = self.limits[field]
                message = format_lazy(
                    _("Too long ({length} characters; at most {limit}). Shorten the text."), length=len(text), limit=limit
                )
                faults.append(self._fault(row, field, "too_long", message, text))
                values[field] = text[:limit]

    def _fill_group(self, row: int, values: dict[str, str], faults: list[Fault]) -> None:
        department = values[Field.DEPARTMENT]
        if department:
            self.group = {field: values[field] for field in (Field.DEPARTMENT, *self.group_fields)}
            return
        above = self.group.get(Field.DEPARTMENT)
        if not above or any(fault.field == Field.DEPARTMENT for fault in faults):
            return
        values[Field.DEPARTMENT.value] = above
        for field in self.group_fields:
            if not values[field]:
                values[field] = self.group.get(field, "")
        faults.append(self._fault(row, Field.DEPARTMENT, "filled_down", _FILLED_DOWN, above, "hint"))

    def _check_date(self, row: int, cells: Row, values: dict[str, str], faults: list[Fault]) -> None:
        text = values[Field.REGISTERED_ON]
        if not text:
            return
        index = next(index for index, field in self.columns if field == Field.REGISTERED_ON)
        day = _date_of(cells[index])
        if day is None:
            faults.append(self._fault(row, Field.REGISTERED_ON, "bad_date", _BAD_DATE, text))
        values[Field.REGISTERED_ON.value] = day.isoformat() if day else ""

    def _check_due(self, row: int, cells: Row, values: dict[str, str], faults: list[Fault]) -> None:
        text = values[Field.DUE]
        day, understood = due_of(cells[next(index for index, field in self.columns if field == Field.DUE)])
        if not understood:
            faults.append(self._fault(row, Field.DUE, "bad_due", _BAD_DUE, text, "hint"))
        values[Field.DUE.value] = day.isoformat() if day else ""

    def _check_row(self, row: int, values: dict[str, str], faults: list[Fault]) -> int | None:
        """What the row as a whole must have; returns the severity of its level."""
        if not values["department"] and not _has(faults, Field.DEPARTMENT):
            faults.append(self._fault(row, Field.DEPARTMENT, "missing", _NO_DEPARTMENT))
        self._check_risk(row, values, faults)
        for field in self.rated:
            text = values[field]
            if text and not _is_rating(text):
                kind: Severity = "hint" if values.get("level") else "error"
                faults.append(self._fault(row, field, "not_a_rating", _NOT_A_RATING, text, kind))
        return self._check_level(row, values, faults)

    def _check_risk(self, row: int, values: dict[str, str], faults: list[Fault]) -> None:
        for field in self.risk_fields:
            text = values[field]
            if text and text not in _NOTHING and not (text.isascii() and not any(map(str.isalpha, text))):
                return
        field = self.risk_fields[0]
        if _has(faults, *self.risk_fields):
            return
        stated = next((values[name] for name in self.risk_fields if values[name]), "")
        code, message = ("no_risk_named", _NO_RISK_NAMED) if stated else ("missing", _NO_RISK)
        faults.append(self._fault(row, field, code, message, stated))

    def _check_level(self, row: int, values: dict[str, str], faults: list[Fault]) -> int | None:
        text = values.get("level", "")
        if text:
            severity = self.levels.get(text)
            if severity is None:
                faults.append(self._fault(row, Field.LEVEL, "unknown_level", _UNKNOWN_LEVEL, text))
            return severity
        if not (values.get("probability") and values.get("harm")) and not _has(faults, Field.LEVEL):
            faults.append(self._fault(row, Field.LEVEL, "missing", _NO_LEVEL))
        return None

    def _in_step(self, values: dict[str, str], measures: str) -> tuple[str, list[tuple[str, tuple[str, ...]]]] | None:
        """The column whose risks are numbered in step with the measures, and the pairs; None for nearly all rows."""
        if not is_numbered(measures):
            return None
        for field in self.split_fields:
            pairs = in_step(values[field], measures)
            if pairs is not None:
                return field, pairs
        return None

    def _parts(
        self,
        row: int,
        values: dict[str, str],
        severity: int | None,
        faults: list[Fault],
        field: str,
        pairs: list[tuple[str, tuple[str, ...]]],
    ) -> Iterator[RegisterRow]:
        for part, (text, measures) in enumerate(pairs, start=1):
            own = values | {field: text, "measures": "\n".join(measures)}
            found = list(faults)
            if part > 1 and "number" in own:
                own["number"] = ""  # a number belongs to one risk only
            self._check_duplicate(row, own, found)
            yield RegisterRow(row, own, measures, tuple(found), severity, part if len(pairs) > 1 else 0, self.name)

    def _check_duplicate(self, row: int, values: dict[str, str], faults: list[Fault]) -> None:
        text = "".join([values[field] for field in self.risk_fields])
        if not text:
            return
        key = hash((values["department"], values.get("position"), without_signs(text)))
        first = self.seen.setdefault(key, row)
        if first != row:
            message = format_lazy(_("The same risk of the same department and position already stands in row {row}."), row=first)
            faults.append(self._fault(row, self.risk_fields[0], "duplicate", message, text))


def _has(faults: list[Fault], *fields: str) -> bool:
    return bool(faults) and any(fault.field in fields for fault in faults)


_is_rating = lru_cache(maxsize=256)(is_rating)
_date_of = lru_cache(maxsize=4096)(to_date)

_CELL_ERROR = _("The cell shows an error. Correct it in the file.")
_NO_RESULT = _("The cell holds a formula without a stored result. Replace it with its value, or open the file and save it again.")
_FILLED_DOWN = _("The department was empty and was taken from the row above. Check it.")
_BAD_DATE = _("This is not a date. Write it like 2026-11-21.")
_BAD_DUE = _("This is no date; the measures are entered without one. Write it like 2026-12-31.")
_NO_DEPARTMENT = _("The department is missing.")
_NO_RISK = _("The risk point is missing.")
_NO_RISK_NAMED = _("No risk is named here.")
_NO_LEVEL = _("The risk level is missing, and probability and harm are not both given.")
_UNKNOWN_LEVEL = _("This level is not known. Choose its severity, or correct the cell.")
_NOT_A_RATING = _("This is not a value such as 1 to 5 or 高, 中, 低.")
