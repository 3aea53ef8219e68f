"""What a column of a list can mean."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from reporting.registers.headers import HeaderWords

SEQUENCE = "sequence"
REMARK = "remark"
LEFT_OUT = (SEQUENCE, REMARK)
"""Recognised in every list, and not entered."""
_LEFT_OUT_WORDS: dict[str, dict[float, str]] = {
    SEQUENCE: {1.0: "序号 序 顺序号 项次 No"},
    REMARK: {1.0: "备注 说明 备考"},
}
LEFT_OUT_LABELS: dict[str, Any] = {SEQUENCE: _("Sequence"), REMARK: _("Remark")}


@dataclass(frozen=True, slots=True)
class ListField:
    """One column: how people call it, its header in the template, other headers in use, and what fits into it."""

    code: str
    label: Any
    header: str
    words: str
    """Headers that mean it, separated by spaces; the first of them need not be repeated in `header`."""
    like: str = ""
    """Headers that may mean it: proposed, and marked to be checked."""
    required: bool = False
    limit: int = 0
    """Most characters; nought: no limit of its own."""
    lines: bool = False
    """Whether its text may have several lines."""
    width: float = 14
    note: str = ""
    """What the template's second sheet says of it."""


def words_of(fields: Sequence[ListField], foreign: Collection[str] = ()) -> HeaderWords:
    """The header words of a list; its template is read with certainty."""
    synonyms: dict[str, Mapping[float, str]] = dict(_LEFT_OUT_WORDS)
    for field in fields:
        synonyms[field.code] = {1.0: f"{field.header} {field.words}", 0.8: field.like}
    return HeaderWords(synonyms, foreign)
