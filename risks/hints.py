"""Quality hints of a declared risk: what a reviewer would object to, said while it is being written.

The source is 004: 脱离实际、内容空泛、敷衍搪塞的,要及时整改.

Pure: no database. `risks.form_selectors` gathers what it needs; the form and the reviewer's page show the same hints.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

TITLE_AT_LEAST = 4
CONTENT_AT_LEAST = 20
MANIFESTATION_AT_LEAST = 10
MEASURE_AT_LEAST = 10
# Share of common character pairs (Dice) from which two texts count as the same; found by comparing real registers.
COPY_FROM = 0.85
EQUAL_FROM = 0.9
# Texts shorter than this are alike by chance.
COMPARE_FROM = 10
WARNING, INFO = "warning", "info"

VAGUE = (
    "加强管理",
    "加强学习",
    "加强监督",
    "加强教育",
    "加强领导",
    "提高认识",
    "提高思想认识",
    "提高警惕",
    "增强意识",
    "增强责任心",
    "增强责任意识",
    "严格要求",
    "严格把关",
    "严格执行",
    "严格遵守",
    "认真学习",
    "认真落实",
    "认真履职",
    "廉洁自律",
    "完善制度",
    "强化监督",
    "规范管理",
    "落实责任",
    "切实做好",
)
# What is left of a measure without its vague phrases must still say something.
VAGUE_LEAVES = 8
_NOT_WORDS = re.compile(r"[\W\d_]+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Hint:
    """One remark. `field` is the form field it belongs to (empty: the risk as a whole)."""

    code: str
    text: str
    severity: str = WARNING
    field: str = ""


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What a risk says, as far as hints need it."""

    title: str = ""
    content: str = ""
    manifestation: str = ""
    has_power: bool = False
    has_step: bool = False
    measures: tuple[str, ...] = ()
    unchanged: bool = False  # taken over from the register as it stands


@dataclass(frozen=True, slots=True)
class Other:
    """A risk that somebody else declared or that stands in the register."""

    text: str
    label: str = ""
    pairs: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class HintContext:
    """With what a risk is compared."""

    others: tuple[Other, ...] = ()


NO_CONTEXT = HintContext()


def normalise(text: str) -> str:
    """The bare characters of a text: width, case, punctuation, spaces and figures make no difference."""
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", text or "")).casefold()


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of the normalised text."""
    bare = normalise(text)
    return frozenset(bare[n : n + 2] for n in range(len(bare) - 1))


def _dice(one: frozenset[str], two: frozenset[str]) -> float:
    return 2 * len(one & two) / (len(one) + len(two)) if one and two else 0.0


def similarity(one: str, two: str) -> float:
    """How alike two texts are, 0 to 1, by common character pairs; symmetric."""
    return _dice(pairs(one), pairs(two))


def other(text: str, label: str = "") -> Other:
    """A text to compare with, prepared once for many comparisons."""
    return Other(text, label, pairs(text))


def hints_for(entry: EntryFacts, context: HintContext = NO_CONTEXT) -> list[Hint]:
    """What to mend before a reviewer has to ask. Never raises; more text never makes a text “too short”."""
    found = [*_lengths(entry), *_place(entry), *_measures(entry.measures)]
    if normalise(entry.content) and similarity(entry.content, entry.manifestation) >= EQUAL_FROM:
        found.append(
            Hint("same", _("The form it takes only repeats the content: write what one would actually see."), WARNING, "manifestation")
        )
    if not entry.unchanged:
        found += _copy(entry, context.others)
    return found


def _lengths(entry: EntryFacts) -> list[Hint]:
    rules = [
        ("title", entry.title, TITLE_AT_LEAST, _("The risk point is too short: name the act and the matter.")),
        ("content", entry.content, CONTENT_AT_LEAST, _("The content is too short: who could do what, at which step, for what benefit?")),
        ("manifestation", entry.manifestation, MANIFESTATION_AT_LEAST, _("The form it takes is too short: write what one would see.")),
    ]
    return [Hint(f"short_{name}", text, WARNING, name) for name, value, least, text in rules if len(normalise(value)) < least]


def _place(entry: EntryFacts) -> list[Hint]:
    if not entry.has_power:
        return [Hint("no_power", _("It names no power item: say in the exercise of which power the risk lies."), WARNING, "power_item")]
    if not entry.has_step:
        return [Hint("no_step", _("It names no step of the flowchart: say where on the way it lies."), INFO, "flow_step")]
    return []


def _measures(texts: Sequence[str]) -> list[Hint]:
    said = [text for text in texts if normalise(text)]
    if not said:
        return [Hint("no_measure", _("There is no measure yet."), WARNING, "measures")]
    found = []
    vague = [text for text in said if is_vague(text)]
    if vague:
        found.append(
            Hint(
                "vague",
                _("“%(text)s” cannot be checked: say who does what, how often or by when.") % {"text": vague[0][:30]},
                WARNING,
                "measures",
            )
        )
    elif all(len(normalise(text)) < MEASURE_AT_LEAST for text in said):
        found.append(Hint("short_measure", _("The measures are too short to be checked."), INFO, "measures"))
    return found


def is_vague(text: str) -> bool:
    """Whether a measure consists of phrases that commit nobody to anything (加强管理, 提高认识…)."""
    bare = normalise(text)
    left = bare
    for phrase in sorted(VAGUE, key=len, reverse=True):
        left = left.replace(phrase, "")
    return left != bare and len(left) < VAGUE_LEAVES


def _copy(entry: EntryFacts, others: Iterable[Other]) -> list[Hint]:
    own = entry.content if len(normalise(entry.content)) >= COMPARE_FROM else entry.title + entry.content
    if len(normalise(own)) < COMPARE_FROM:
        return []
    mine = pairs(own)
    for one in others:
        if _dice(mine, one.pairs or pairs(one.text)) >= COPY_FROM:
            text = _("Almost the same as “%(label)s”: write it for your own position.") % {"label": one.label or one.text[:20]}
            return [Hint("copy", text, WARNING, "content")]
    return []


def as_json(hints: Iterable[Hint]) -> list[dict[str, Any]]:
    """For answers to scripts."""
    return [{"code": h.code, "text": h.text, "severity": h.severity, "field": h.field} for h in hints]
