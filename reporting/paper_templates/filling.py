"""A template and values become a paper."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from lxml import etree  # type: ignore[import-untyped]

from reporting.documents.charts import Picture
from reporting.documents.parts import clean
from reporting.paper_templates.sandbox import environment
from reporting.paper_templates.schema import Field, missing_from

_EMPTY_LINES = re.compile(r"\n(?:[ \u3000]*\n)+")
_STRICT = etree.XMLParser(resolve_entities=False, no_network=True)


class Document(DocxTemplate):
    """docxtpl, except that a template whose tags tear the document apart is refused instead of mended somehow."""

    def fix_tables(self, xml: str) -> Any:
        """Raises lxml.etree.XMLSyntaxError."""
        etree.fromstring(xml.encode(), parser=_STRICT)
        return super().fix_tables(xml)

    def sources(self) -> Iterator[tuple[str, str]]:
        """What Jinja reads, part by part: `body`, `header`, `footer` or `footnotes`, and the text."""
        self.init_docx()
        yield "body", self.patch_xml(self.get_xml())
        for name, uri in (("header", self.HEADER_URI), ("footer", self.FOOTER_URI)):
            for _key, part in self.get_headers_footers(uri):
                yield name, self.patch_xml(self.get_part_xml(part))
        for part in self.docx.part.package.iter_parts():
            if part.content_type.endswith("wordprocessingml.footnotes+xml"):
                yield "footnotes", self.patch_xml(part.blob.decode())


class _Drawn:
    """A picture where the template wants it."""

    def __init__(self, document: Document, picture: Picture) -> None:
        self.document, self.picture = document, picture

    def __html__(self) -> str:
        drawing = self.picture.drawn_in(self.document.current_rendering_part)
        return f'</w:t></w:r><w:r>{drawing}</w:r><w:r><w:t xml:space="preserve">'

    __str__ = __html__


def filled(template: bytes, fields: Sequence[Field], values: Mapping[str, Any]) -> bytes:
    """The paper as .docx.

    Raises KeyError when a placeholder of the paper has no value, and whatever Jinja and the parsers raise when the template is no good.
    """
    missing = missing_from(fields, values)
    if missing:
        raise KeyError(", ".join(missing))
    document = Document(io.BytesIO(template))
    document.render(_prepared(document, fields, values), environment(), autoescape=True)
    _tidy(document)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _prepared(document: Document, fields: Sequence[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """Texts that XML can hold, each line a paragraph of its own, without empty ones; nothing but texts, lists and pictures."""
    found: dict[str, Any] = {}
    for field in fields:
        value = values[field.name]
        if field.is_list:
            found[field.name] = [_prepared(document, field.rows, row) for row in value]
        elif isinstance(value, Picture):
            found[field.name] = _Drawn(document, value)
        else:
            found[field.name] = _EMPTY_LINES.sub("\n", clean(value)).replace("\n", "\a")
    return found


def _tidy(document: Document) -> None:
    """A cell must end in a paragraph, or Word calls the file damaged: one that a template emptied gets one."""
    for cell in document.docx.element.body.iter(qn("w:tc")):
        if not len(cell) or cell[-1].tag != qn("w:p"):
            cell.append(cell.makeelement(qn("w:p"), {}))
