"""Lists inside a cell: 1.… 2.…, (1)…(2)…, ①②, 一是…二是…, 1.1 … 1.2 …, or lines and semicolons.

Risks and measures numbered in step belong to each other item by item (domain §9: "1.1 ↔ 1.1").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

Key = tuple[int, ...]

_CHINESE = {char: value for value, char in enumerate("一二三四五六七八九十", start=1)}
# Full-width punctuation and its ASCII twin of the same length: markers are looked for in the flattened text.
_TWINS = (
    ("\uff0e", "."), ("\uff08", "("), ("\uff09", ")"), ("\uff1b", ";"), ("\uff0c", ","), ("\uff1a", ":"), ("\uff01", "!"),
    ("\u3000", " "), ("\uff11", "1"), ("\uff12", "2"), ("\uff13", "3"), ("\uff14", "4"), ("\uff15", "5"),
)  # fmt: skip
_BREAKS = frozenset("\n;。.!,、: ")
"""Behind one of these, or at the beginning, a bare number is a marker."""


class _Style(NamedTuple):
    """``begins``: what such a list must begin with or contain; cheap. ``mark``: one marker, its number in group 1.

    ``bound``: the marker must stand behind a break. People also write 1.…2.… without anything between, so a number with a
    full stop needs only a character that is no digit; "第1、2条" shows why the ideographic comma needs more.
    """

    begins: re.Pattern[str]
    mark: re.Pattern[str]
    bound: bool


def _style(begins: str, mark: str, *, bound: bool = True) -> _Style:
    return _Style(re.compile(begins), re.compile(mark), bound)


_HAN = "([一二三四五六七八九十]{1,3})"
_STYLES = (
    # "2.5万元" and "3.5%" are numbers, not items.
    _style(r"^\d|1[.、]", r"(\d{1,2})(?:\.(?!\d)|、)\s*"),
    _style(r"^\d|1\.1", r"(\d{1,2}(?:\.\d{1,2}){1,2})(?:[、.]\s*|\s+|(?=[^\d\s.%\uff05万亿元年月日个天倍以余多]))"),
    _style(r"^\(\d|\(1\)", r"\((\d{1,2})\)[、.]?\s*", bound=False),
    _style(r"^\d|1\)", r"(\d{1,2})\)[、.]?\s*"),
    _style(r"^[①-⑳]|①", r"([①-⑳])[、.]?\s*", bound=False),
    _style(r"^[⑴-⒇]|⑴", r"([⑴-⒇])[、.]?\s*", bound=False),
    _style(r"^[⒈-⒛]|⒈", r"([⒈-⒛])\s*", bound=False),
    _style(r"^\([一二三四五六七八九十]|\(一\)", r"\(" + _HAN + r"\)[、.]?\s*", bound=False),
    _style(r"^[一二三四五六七八九十]|一[、.]", _HAN + r"[、.]\s*"),
    _style(r"^[一二三四五六七八九十]|一[是要]", r"([一二三四五六七八九十])[是要][、:,]?\s*"),
    _style(r"^第|第一", r"第([一二三四五六七八九十])[、,:]\s*"),
)
_MAYBE = re.compile(r"^[\s(\uff08]*[\d①-⑳⑴-⒛一二三四五六七八九十第]|[1\uff11][.\uff0e、)\uff09]|[①⑴⒈]|[(\uff08]一|一[、.\uff0e是要]|第一")
_CIRCLED = (("①", 20), ("⑴", 20), ("⒈", 20))
_SEPARATORS = re.compile(r"[;\uff1b\n]+")
_TRAILING = ";\uff1b,\uff0c、 \n"
_COLONS = (":", "\uff1a")


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list with its number, for example (1,) or (1, 2)."""

    key: Key
    text: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """A text recognised as a numbered list; ``intro`` is what stands before the first number."""

    intro: str
    items: tuple[Item, ...]


def numbered(text: str) -> Numbered | None:
    """The numbered list in a text, or None.

    Numbers must follow each other without a gap; one number alone is enough when the text begins with it.
    """
    if not text or not _MAYBE.search(text):
        return None
    flat = text
    for wide, narrow in _TWINS:
        flat = flat.replace(wide, narrow)
    best: Numbered | None = None
    for style in _STYLES:
        if style.begins.search(flat):
            found = _in_style(text, flat, style)
            # Of nested styles (1.… (1)… (2)…) the outer one begins first.
            if found and (best is None or _better(found, best)):
                best = found
                if not best.intro and len(best.items) > 1:
                    break
    return best


def _better(found: Numbered, best: Numbered) -> bool:
    return (len(found.intro), -len(found.items)) < (len(best.intro), -len(best.items))


def _in_style(text: str, flat: str, style: _Style) -> Numbered | None:
    marks: list[tuple[int, int, Key]] = []
    for match in style.mark.finditer(flat):
        start, end = match.span()
        if start and style.bound and flat[start - 1] not in _BREAKS and not _dotted(flat, start, end):
            continue
        key = _key(match[1])
        if key and (_follows(marks[-1][2], key) if marks else _may_begin(key, start == 0)):
            marks.append((start, end, key))
    if not marks or (len(marks) == 1 and marks[0][0] > 0):
        return None
    ends = [start for start, _end, _key in marks[1:]] + [len(text)]
    items = tuple(Item(key, text[end:stop].strip(_TRAILING)) for (_start, end, key), stop in zip(marks, ends, strict=True))
    if not all(item.text for item in items):
        return None
    return Numbered(text[: marks[0][0]].strip(), items)


def _dotted(flat: str, start: int, end: int) -> bool:
    """A marker such as "2." or "1.2" directly behind a character that is no digit."""
    return "." in flat[start:end] and not flat[start - 1].isdecimal()


def _may_begin(key: Key, at_start: bool) -> bool:
    """A list begins with 1 (or 1.1); at the very beginning of a cell any number may stand (a row of a longer list)."""
    return at_start or all(part == 1 for part in key)


def _follows(last: Key, key: Key) -> bool:
    if len(last) == len(key) and last[:-1] == key[:-1]:
        return key[-1] == last[-1] + 1
    # 1.2 → 2.1; 1.1 → 1.1.1 does not occur in one list.
    return len(last) == len(key) > 1 and key[-1] == 1 and key[:-1] == (*last[:-2], last[-2] + 1)


@lru_cache(maxsize=512)
def _key(mark: str) -> Key:
    """The number of a marker: "3" → (3,), "1.2" → (1, 2), "③" → (3,), "十二" → (12,)."""
    if mark[0].isdecimal():
        return tuple(int(part) for part in mark.split("."))
    for first, count in _CIRCLED:
        if ord(first) <= ord(mark[0]) < ord(first) + count:
            return (ord(mark[0]) - ord(first) + 1,)
    return _chinese(mark)


def _chinese(mark: str) -> Key:
    if len(mark) == 1:
        return (_CHINESE[mark],)
    tens, found, ones = mark.partition("十")
    if not found or len(tens) > 1 or len(ones) > 1:
        return ()
    return ((_CHINESE[tens] if tens else 1) * 10 + (_CHINESE[ones] if ones else 0),)


_numbered_before = lru_cache(maxsize=4096)(numbered)


def is_numbered(text: str) -> bool:
    """Whether there is a numbered list in the text; for texts that stand in many rows."""
    return _numbered_before(text) is not None


@lru_cache(maxsize=4096)
def split_measures(text: str) -> tuple[str, ...]:
    """The measures in a cell: by their numbers, else by lines and semicolons; nothing of the text is lost but the marks.

    An introduction ending in a colon ("防控措施:") is dropped.
    """
    if not text:
        return ()
    listed = _numbered_before(text)
    if listed is None or (len(listed.items) == 1 and len(listed.items[0].key) > 1):
        return _by_separators(text)
    intro = () if not listed.intro or listed.intro[-1] in _COLONS else _by_separators(listed.intro)
    return (*intro, *(item.text for item in listed.items))


def _by_separators(text: str) -> tuple[str, ...]:
    if ";" not in text and "\uff1b" not in text and "\n" not in text:
        return (text,)
    return tuple(part for piece in _SEPARATORS.split(text) if (part := piece.strip(_TRAILING)))


def in_step(risks: str, measures: str) -> list[tuple[str, tuple[str, ...]]] | None:
    """Risks of one cell, each with its own measures, when both cells are numbered in step; else None.

    Each risk must have a measure and each measure a risk: 1.… 2.… ↔ 1.… 2.…, 1.1 … 1.2 ↔ 1.1 … 1.2, and also
    1.… 2.… ↔ 1.1 … 1.2 … 2.1 …. A single number on both sides (a row "1.1 …" with its measure "1.1 …") is in step too.
    """
    if not risks or not measures:
        return None
    # Measures first: the same ones stand in many rows, and are known.
    right = _numbered_before(measures)
    if right is None or (right.intro and right.intro[-1] not in _COLONS):
        return None
    left = numbered(risks)
    if left is None:
        return None
    depth = len(left.items[0].key)
    if len(right.items[0].key) < depth:
        return None
    grouped: dict[Key, list[str]] = {item.key: [] for item in left.items}
    for item in right.items:
        if item.key[:depth] not in grouped:
            return None
        grouped[item.key[:depth]].append(item.text)
    if not all(grouped.values()):
        return None
    return [(left.intro + item.text, tuple(grouped[item.key])) for item in left.items]
