"""The cells of one row, read field by field; what does not fit becomes a fault that names row, column and what to do."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.xlsx.faults import Fault, Severity, column_letter, excerpt
from common.xlsx.reading import Row, to_date, to_text
from reporting.list_imports.fields import ListField

MISSING = _("“{name}” is missing. Fill the cell in, or delete the row.")
TOO_LONG = _("Too long ({length} characters; at most {limit}). Shorten the text.")
NOT_KNOWN = _("Not known. Write one of: {words}.")
NOT_A_DATE = _("This is not a date. Write it like 2026-11-21.")
NOT_A_NUMBER = _("This is not a number. Write digits only, such as 2 or 0.5.")
CELL_ERROR = _("The cell shows an error. Correct it in the file.")
NO_RESULT = _("The cell holds a formula without a stored result. Replace it with its value, or open the file and save it again.")
NO_TEXT = _("This is a date or a true/false value, not a text. Format the cell as text and write it again.")

_NUMBER = frozenset("0123456789.-+")


class Cells:
    """One row. `add` takes the faults in; `failed` tells whether one of them is an error."""

    def __init__(
        self, number: int, cells: Row, columns: Mapping[str, int], fields: Mapping[str, ListField], add: Callable[[Fault], None]
    ) -> None:
        self.number = number
        self.failed = False
        self._cells = cells
        self._columns = columns
        self._fields = fields
        self._add = add

    def mapped(self, code: str) -> bool:
        """Whether the file has a column for the field."""
        return code in self._columns

    def raw(self, code: str) -> Any:
        """The value as it stands in the cell; an empty text where there is no cell."""
        index = self._columns.get(code)
        return self._cells[index] if index is not None and index < len(self._cells) else ""

    def text(self, code: str) -> str:
        """The text of the cell, checked for presence and length."""
        field, value = self._fields[code], self.raw(code)
        if isinstance(value, (bool, dt.time, dt.timedelta)):
            self.fault(code, "wrong_type", NO_TEXT, to_text(value))
            return ""
        text = to_text(value)
        if not field.lines:
            text = "".join(text.split("\n"))
        if not text and field.required:
            self.fault(code, "missing", format_lazy(MISSING, name=field.label))
        elif field.limit and len(text) > field.limit:
            self.fault(code, "too_long", format_lazy(TOO_LONG, length=len(text), limit=field.limit), text)
        return text

    def choice(self, code: str, words: Mapping[str, str], shown: Sequence[str]) -> str:
        """The code of a word from a fixed list; empty for an empty cell. `shown` are the words proposed in the fault."""
        text = self.text(code)
        if not text:
            return ""
        found = words.get(plain(text))
        if found is None:
            self.fault(code, "unknown_choice", format_lazy(NOT_KNOWN, words="、".join(shown)), text)
            return ""
        return found

    def date(self, code: str) -> dt.date | None:
        """The date in the cell; None for an empty one."""
        value = self.raw(code)
        text = to_text(value)
        if not text:
            return None
        day = to_date(value)
        if day is None or not 1949 <= day.year <= 2100:
            self.fault(code, "bad_date", NOT_A_DATE, text)
            return None
        return day

    def number_in(self, code: str) -> Decimal | None:
        """The number in the cell, written with digits, full-width ones too; None for an empty cell or none at all."""
        text = unicodedata.normalize("NFKC", self.text(code)).removesuffix("分").strip()
        if not text:
            return None
        try:
            if not set(text) <= _NUMBER:
                raise InvalidOperation
            return Decimal(text)
        except InvalidOperation:
            self.fault(code, "bad_number", NOT_A_NUMBER, text)
            return None

    def fault(self, code: str, kind: str, message: Any, value: str = "", severity: Severity = "error") -> None:
        """Something is wrong with the cell of the field; an error keeps the file from being imported."""
        self.failed = self.failed or severity == "error"
        index = self._columns.get(code)
        column = column_letter(index) if index is not None else ""
        self._add(Fault(self.number, column, code, kind, message, excerpt(value), severity))

    def hint(self, code: str, kind: str, message: Any, value: str = "") -> None:
        """Something to look at; the row is imported all the same."""
        self.fault(code, kind, message, value, "hint")


def plain(text: str) -> str:
    """A word without spaces, punctuation and differences of width or case."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum())


def words(known: Mapping[Any, str]) -> dict[str, str]:
    """Code → words separated by spaces, turned round: plain word → code."""
    return {plain(word): code for code, several in known.items() for word in several.split()}
