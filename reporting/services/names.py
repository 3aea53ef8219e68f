"""Names as registers write them: departments, posts and people, made comparable. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

from common.signs import without_signs

_PARENTHESES = re.compile(r"[(（\[【].*?[)）\]】]")
# What a department is called at its end differs between bureaus: 人事科, 人事处, 人事股.
_KIND = re.compile(r"(?:科|处|股|室|部)$")
_TITLES = re.compile(r"(?:同志|(?:副|党委|党组)?(?:局长|科长|处长|股长|主任|大队长|支队长|书记|组长|站长|所长|院长|校长|部长))$")
_SEVERAL = re.compile(r"[、,\uff0c;\uff1b/\uff0f\n]|\s+(?=\S{2})")
UNIT_WORDS = frozenset({"单位", "全局", "本单位", "全单位", "领导班子", "局领导", "班子", "局领导班子", "单位领导", "领导层", "局机关"})
"""What stands in the column of departments for a risk of the unit itself."""


def plain(text: str) -> str:
    """Without spaces, punctuation and differences of width."""
    return without_signs(unicodedata.normalize("NFKC", text)).lower()


def without_parentheses(text: str) -> str:
    """The name without what is put in parentheses behind it."""
    return plain(_PARENTHESES.sub("", unicodedata.normalize("NFKC", text)))


def variant(text: str) -> str:
    """The name without its kind (人事 for 人事科 and 人事处); too short names keep it."""
    shorter = _KIND.sub("", text)
    return shorter if len(shorter) >= 2 else text


def several(text: str) -> list[str]:
    """The names in a cell that holds more than one."""
    return [part for piece in _SEVERAL.split(text) if (part := piece.strip())]


def spelled(text: str) -> str:
    """A person's name without spaces (陈 志远 → 陈志远)."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def person(text: str) -> str:
    """A person's name without spaces, parentheses and title (陈志远副局长 → 陈志远)."""
    name = _PARENTHESES.sub("", spelled(text))
    return _TITLES.sub("", name) or name


def nearest(text: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The names most like it: an abbreviation (计财科 for 计划财务科), or letters in common."""
    wanted = plain(text)
    scored = []
    for name in known:
        other = plain(name)
        ratio = SequenceMatcher(None, wanted, other, autojunk=False).ratio()
        if wanted and _is_within(wanted, other):
            ratio = max(ratio, 0.8)
        scored.append((ratio, name))
    return [name for ratio, name in sorted(scored, key=lambda pair: -pair[0])[:count] if ratio >= 0.4]


def _is_within(short: str, long: str) -> bool:
    letters = iter(long)
    return all(letter in letters for letter in short)


_CLAUSE = re.compile(r"[。;\uff1b!\uff01?\uff1f\n]+")
_PAUSE = re.compile(r"[,\uff0c、:\uff1a]+")
_NUMBERING = re.compile(
    r"^\s*(?:[(\uff08]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)\uff09]|\d{1,2}[.\uff0e、](?!\d)"
    r"|[一二三四五六七八九十]{1,3}[、.\uff0e]|[①-⑳●■◆·•])\s*"
)
_ENDING = re.compile(r"[,\uff0c、:\uff1a\s]+$")
TITLE_LENGTH = 40


def derived_title(text: str) -> str:
    """A name for a risk that has none: the first clause of its content, without numbering, at most 40 characters."""
    for clause in _CLAUSE.split(text):
        bare = _NUMBERING.sub("", clause).strip()
        if not bare:
            continue
        if len(bare) > TITLE_LENGTH:
            bare = _shortened(bare)
        return _ENDING.sub("", bare)
    return text.strip()[:TITLE_LENGTH]


def _shortened(text: str) -> str:
    """As many whole phrases as fit, else a cut with a mark."""
    ends = [match.start() for match in _PAUSE.finditer(text, 0, TITLE_LENGTH + 1) if match.start() >= 4]
    return text[: ends[-1]] if ends else text[: TITLE_LENGTH - 1] + "…"
