"""What can be wrong with a spreadsheet: with the whole file, or with one cell of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

Severity = Literal["error", "hint"]
"""``error``: the row must not be imported. ``hint``: it may be, after somebody has looked at it."""

EXCERPT_LENGTH = 60


class XlsxProblem(Exception):
    """The file as a whole cannot be used. ``code`` is stable, ``message`` is a lazy text for people."""

    def __init__(self, code: str, message: Any) -> None:
        super().__init__(code)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class FileRefused(XlsxProblem):
    """The upload is not a harmless .xlsx file; nothing of it has been parsed."""


class ParseProblem(XlsxProblem):
    """The file is a workbook, but not one that can be understood."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding in one cell. ``row`` counts from 1 as the spreadsheet program shows it."""

    row: int
    column: str
    field: str
    code: str
    message: Any
    value: str = ""
    severity: Severity = "error"
    sheet: str = ""
    """Named where a table stands on several sheets."""

    def as_dict(self) -> dict[str, str | int]:
        """The fault with its message in the language now active, ready for JSON."""
        return {
            "row": self.row,
            "column": self.column,
            "field": self.field,
            "code": self.code,
            "message": str(self.message),
            "value": self.value,
            "severity": self.severity,
            "sheet": self.sheet,
        }


def column_letter(index: int) -> str:
    """The letters of the column with this index from 0: 0 is A, 25 is Z, 26 is AA."""
    letters = ""
    number = index + 1
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def excerpt(value: object) -> str:
    """The beginning of a value on one line, short enough for a list of faults."""
    text = " ".join(str(value).split())
    return text if len(text) <= EXCERPT_LENGTH else text[: EXCERPT_LENGTH - 1] + "…"


def unreadable() -> ParseProblem:
    """What calamine, or the archive, cannot make sense of."""
    return ParseProblem("unreadable", _("The workbook cannot be read. Open it, save it again as .xlsx and try again."))
