"""Pieces of HTML, put together as `django.utils.html.format_html` does, in a third of the time.

Django's goes through a wrapper for lazy texts with each value, which on a page with a hundred badges and cells is a tenth of all it takes.
What comes out is the same (tests/common/test_markup.py).
"""

from collections.abc import Iterable
from html import escape
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString


def markup(pattern: str, *values: Any) -> SafeString:
    """The pattern, which is HTML, with the values in it: escaped, but for those that are HTML themselves."""
    return SafeString(pattern.format(*map(_text, values)))


def markup_of_all(pattern: str, rows: Iterable[Iterable[Any]]) -> SafeString:
    """The pattern once for each row, one after the other."""
    return SafeString("".join(pattern.format(*map(_text, row)) for row in rows))


def _text(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return escape(value)
    if kind is SafeString:
        return value  # type: ignore[no-any-return]
    if isinstance(value, Promise):
        return _text(str(value))
    return str(value.__html__()) if hasattr(value, "__html__") else escape(str(value))
