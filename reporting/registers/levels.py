"""What severity a level text means: a proposal the user confirms, never a guess (domain §3, "Levels").

Severity is 3 (highest) to 1. Some units call their lightest level 一级: when the sheet says which end is the highest, that
is what counts; when it says something about the order that cannot be understood, numbered levels get no proposal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any

from django.utils.translation import gettext_lazy as _

HIGHEST = 3

_WORDS = {
    3: "高 最高 高危 极高 重点 重大 特别重大 红 严重 红色",
    2: "中 中等 防范 较大 橙 黄",
    1: "低 低危 一般 轻微 较小 蓝 绿 最低 较低",
}
_WORD_SEVERITY = {word: severity for severity, words in _WORDS.items() for word in words.split()}
_COLOUR_ORDER = "红橙黄蓝绿"
_NUMERALS = {
    "1": 1, "2": 2, "3": 3, "一": 1, "二": 2, "三": 3, "壹": 1, "贰": 2, "叁": 3, "i": 1, "ii": 2, "iii": 3,
}  # fmt: skip
_SYMBOLS = "▲△★☆●◆■*※✭✩♦"
_HOLLOW = "△☆✩"
_DECORATION = re.compile(r"(廉政|廉洁)?(风险点|风险|预警|等级|级别|程度|度|级|类|等|色)+$|^(第|风险等级|等级)")
_PARENTHESES = re.compile(r"\((.*?)\)")
_RATING = re.compile(r"(?:[1-9]|10)(?:\.\d)?分?")
_RATING_LIST = "高 较高 中 较低 低 很高 很低 极高 极低 一般 大 较大 小 较小 严重 较重 轻微 中等"
_RATING_WORDS = frozenset(_RATING_LIST.split())

_NUMBER = r"([123一二三]|I{1,3})"
_TOP = r"(?:最高|最重|最严重|最大|风险最高|程度最高|级别最高)"
_BOTTOM = r"(?:最低|最轻|最小|风险最低|程度最低|级别最低)"
_LINK = r"级?(?:风险点?|等级)?(?:\(?[高重]\)?)?(?:为|是|属|系|代表|表示|等级|风险)*"
_NUMBER_IS_TOP = re.compile(_NUMBER + _LINK + _TOP)
_TOP_IS_NUMBER = re.compile(_TOP + r"(?:等级|级别|级|的)?(?:为|是|:)" + _NUMBER + "级")
_NUMBER_IS_BOTTOM = re.compile(_NUMBER + _LINK + _BOTTOM)
_RISING = re.compile(r"(?:由|从)(?:低|轻|小)(?:到|至)(?:高|重|大)\D{0,12}?" + _NUMBER)
_FALLING = re.compile(r"(?:由|从)(?:高|重|大)(?:到|至)(?:低|轻|小)\D{0,12}?" + _NUMBER)
_BOTTOM_IS_NUMBER = re.compile(_BOTTOM + r"(?:等级|级别|级|的)?(?:为|是|:)" + _NUMBER + "级")
_BIGGER_IS_MORE = re.compile(r"(?:数字|数值|级数|级别数|序数|等级数)越大\D{0,8}?越(?:高|重|大|严重)")
_SMALLER_IS_MORE = re.compile(r"(?:数字|数值|级数|级别数|序数|等级数)越小\D{0,8}?越(?:高|重|大|严重)")
_HIGH_WORD, _LOW_WORD = "(?:重点|重大|高|严重)", "(?:一般|低|轻微|较小)"
_MEANS, _SAME = r"级(?:风险点?|等级)?(?:为|是|即|指|:|=|\(|[-—]+)", r"(?:度|等级|级别|级)?(?:风险点?|等级)?(?:为|是|即|指|对应|:|=|\()"
_NUMBER_IS_HIGH = re.compile(_NUMBER + _MEANS + _HIGH_WORD)
_NUMBER_IS_LOW = re.compile(_NUMBER + _MEANS + _LOW_WORD)
_HIGH_IS_NUMBER = re.compile(_HIGH_WORD + _SAME + _NUMBER + "级")
_LOW_IS_NUMBER = re.compile(_LOW_WORD + _SAME + _NUMBER + "级")
_ORDER_PATTERNS = (
    (_NUMBER_IS_TOP, True),
    (_TOP_IS_NUMBER, True),
    (_FALLING, True),
    (_NUMBER_IS_HIGH, True),
    (_HIGH_IS_NUMBER, True),
    (_NUMBER_IS_BOTTOM, False),
    (_BOTTOM_IS_NUMBER, False),
    (_RISING, False),
    (_NUMBER_IS_LOW, False),
    (_LOW_IS_NUMBER, False),
)
_ABOUT_ORDER = re.compile(r"[123一二三I]级?.{0,12}(?:最高|最低|最重|最轻|最大|最小|最严重)|(?:由|从)[低高轻重大小](?:到|至)[高低重轻大小]")


class Direction(Enum):
    """Which end of numbered levels is the highest."""

    UNSAID = "unsaid"
    FIRST = "first"
    THIRD = "third"
    UNCLEAR = "unclear"


def direction(lines: Iterable[str]) -> Direction:
    """What the sheet itself says about the order of numbered levels, read from its title and note lines."""
    found: set[Direction] = set()
    for line in lines:
        text = "".join(unicodedata.normalize("NFKC", line).split())
        found |= _line_directions(text)
    if not found:
        return Direction.UNSAID
    return found.pop() if len(found) == 1 else Direction.UNCLEAR


def _line_directions(text: str) -> set[Direction]:
    found: set[Direction] = set()
    for pattern, first_is_top in _ORDER_PATTERNS:
        for match in pattern.finditer(text):
            number = _NUMERALS[match[1].lower()]
            if number == 2:
                found.add(Direction.UNCLEAR)
            else:
                found.add(Direction.FIRST if (number == 1) == first_is_top else Direction.THIRD)
    if _BIGGER_IS_MORE.search(text):
        found.add(Direction.THIRD)
    if _SMALLER_IS_MORE.search(text):
        found.add(Direction.FIRST)
    if not found and _ABOUT_ORDER.search(text):
        found.add(Direction.UNCLEAR)
    return found


def propose(texts: Sequence[str], lines: Iterable[str] = ()) -> tuple[dict[str, int | None], list[Any]]:
    """The severity of each distinct level text, None where it is not known, and warnings (lazy) to show beside them.

    ``lines`` are the title and note lines of the sheet.
    """
    order = direction(lines)
    proposal = {text: severity(text, order) for text in texts}
    warnings: list[Any] = []
    if any(_numeral(text) for text in texts):
        warnings.append(_ORDER_WARNINGS[order])
    if max((_symbols(text) or 0 for text in texts), default=0) > HIGHEST:
        for text in texts:
            if _symbols(text):
                proposal[text] = None
        warnings.append(_("The levels are marked with more than three symbols. Choose a severity for each of them."))
    warnings += _rank_colours(proposal)
    if len({text for text in texts if proposal[text] is None}) > 0:
        warnings.append(_("Some level texts are not known. Choose a severity for each of them."))
    return proposal, warnings


_ORDER_WARNINGS: dict[Direction, Any] = {
    Direction.UNSAID: _("The levels are numbered and the first is taken as the highest. Correct this if the unit counts the other way."),
    Direction.FIRST: _("The sheet says that the first level is the highest."),
    Direction.THIRD: _("The sheet says that the third level is the highest."),
    Direction.UNCLEAR: _("What the sheet says about the order of the levels was not understood. Choose a severity for each of them."),
}  # fmt: skip


def severity(text: str, order: Direction = Direction.UNSAID) -> int | None:
    """The severity of one level text, 3 highest; None when it is not known or contradicts itself (一级(低))."""
    plain = _plain(text)
    inner = [part for part in _PARENTHESES.findall(plain) if part]
    outer = _PARENTHESES.sub("", plain)
    known = {found for part in (outer, *inner) if (found := _one(part, order)) is not None}
    if len(known) == 1:
        return known.pop()
    return None


def _one(text: str, order: Direction) -> int | None:
    stripped = _strip(text)
    if stripped in _WORD_SEVERITY:
        return _WORD_SEVERITY[stripped]
    number = _NUMERALS.get(stripped)
    if number is not None:
        if order is Direction.UNCLEAR:
            return None
        return number if order is Direction.THIRD else HIGHEST + 1 - number
    count = _symbols(text)
    return count if count and count <= HIGHEST else None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def _strip(text: str) -> str:
    while True:
        shorter = _DECORATION.sub("", text)
        if shorter in {text, ""}:
            return text
        text = shorter


def _numeral(text: str) -> int | None:
    return _NUMERALS.get(_strip(_PARENTHESES.sub("", _plain(text))))


def _symbols(text: str) -> int | None:
    """How many symbols a level text consists of; hollow ones beside filled ones do not count (★★☆ is 2)."""
    plain = _PARENTHESES.sub("", _plain(text))
    if not plain or any(char not in _SYMBOLS for char in plain):
        return None
    filled = sum(char not in _HOLLOW for char in plain)
    return filled or len(plain)


def _rank_colours(proposal: dict[str, int | None]) -> list[Any]:
    """Colours are ranked among those the file uses: of 红橙黄 the last is the lowest, of 红橙黄蓝 it is not."""
    colours = {text: bare for text in proposal if len(bare := _strip(_plain(text))) == 1 and bare in _COLOUR_ORDER}
    present = sorted(set(colours.values()), key=_COLOUR_ORDER.index)
    if len(present) == HIGHEST:
        for text, colour in colours.items():
            proposal[text] = HIGHEST - present.index(colour)
    elif len(present) > HIGHEST:
        return [_("The file uses more than three colours. Check which of them share a severity.")]
    return []


def is_rating(text: str) -> bool:
    """Whether a probability or harm can be understood: 1 to 10, or a word such as 高, 较高, 一般."""
    plain = _plain(text)
    return bool(_RATING.fullmatch(plain)) or plain in _RATING_WORDS or severity(text) is not None
