"""Reads the sheet from which a unit's organisation is set up: one row for each holder of a position. Pure parsing."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.signs import without_signs
from common.xlsx.faults import Fault, ParseProblem, Severity, column_letter, excerpt
from common.xlsx.reading import Book, Row, Sheet, open_book, to_date, to_text

_SEARCHED_ROWS = 20
_LIMITS = {"department": 80, "position": 80, "name": 60, "staff_number": 40, "duties": 2_000, "in_charge_of": 2_000, "body_posts": 2_000}
_LIMIT = 100  # of words that are looked up
_ONE_LINE = ("department", "position", "name", "staff_number")

COLUMNS: dict[str, str] = {
    "department": "部门",
    "position": "岗位",
    "rank": "岗位层级",
    "name": "姓名",
    "staff_number": "工号",
    "since": "任职日期",
    "in_charge_of": "分管部门",
    "department_kind": "部门类别",
    "duties": "岗位职责",
    "body_posts": "党内/机构职务",
}
"""Field codes and the headers of the template, in its order."""
REQUIRED = ("department", "position", "rank", "name", "staff_number")

SYNONYMS: dict[str, str] = {
    "department": "部门 部门名称 科室 处室 科室单位 所在部门",
    "position": "岗位 岗位名称 职务 职务岗位",
    "rank": "岗位层级 层级 岗位级别 职务层级",
    "name": "姓名",
    "staff_number": "工号 职工号 人员编号 员工编号",
    "since": "任职日期 任职时间 任现职时间",
    "in_charge_of": "分管部门 分管科室 分管范围",
    "department_kind": "部门类别 部门性质 机构类别",
    "duties": "岗位职责 工作职责 主要职责",
    "body_posts": "党内机构职务 机构职务 党内职务 党内及机构职务 兼任职务",
}
_FIELD_BY_HEADER = {word: field for field, words in SYNONYMS.items() for word in words.split()}

_RANK_WORDS = {
    "unit_head": "一把手 主要领导 单位主要负责人 单位负责人 主要负责人",
    "deputy": "分管领导 副职领导 分管负责人",
    "leadership_member": "班子成员 领导班子成员 党委委员 党组成员",
    "department_head": "部门负责人 科室负责人 部门正职 部门领导 中层正职",
    "deputy_department_head": "部门副职 科室副职 部门副职负责人 部门副负责人 科室副负责人 中层副职",
    "staff": "一般干部 一般人员 工作人员 普通干部 一般工作人员 职工",
}
RANKS: dict[str, str] = {word: rank for rank, words in _RANK_WORDS.items() for word in words.split()}
"""What may stand under 岗位层级, and the rank it means."""
_KIND_WORDS = {
    "office": "科室 内设机构 机关科室 处室 部门",
    "subordinate_body": "局属单位 下属单位 直属单位 所属单位 事业单位",
}
KINDS: dict[str, str] = {word: kind for kind, words in _KIND_WORDS.items() for word in words.split()}
"""What may stand under 部门类别, and the kind it means."""

_LIST = re.compile(r"[、,\uff0c;\uff1b\n/]+")


@dataclass(frozen=True, slots=True)
class OrgRow:
    """One position and who holds it; ``rank`` and ``department_kind`` are codes, "" when unknown or not given."""

    row_number: int
    department: str
    department_kind: str
    position: str
    rank: str
    name: str
    staff_number: str
    since: dt.date | None
    in_charge_of: tuple[str, ...]
    duties: str
    body_posts: tuple[str, ...]

    @property
    def vacant(self) -> bool:
        """Whether nobody holds the position."""
        return not self.name and not self.staff_number


@dataclass(frozen=True, slots=True)
class OrgSheet:
    """The rows of the sheet and everything wrong in them, by row and column."""

    sheet: str
    rows: tuple[OrgRow, ...]
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        """Whether the sheet may be imported; hints do not stand in the way."""
        return all(fault.severity != "error" for fault in self.faults)


def read_organisation(source: str | os.PathLike[str] | BinaryIO) -> OrgSheet:
    """Read the first visible sheet that has the template's columns.

    Raises ``ParseProblem`` when no sheet has them, naming those that are missing.
    """
    with open_book(source) as book:
        return read_sheet(*_find(book))


def read_sheet(sheet: Sheet, header_row: int, columns: dict[str, int], passed_over: Container[int] = ()) -> OrgSheet:
    """The rows below the header (its last row from 0), with the column of each field as somebody has confirmed it.

    `passed_over` are rows (from 0) that hold nobody, such as totals and notes.
    """
    reader = _Reader(sheet, columns, passed_over)
    rows = tuple(reader.rows(header_row))
    reader.check_divisions(rows)
    faults = sorted(reader.faults, key=lambda fault: (fault.row, fault.column))
    return OrgSheet(sheet.name, rows, tuple(faults))


def _find(book: Book) -> tuple[Sheet, int, dict[str, int]]:
    """The sheet, its header row from 0, and the column of each field."""
    best: dict[str, int] = {}
    for info in book.sheets:
        if info.hidden:
            continue
        sheet = book.sheet(info.name)
        for number, row in enumerate(islice(sheet.rows(), _SEARCHED_ROWS)):
            columns: dict[str, int] = {}
            for index, value in enumerate(row):
                field = _FIELD_BY_HEADER.get(without_signs(to_text(value)))
                if field is not None:
                    columns.setdefault(field, index)
            if all(field in columns for field in REQUIRED):
                return sheet, number, columns
            if len(columns) > len(best):
                best = columns
    missing = [COLUMNS[field] for field in REQUIRED if field not in best]
    raise ParseProblem(
        "missing_columns",
        format_lazy(_("The organisation sheet lacks the columns {names}. Use the template."), names="、".join(missing)),
    )


class _Reader:
    def __init__(self, sheet: Sheet, columns: dict[str, int], passed_over: Container[int] = ()) -> None:
        self.sheet = sheet
        self.columns = columns
        self.passed_over = passed_over
        self.faults: list[Fault] = []
        self._names: dict[str, tuple[str, int]] = {}
        self._seen: dict[tuple[str, str, str], int] = {}

    def rows(self, header_row: int) -> Iterator[OrgRow]:
        """The rows below the header; empty ones are passed over. One that only seems empty, for its cells have no results, is told of."""
        read = set()
        for number, row in enumerate(self.sheet.rows()):
            if number > header_row and number not in self.passed_over and any(to_text(value) for value in row):
                read.add(number)
                self._cell_faults(number)
                yield self._row(number + 1, row)
        for number in sorted({*self.sheet.scan.errors, *self.sheet.scan.uncalculated} - read):
            if number > header_row:
                self._cell_faults(number)

    def _row(self, number: int, cells: Row) -> OrgRow:
        values = {field: to_text(cells[index]) if index < len(cells) else "" for field, index in self.columns.items()}
        for field, text in values.items():
            if field in _ONE_LINE:
                text = values[field] = "".join(text.split("\n"))
            limit = _LIMITS.get(field, _LIMIT)
            if len(text) > limit:
                message = format_lazy(
                    _("Too long ({length} characters; at most {limit}). Shorten the text."), length=len(text), limit=limit
                )
                self._fault(number, field, "too_long", message, text)
                values[field] = text[:limit]
        for field in ("department", "position"):
            if not values[field]:
                self._fault(number, field, "missing", _MISSING[field])
        row = OrgRow(
            row_number=number,
            department=values["department"],
            department_kind=self._word(number, "department_kind", values.get("department_kind", ""), KINDS),
            position=values["position"],
            rank=self._word(number, "rank", values["rank"], RANKS),
            name=values["name"],
            staff_number=values["staff_number"],
            since=self._date(number, cells),
            in_charge_of=_listed(values.get("in_charge_of", "")),
            duties=values.get("duties", ""),
            body_posts=_listed(values.get("body_posts", "")),
        )
        if not values["rank"]:
            self._fault(number, "rank", "missing", _MISSING["rank"])
        self._check_person(row)
        return row

    def _word(self, number: int, field: str, text: str, known: dict[str, str]) -> str:
        """The code of a word from a fixed list."""
        if not text:
            return ""
        code = known.get(without_signs(text), "")
        if not code:
            message = format_lazy(_("Not known. Write one of: {words}."), words=_CHOICES[field])
            self._fault(number, field, f"unknown_{field}", message, text)
        return code

    def _date(self, number: int, cells: Row) -> dt.date | None:
        index = self.columns.get("since")
        if index is None or index >= len(cells) or not to_text(cells[index]):
            return None
        day = to_date(cells[index])
        if day is None:
            self._fault(number, "since", "bad_date", _BAD_DATE, to_text(cells[index]))
        return day

    def _check_person(self, row: OrgRow) -> None:
        if row.vacant:
            self._fault(row.row_number, "name", "vacant", _VACANT, severity="hint")
        elif not row.name or not row.staff_number:
            field = "staff_number" if row.name else "name"
            self._fault(row.row_number, field, "missing", _MISSING[field])
        else:
            name, first = self._names.setdefault(row.staff_number, (row.name, row.row_number))
            if name != row.name:
                message = format_lazy(_("This staff number belongs to {name} in row {row}."), name=name, row=first)
                self._fault(row.row_number, "staff_number", "number_of_another", message, row.staff_number)
        key = (row.department, row.position, row.staff_number)
        first = self._seen.setdefault(key, row.row_number)
        if first != row.row_number and not row.vacant:
            self._fault(row.row_number, "position", "duplicate", format_lazy(_("The same as row {row}."), row=first), row.position)

    def check_divisions(self, rows: tuple[OrgRow, ...]) -> None:
        """Departments somebody is in charge of must be in the file, and each has one leader."""
        known = {row.department for row in rows}
        leaders: dict[str, OrgRow] = {}
        for row in rows:
            for name in row.in_charge_of:
                first = leaders.setdefault(name, row)
                if first.staff_number != row.staff_number:
                    message = format_lazy(_ANOTHER_LEADER, row=first.row_number)
                    self._fault(row.row_number, "in_charge_of", "duplicate", message, name)
                if name not in known:
                    self._fault(row.row_number, "in_charge_of", "unknown_department", _UNKNOWN_DEPARTMENT, name)

    def _cell_faults(self, number: int) -> None:
        errors = self.sheet.scan.errors.get(number, {})
        uncalculated = self.sheet.scan.uncalculated.get(number, ())
        for field, index in self.columns.items():
            if index in errors:
                self._fault(number + 1, field, "cell_error", _CELL_ERROR, errors[index])
            elif index in uncalculated:
                self._fault(number + 1, field, "formula_without_value", _NO_RESULT)

    def _fault(self, row: int, field: str, code: str, message: Any, value: str = "", severity: Severity = "error") -> None:
        column = column_letter(self.columns[field])
        self.faults.append(Fault(row, column, field, code, message, excerpt(value), severity))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for piece in _LIST.split(text) if (part := piece.strip())))


_CHOICES = {
    "rank": "、".join(words.split()[0] for words in _RANK_WORDS.values()),
    "department_kind": "、".join(words.split()[0] for words in _KIND_WORDS.values()),
}
_MISSING: dict[str, Any] = {
    "department": _("The department is missing."),
    "position": _("The position is missing."),
    "rank": _("The rank of the position is missing."),
    "name": _("The name is missing."),
    "staff_number": _("The staff number is missing."),
}
_BAD_DATE = _("This is not a date. Write it like 2026-11-21.")
_VACANT = _("Nobody holds this position; it is created without a holder.")
_UNKNOWN_DEPARTMENT = _("This department is not in the file. Write it as in the column 部门.")
_ANOTHER_LEADER = _("Row {row} already puts somebody else in charge of this department. Keep one of the two.")
_CELL_ERROR = _("The cell shows an error. Correct it in the file.")
_NO_RESULT = _("The cell holds a formula without a stored result. Replace it with its value, or open the file and save it again.")
