"""Until when a measure is to be done, as registers write it: a date, a month, the end of a year, or for good."""

import calendar
import datetime as dt
import re
import unicodedata
from typing import Any

from common.xlsx.reading import to_date, to_text

_BEFORE = re.compile(r"(?:之前|以前|前|止)$")
_MONTH = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*月?\s*[底末]?")
_YEAR = re.compile(r"(\d{4})\s*年?\s*年?\s*[底末]?")
_HALF = re.compile(r"(\d{4})\s*年?\s*上半年")
_STANDING = frozenset(
    {"", "长期", "长期坚持", "常年", "常态化", "持续", "持续推进", "即时", "立即", "随时", "已完成", "完成", "无", "/", "-"}
)


def due_of(value: Any) -> tuple[dt.date | None, bool]:
    """The last day, and whether the cell was understood. What is done for good, or done already, has no day and is understood.

    A month is meant to its end, a year too (2026年底前).
    """
    text = _BEFORE.sub("", unicodedata.normalize("NFKC", to_text(value)).strip())
    if text in _STANDING:
        return None, True
    if isinstance(value, str):
        if found := _HALF.fullmatch(text):
            return dt.date(int(found[1]), 6, 30), True
        if found := _YEAR.fullmatch(text):
            return _end(int(found[1]), 12)
        if found := _MONTH.fullmatch(text):
            return _end(int(found[1]), int(found[2]))
        value = text
    day = to_date(value)
    return day, day is not None


def _end(year: int, month: int) -> tuple[dt.date | None, bool]:
    if not (1 <= month <= 12 and 1990 <= year <= 2100):
        return None, False
    return dt.date(year, month, calendar.monthrange(year, month)[1]), True
