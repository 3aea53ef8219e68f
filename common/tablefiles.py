"""One table given out as a file: .xlsx for officials, .csv for other programs. Every list of the product is written here, row by row."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from common.files import clean_name
from common.xlsx.writing import PROGRESS_EVERY, Progress, Sheet, write_workbook

PARAMETER = "format"
# What a spreadsheet takes for a formula, also in the full width that East Asian editions read as the same.
_RISKY_START = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
Target = str | os.PathLike[str] | BinaryIO


class Format(StrEnum):
    """What a list can be had as."""

    XLSX = "xlsx"
    CSV = "csv"

    @property
    def content_type(self) -> str:
        """As the browser is told."""
        if self is Format.CSV:
            return "text/csv; charset=utf-8"
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def format_in(data: Mapping[str, Any]) -> Format:
    """The format an address or a job asks for; .xlsx for anything else than `csv`."""
    return Format.CSV if data.get(PARAMETER) == Format.CSV else Format.XLSX


def write_table(target: Target, sheet: Sheet, kind: Format, progress: Progress | None = None) -> int:
    """Write the sheet to a path or binary file; returns the number of its rows.

    `progress` is called every 1,000 rows and once at the end; an exception from it cancels and leaves no file.
    A .csv has the header and the rows only: no title line above, no notes below.
    """
    if kind is Format.XLSX:
        return write_workbook(target, [sheet], progress)
    written = 0
    with _text(target) as file:
        out = csv.writer(file)
        out.writerow([_cell(column.header) for column in sheet.columns])
        for values in sheet.rows:
            out.writerow([_cell(value) for value in values])
            written += 1
            if progress is not None and written % PROGRESS_EVERY == 0:
                progress(written)
        if progress is not None:
            progress(written)
    return written


@contextmanager
def _text(target: Target) -> Iterator[TextIO]:
    """The target as text in UTF-8 behind a byte order mark, by which Excel knows it. A path is removed again when writing fails."""
    if not isinstance(target, (str, os.PathLike)):
        file = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
        try:
            yield file
        finally:
            file.detach()
        return
    try:
        with Path(target).open("w", encoding="utf-8-sig", newline="") as opened:
            yield opened
    except BaseException:
        Path(target).unlink(missing_ok=True)
        raise


def _cell(value: Any) -> str | int | float | Decimal:
    """Numbers as numbers, days as 2026-11-21; a text that a spreadsheet would calculate gets an apostrophe, which makes it text there."""
    if value is None:
        return ""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return int(value) if value == int(value) else value
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    text = _CONTROLS.sub("", str(value).replace("\r\n", "\n"))
    return f"'{text}" if text.startswith(_RISKY_START) or text.lstrip().startswith(_RISKY_START) else text


def file_name(title: str, kind: Format) -> str:
    """A safe name of the file, called after the title and the day."""
    return clean_name(f"{title}_{timezone.localdate().isoformat()}.{kind}")


def download(content: io.BytesIO, title: str, kind: Format) -> HttpResponse:
    """A finished file as a download."""
    response = HttpResponse(content.getvalue(), content_type=kind.content_type)
    response.headers["Content-Disposition"] = str(content_disposition_header(True, file_name(title, kind)))
    return response
