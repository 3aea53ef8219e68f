"""Tells the rows of a register that hold a risk from the others: totals, repeated headers, notes, section lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.xlsx.faults import excerpt
from common.xlsx.reading import Row, to_text

from .fields import RISK_FIELDS, Field
from .headers import normalise

_FIRST_SIGN, _LAST_SIGN = "一", "ꀀ"
"""Common ideographs: nothing is cleaned away before them."""
_TOTAL = re.compile(r"(?:合计|总计|小计|共计|总数|本页合计)")
_NOTE = re.compile(
    r"(?:\d{0,2}注(?:\d|一|二|:|$)|备注:|附注|说明:|填表|填报|制表|审核|审批|复核|编制|单位负责人|负责人:|主要负责人:|联系人|联系电话|"
    r"电话:|日期:|签字|签名|盖章|\(?公章|年\d*月)"
)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row below the header that holds no risk. ``row`` counts from 1; ``reason`` is total, header, note or section."""

    row: int
    reason: str
    text: str
    sheet: str = ""

    @property
    def label(self) -> Any:
        """The reason for people (lazy)."""
        return SKIP_LABELS[self.reason]


SKIP_LABELS: dict[str, Any] = {
    "total": _("Line with totals"),
    "header": _("Repeated header"),
    "note": _("Line with a note"),
    "section": _("Line with a single text"),
}


class Table:
    """The part of a sheet below the header.

    Iterating gives (row from 0, cells) of the rows with a risk; the others go to ``skipped``. ``lines`` has the whole
    texts of notes and section lines. ``breaks`` counts the rows passed over, empty ones included, so that a reader
    notices the end of a group.
    """

    def __init__(
        self, rows: Iterator[Row], first: int, headers: Sequence[Sequence[str]], mapping: Mapping[int, str], name: str = ""
    ) -> None:
        self._rows = rows
        self._name = name
        self._first = first
        self._headers = [{normalise(text) for text in levels if text} for levels in headers]
        # The header as it stands, to recognise its repetitions among tens of thousands of rows without normalising each.
        self._exact = [frozenset(levels) for levels in headers]
        self._risk = [index for index, field in mapping.items() if field in RISK_FIELDS]
        self._level = next((index for index, field in mapping.items() if field == Field.LEVEL), None)
        self._sequence = next((index for index, field in mapping.items() if field == Field.SEQUENCE), None)
        self.skipped: list[Skipped] = []
        self.lines: list[str] = []
        self.breaks = 0

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        risk, level, first = self._risk, self._level, self._first
        # As `_usual` would say, at a glance: a level that was found usual before, and a risk that begins with a common sign, but not as the
        # header does.
        known: set[Any] = set()
        column, at = risk[0] if risk else 0, level or 0
        begins = {text[:1] for text in self._exact[column]} if column < len(self._exact) else set()
        for number, row in enumerate(self._rows):
            if number < first:
                continue
            if (
                known
                and row[at] in known
                and column < len(row)
                and type(said := row[column]) is str
                and _FIRST_SIGN <= said < _LAST_SIGN
                and said != row[at]
                and said[0] not in begins
            ):
                yield number, row
                continue
            # Most rows: a risk and a level of their own, and neither is a header word.
            if level is not None and level < len(row) and (stated := row[level]) != "" and self._usual(row, risk, stated):
                known.add(stated)
                yield number, row
                continue
            reason = self._reason(row)
            if reason is None:
                yield number, row
                continue
            self.breaks += 1
            if reason:
                texts = list(dict.fromkeys(text for value in row if (text := to_text(value))))
                self.skipped.append(Skipped(number + 1, reason, excerpt(" ".join(texts)), self._name))
                if reason in {"note", "section"}:
                    self.lines += texts

    def _usual(self, row: Row, risk: Sequence[int], stated: Any) -> bool:
        if isinstance(stated, str) and (":" in stated or "\uff1a" in stated):
            return False  # 审核:李四 in a line of signatures
        for index in risk:
            if index < len(row) and row[index] not in ("", stated):
                return index >= len(self._exact) or to_text(row[index]) not in self._exact[index]
        return False

    def _reason(self, row: Row) -> str | None:
        """Why this row is no risk: a reason, "" for an empty row, None when it is one."""
        cells = [(index, text) for index, value in enumerate(row) if value != "" and (text := to_text(value))]
        if not cells or (len(cells) == 1 and cells[0][0] == self._sequence):
            return ""
        if self._repeats_header(cells):
            return "header"
        beginning = normalise_line(cells[0][1])
        distinct = {text for _index, text in cells}
        if _TOTAL.match(beginning) and not self._own_risk(cells, cells[0][1]):
            return "total"
        if _NOTE.match(beginning) and (len(distinct) <= 2 or all(":" in normalise_line(text) for text in distinct)):
            return "note"
        if len(distinct) == 1 and (len(cells) > 1 or cells[0][0] not in self._risk):
            return "section"
        return None

    def _repeats_header(self, cells: list[tuple[int, str]]) -> bool:
        same = sum(index < len(self._headers) and len(text) <= 40 and normalise(text) in self._headers[index] for index, text in cells)
        return same >= 2 and same * 2 >= len(cells)

    def _own_risk(self, cells: list[tuple[int, str]], first: str) -> bool:
        return any(index in self._risk and text != first and not text.isdecimal() for index, text in cells)


def normalise_line(text: str) -> str:
    """A line without spaces and with ASCII colons and parentheses."""
    return "".join(text.split()).replace("\uff1a", ":").replace("\uff08", "(").replace("\uff09", ")")
