"""Finds the table in a workbook: the sheet, its header of one or more rows, what the columns and level texts mean."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.xlsx.faults import ParseProblem, column_letter
from common.xlsx.reading import Book, Sheet, open_book, to_text

from . import levels
from .fields import RISK_FIELDS, SHEET_COLUMN, Field, missing_requirements
from .headers import CERTAIN, ColumnGuess, assign, header_scores, header_text, normalise
from .table import Table

SEARCHED_ROWS = 40
"""The header is looked for in so many rows from the top."""
_MAX_HEADER_ROWS = 3
_MAX_COLUMNS = 60
_SHORT = 16
_SUM = re.compile(r"汇总|总表|总册|合并")
_BY_NAME = 0.85
"""How sure it is that sheets without a column for it are named after departments."""
_MAX_LEVEL_TEXTS = 50
_TEXT_FIELDS = frozenset({*RISK_FIELDS, Field.DEPARTMENT, Field.LEVEL, Field.MEASURES})


@dataclass(frozen=True, slots=True)
class Place:
    """Where the table stands in one sheet. `columns` leads from the columns of the first sheet to those of this one."""

    sheet: str
    header_rows: tuple[int, ...]
    first_row: int
    header_levels: tuple[tuple[str, ...], ...]
    grouped: bool
    columns: Mapping[int, int] | None = None

    def own(self, mapping: Mapping[int, str]) -> dict[int, str]:
        """A mapping of the first sheet's columns as this sheet has them; the name of the sheet has the same place in all."""
        if self.columns is None:
            return dict(mapping)
        known = {**self.columns, SHEET_COLUMN: SHEET_COLUMN}
        return {known[index]: field for index, field in mapping.items() if index in known}


@dataclass(frozen=True, slots=True)
class Layout:
    """How a register is laid out. Rows count from 1, columns from 0; everything but the place is a proposal."""

    sheet: str
    header_rows: tuple[int, ...]
    first_row: int
    columns: tuple[ColumnGuess, ...]
    header_levels: tuple[tuple[str, ...], ...]
    level_texts: Mapping[str, int | None]
    grouped: bool
    """Departments stand only in the first row of their group, with empty cells below instead of a merged one."""
    warnings: tuple[Any, ...]
    other_sheets: tuple[str, ...]
    """Further visible sheets that look like registers and are not read."""
    further: tuple[Place, ...] = ()
    """Further sheets with the same headers, such as one for each department, which are read as well."""

    @property
    def places(self) -> list[Place]:
        """Every table that is read, the described one first."""
        return [Place(self.sheet, self.header_rows, self.first_row, self.header_levels, self.grouped), *self.further]

    @property
    def mapping(self) -> dict[int, str]:
        """The proposed column mapping, index → field code."""
        return {guess.index: guess.field.value for guess in self.columns if guess.field is not None}

    @property
    def levels(self) -> dict[str, int]:
        """The level texts that have a proposal."""
        return {text: severity for text, severity in self.level_texts.items() if severity is not None}

    @property
    def missing(self) -> list[Any]:
        """Names (lazy) of what the proposed mapping lacks for an import."""
        return missing_requirements(set(self.mapping.values()))

    @property
    def fingerprint(self) -> str:
        """The same for all files with the same headers: what a remembered mapping is kept under (64 hex digits)."""
        joined = "\x1f".join(normalise(guess.header) for guess in self.columns)
        return hashlib.sha256(joined.encode()).hexdigest()


class _Found(NamedTuple):
    """A header in one sheet: score for comparison, first row from 0, number of rows, guesses by column."""

    score: float
    row: int
    depth: int
    header_levels: tuple[tuple[str, ...], ...]
    columns: tuple[ColumnGuess, ...]


def detect(source: str | os.PathLike[str] | BinaryIO | Book, sheet: str | None = None, rows: int | None = None) -> Layout:
    """Find the register in a workbook, or in the given sheet of it.

    Of several sheets the one with the best header is taken, the first of equals, and with it all others that have the same
    headers, in whatever order; unless one of them is the sum of the others by its name. Cover sheets and hidden sheets are
    passed over. With `rows`, level texts and groups are those of so many rows from the top of each sheet. Raises ``ParseProblem`` when
    there is no recognisable header.
    """
    with open_book(source) as book:
        return _detect(book, sheet, rows)


def level_texts(source: str | os.PathLike[str] | BinaryIO | Book, layout: Layout, mapping: Mapping[int, str]) -> dict[str, int | None]:
    """The level texts with proposed severities when the user maps another column to the level."""
    with open_book(source) as book:
        surveys = [_Survey(book.sheet(p.sheet), p.first_row - 1, p.header_levels, p.own(mapping)) for p in layout.places]
    return levels.propose(*_together(surveys))[0]


def _together(surveys: Sequence[_Survey]) -> tuple[list[str], list[str]]:
    texts = list(dict.fromkeys(text for survey in surveys for text in survey.level_texts))[:_MAX_LEVEL_TEXTS]
    return texts, [line for survey in surveys for line in survey.lines]


def _detect(book: Book, wanted: str | None, rows: int | None) -> Layout:
    found: dict[str, tuple[Sheet, _Found]] = {}
    for info in book.sheets:
        if wanted is None and info.hidden:
            continue
        if wanted in (None, info.name):
            sheet = book.sheet(info.name)
            header = find_header(sheet)
            if header is not None:
                found[info.name] = (sheet, header)
    if not found:
        raise _no_header()
    name = max(found, key=lambda key: found[key][1].score)
    sheet, header = found[name]
    best = header.score
    rivals = [key for key, (_sheet, other) in found.items() if key != name and other.score >= 0.6 * best]
    same = {key: columns for key in rivals if (columns := _same_columns(header, found[key][1])) is not None}
    if total := next((key for key in (name, *same) if _SUM.search(key)), None):
        sheet, header = found[total]
        return _describe(sheet, header, [], tuple(key for key in (name, *rivals) if key != total), rows)
    further = [(*found[key], columns) for key, columns in same.items()]
    return _describe(sheet, header, further, tuple(key for key in rivals if key not in same), rows)


def _same_columns(header: _Found, other: _Found) -> dict[int, int] | None:
    """Which column of another sheet has the header of each of this one; None when one that means something is not there."""
    there = {normalise(guess.header): guess.index for guess in other.columns}
    columns = {guess.index: there.get(normalise(guess.header)) for guess in header.columns}
    if any(columns[guess.index] is None for guess in header.columns if guess.field is not None):
        return None
    return {index: own for index, own in columns.items() if own is not None}


def _no_header() -> ParseProblem:
    return ParseProblem(
        "no_header",
        format_lazy(
            _(
                "No table header was found in the first {rows} rows of any visible sheet. Looked for columns such as"
                " {names}. Put these names into one row above the table and try again."
            ),
            rows=SEARCHED_ROWS,
            names="部门、岗位、职权事项、风险点、风险内容及表现形式、风险等级、防控措施、责任领导",
        ),
    )


def find_header(sheet: Sheet) -> _Found | None:
    """The best header of a sheet, or None."""
    rows = [[to_text(value) for value in row[:_MAX_COLUMNS]] for row in islice(sheet.rows(), SEARCHED_ROWS + _MAX_HEADER_ROWS)]
    best: _Found | None = None
    for row in range(min(len(rows), SEARCHED_ROWS)):
        # A header of one row is at least three texts; title lines and notes are fewer or too long.
        if len({text for text in rows[row] if text}) < 2:
            continue
        depth = _depth(sheet, rows, row)
        found = _assess(rows, row, depth)
        if found is not None and (best is None or found.score > best.score + 0.01):
            best = found
    return best


def _assess(rows: Sequence[Sequence[str]], row: int, depth: int) -> _Found | None:
    stacked = stack(rows[row : row + depth])
    used = [(index, parts) for index, parts in enumerate(stacked) if any(parts)]
    if any(len(text) > 4 * _SHORT for _index, parts in used for text in parts):
        return None
    columns = assign(used)
    matched = [guess for guess in columns if guess.field is not None]
    certain = sum(guess.confidence >= CERTAIN for guess in matched)
    fields = {guess.field for guess in matched}
    has_risk = bool(fields.intersection(RISK_FIELDS))
    few_but_clear = has_risk and certain >= 2 and bool(fields & {Field.LEVEL, Field.DEPARTMENT})
    if not few_but_clear and (len(matched) < 3 or certain < 2):
        return None
    score = sum(guess.confidence for guess in matched) + has_risk + (Field.LEVEL in fields)
    return _Found(score, row, depth, tuple(stacked), columns)


def stack(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Header texts by column, top first. An unmerged heading counts for the empty cells to its right that have a sub-header."""
    top = list(rows[0])
    if len(rows) > 1:
        for index in range(1, len(top)):
            below = rows[1]
            if not top[index] and below[index] and below[index - 1]:
                top[index] = top[index - 1]
    return [tuple(parts) for parts in zip(top, *rows[1:], strict=True)]


def _depth(sheet: Sheet, rows: Sequence[Sequence[str]], row: int) -> int:
    """How many rows the header that begins in this row has."""
    starting = [merge for merge in sheet.merges if merge.top == row]
    tall = max((merge.bottom - row + 1 for merge in starting), default=1)
    if 1 < tall <= _MAX_HEADER_ROWS:
        return min(tall, len(rows) - row)
    if row + 1 >= len(rows):
        return 1
    below = rows[row + 1]
    width = sum(1 for text in rows[row] if text)
    for merge in starting:
        under = [text for text in below[merge.left : merge.right + 1] if text]
        if merge.left < merge.right < merge.left + width and len(set(under)) >= 2 and _known(under):
            return 2
    return 2 if not starting and _sub_header_without_merges(rows[row], below) else 1


def _sub_header_without_merges(top: Sequence[str], below: Sequence[str]) -> bool:
    open_cells = [lower for upper, lower in zip(top, below, strict=True) if not upper and lower]
    lowers = [text for text in below if text]
    return bool(open_cells) and len(lowers) < len(top) and _known(open_cells) and all(_known([text]) for text in lowers)


def _known(texts: Iterable[str]) -> bool:
    return any(len(text) <= _SHORT and max(header_scores([text]).values(), default=0) >= CERTAIN for text in texts)


class _Survey:
    """One pass over the table: distinct level texts, lines of free text, and how departments are grouped."""

    def __init__(
        self, sheet: Sheet, first: int, header_levels: Sequence[Sequence[str]], mapping: Mapping[int, str], rows: int | None = None
    ) -> None:
        self.level_texts: list[str] = []
        self.rows = 0
        self._sheet = sheet
        by_field = {field: index for index, field in mapping.items()}
        level, department = by_field.get(Field.LEVEL), by_field.get(Field.DEPARTMENT)
        seen: dict[Any, None] = {}
        blanks = repeats = 0
        last: Any = None
        table = Table(islice(sheet.rows(), rows), first, header_levels, mapping)
        for _number, row in table:
            self.rows += 1
            if level is not None and level < len(row):
                seen[row[level]] = None
            if department is not None and department < len(row):
                value = row[department]
                blanks += value == "" and last is not None
                repeats += value != "" and value == last
                last = value or (last and "")
        self.level_texts = list(dict.fromkeys(text for value in seen if (text := to_text(value))))[:_MAX_LEVEL_TEXTS]
        merged = department is None or any(
            merge.left <= department <= merge.right and merge.bottom > merge.top >= first for merge in sheet.merges
        )
        self.grouped = blanks >= 2 and repeats == 0 and not merged
        above = [to_text(value) for row in islice(sheet.raw_rows(), first) for value in row if isinstance(value, str)]
        self.lines = [text for text in above if text] + table.lines


def _describe(
    sheet: Sheet, header: _Found, further: Sequence[tuple[Sheet, _Found, Mapping[int, int]]], others: tuple[str, ...], rows: int | None
) -> Layout:
    columns = header.columns
    if further and all(guess.field is not Field.DEPARTMENT for guess in columns):
        columns = (*columns, ColumnGuess(SHEET_COLUMN, "工作表名称", Field.DEPARTMENT, _BY_NAME))
    mapping = {guess.index: guess.field.value for guess in columns if guess.field is not None}
    first = _place(sheet, header, mapping, None, rows)
    placed = [first, *(_place(*one[:2], mapping, one[2], rows) for one in further)]
    surveys = [survey for _one, survey in placed]
    proposal, warnings = levels.propose(*_together(surveys))
    if further:
        message = _("{count} sheets with the same headers are read together: {names}.")
        warnings.append(format_lazy(message, count=len(placed), names="、".join(place.sheet for place, _survey in placed)))
    if others:
        message = _("These sheets look like registers too and are not read: {others}.")
        warnings.append(format_lazy(message, others="、".join(others)))
    if any(survey.grouped for survey in surveys):
        warnings.append(
            _("Departments stand only in the first row of a group. The empty cells below are filled with them; check the result.")
        )
    warnings += _formula_warnings(sheet, mapping)
    return Layout(
        sheet=sheet.name,
        header_rows=first[0].header_rows,
        first_row=first[0].first_row,
        columns=columns,
        header_levels=header.header_levels,
        level_texts=proposal,
        grouped=first[0].grouped,
        warnings=tuple(warnings),
        other_sheets=others,
        further=tuple(place for place, _survey in placed[1:]),
    )


def _place(
    sheet: Sheet, header: _Found, mapping: Mapping[int, str], columns: Mapping[int, int] | None, rows: int | None
) -> tuple[Place, _Survey]:
    first = header.row + header.depth
    place = Place(sheet.name, tuple(range(header.row + 1, first + 1)), first + 1, header.header_levels, False, columns)
    survey = _Survey(sheet, first, header.header_levels, place.own(mapping), rows)
    return replace(place, grouped=survey.grouped), survey


def _formula_warnings(sheet: Sheet, mapping: Mapping[int, str]) -> list[Any]:
    return [
        format_lazy(_("Column {column} holds {count} formulas; their stored results are taken."), column=column_letter(index), count=count)
        for index, count in sorted(sheet.scan.formulas.items())
        if mapping.get(index) in _TEXT_FIELDS
    ]


__all__ = ["SEARCHED_ROWS", "ColumnGuess", "Layout", "detect", "find_header", "header_text", "level_texts"]
