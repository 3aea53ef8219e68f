"""Addresses of pages, for code that needs many of them in one page.

Django looks for each among hundreds of patterns; what those are does not change while a process lives, so a pattern is looked for once.
"""

from functools import lru_cache

from django.urls import reverse

_MARK = 9_090_909_000  # stands for a number while an address is taken apart; no name of a page holds it


@lru_cache(maxsize=1024)
def address_of(name: str, *words: str) -> str:
    """`reverse(name, args=words)`, for words that are few: kinds of lists and the like, never what people type."""
    return reverse(name, args=words)


def address(name: str, *numbers: int) -> str:
    """`reverse(name, args=numbers)`. Raises NoReverseMatch as it does."""
    return _pattern(name, len(numbers)).format(*numbers)


@lru_cache(maxsize=1024)
def _pattern(name: str, count: int) -> str:
    marks = range(_MARK, _MARK + count)
    found = reverse(name, args=marks)
    for mark in marks:
        found = found.replace(str(mark), "{}")
    return found
