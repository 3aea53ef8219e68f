"""Tags of a template as people read them in Word: paragraph by paragraph, however Word has split them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree  # type: ignore[import-untyped]

from reporting.paper_templates.package import FILLED, WORD

_W = f"{{{WORD}}}"
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_BRACKETS = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_WIDE = re.compile(r"[｛﹛]\s*[｛﹛%％]|[｝﹜%％]\s*[｝﹜]|\{\s*[｛％]|[％｝]\s*\}")
_BODY = {"document": "body"}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: the part it stands in (`body`, `header`, `footer`, `footnotes`), its text, its tags."""

    part: str
    text: str

    @property
    def tags(self) -> list[str]:
        """Its tags, from the left."""
        return TAG.findall(self.text)

    @property
    def is_broken(self) -> bool:
        """Whether a bracket is open that does not close here, or closes what is not open."""
        return bool(_BRACKETS.search(TAG.sub("", self.text)))

    @property
    def has_wide_brackets(self) -> bool:
        """Brackets typed with a Chinese input method."""
        return bool(_WIDE.search(self.text))


def paragraphs(parts: dict[str, etree._Element]) -> Iterator[Paragraph]:
    """Those of everything that is filled in."""
    for name, root in parts.items():
        matched = FILLED.match(name)
        if matched is None:
            continue
        kind = matched[1].rstrip("0123456789")
        for paragraph in root.iter(f"{_W}p"):
            text = "".join(_texts(paragraph))
            if text:
                yield Paragraph(_BODY.get(kind, kind), text)


def _texts(element: etree._Element) -> Iterator[str]:
    """Text of the paragraph itself; boxes inside it hold paragraphs of their own."""
    for child in element:
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag != f"{_W}p":
            yield from _texts(child)


def unfilled(parts: dict[str, etree._Element]) -> Iterator[tuple[str, str]]:
    """Tags where nothing is ever filled in (comments, field codes, alternative texts, the file's own properties): part and text."""
    for name, root in parts.items():
        filled_in = FILLED.match(name) is not None
        for element in root.iter(etree.Element):
            texts = [value for value in element.attrib.values() if _BRACKETS.search(str(value))]
            if element.text and not (filled_in and element.tag == f"{_W}t") and _BRACKETS.search(element.text):
                texts.append(element.text)
            yield from ((name, str(text)) for text in texts)
