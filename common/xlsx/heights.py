"""How tall a row must be for its texts to be seen whole.

Excel works it out when it opens a file; LibreOffice and WPS print what the file says, one line of each text.
"""

from collections.abc import Callable, Sequence
from typing import Any

LINE = 15.0  # points of a line of 10-point text, whichever Chinese font is there
MOST = 409.0  # Excel's tallest row; what needs more is cut in print and whole in the cell
_ARROW = 3  # characters that the button of a filter covers


def lines_of(text: str, width: float) -> int:
    """Lines of a text wrapped in a column of so many characters; a Chinese character takes two of them."""
    if "\n" in text:
        return sum(lines_of(part, width) for part in text.split("\n"))
    # A column's width counts digits of the usual 11 points; text is written in 10.
    width = width * 1.05 - 0.5
    if len(text) * 2 <= width:
        return 1
    # Three bytes of UTF-8 for two characters' room, one for one.
    room = (len(text.encode("utf-8", "replace")) + len(text)) / 2
    return max(-int(-room // max(width, 1)), 1)


def height_of(lines: int) -> float | None:
    """Points for so many lines; None where the usual height does."""
    return min(lines * LINE + 2, MOST) if lines > 1 else None


def measure(widths: Sequence[float], texts: Sequence[bool]) -> Callable[[Sequence[Any]], float | None]:
    """A function that says how tall a row of values is; only columns of text can be taller than a line."""
    columns = [(place, width) for place, (width, is_text) in enumerate(zip(widths, texts, strict=True)) if is_text]

    def height(values: Sequence[Any]) -> float | None:
        most = 1
        for place, width in columns:
            value = values[place]
            if type(value) is str and (len(value) * 2 > width or "\n" in value):
                most = max(most, lines_of(value, width))
        return height_of(most)

    return height


def head(widths: Sequence[float], texts: Sequence[str]) -> float:
    """Points of a head with buttons of filters."""
    most = max((lines_of(text, width - _ARROW) for text, width in zip(texts, widths, strict=True)), default=1)
    return min(most * LINE + 6, MOST)
