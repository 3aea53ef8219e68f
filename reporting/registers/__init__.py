"""Reads risk registers as units publish them (domain §9). Pure parsing: no database, no lookups."""

from common.xlsx.faults import Fault, FileRefused, ParseProblem, XlsxProblem

from .fields import Field, missing_requirements
from .headers import ColumnGuess
from .layout import Layout, detect, level_texts
from .rows import RegisterReader, RegisterRow, read_rows
from .table import Skipped

__all__ = [
    "ColumnGuess",
    "Fault",
    "Field",
    "FileRefused",
    "Layout",
    "ParseProblem",
    "RegisterReader",
    "RegisterRow",
    "Skipped",
    "XlsxProblem",
    "detect",
    "level_texts",
    "missing_requirements",
    "read_rows",
]
