"""Texts without their punctuation, to tell whether two say the same."""

import re

_SIGNS = re.compile(r"[\W_]+")
_USUAL = "，。、；“”,;"


def without_signs(text: str) -> str:
    """The letters and digits of a text."""
    # Nearly all texts have these signs only, and are done in half the time that the expression takes.
    for sign in _USUAL:
        text = text.replace(sign, "")
    return text if text.isalnum() else _SIGNS.sub("", text)
