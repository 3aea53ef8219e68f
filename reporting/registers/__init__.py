"""Reads risk registers as units publish them (domain §9). Pure parsing: no database, no lookups."""

from common.xlsx.faults import Fault, FileRefused, ParseProblem, XlsxProblem

from .fields import SHEET_COLUMN, Field, letter_of, missing_requirements
from .headers import ColumnGuess
from .layout import Layout, Place, detect, level_texts
from .rows import RegisterReader, RegisterRow, read_rows
from .table import Skipped

__all__ = [
    "SHEET_COLUMN",
    "ColumnGuess",
    "Fault",
    "Field",
    "FileRefused",
    "Layout",
    "ParseProblem",
    "Place",
    "RegisterReader",
    "RegisterRow",
    "Skipped",
    "XlsxProblem",
    "detect",
    "letter_of",
    "level_texts",
    "missing_requirements",
    "read_rows",
]
