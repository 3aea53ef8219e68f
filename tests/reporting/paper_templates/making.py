"""Templates as an administrator would make them in Word, and as somebody with other intentions would."""

import io
import zipfile
from collections.abc import Callable

import docx
from docx.document import Document

from reporting.paper_templates.kinds import default_template

HEADER = "临江市纪委监制"


def changed(code: str, change: Callable[[Document], object]) -> bytes:
    """The default template after a change in Word."""
    document = docx.Document(io.BytesIO(default_template(code)))
    change(document)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def with_header(code: str) -> bytes:
    """The default template with a line in its header."""

    def change(document: Document) -> None:
        document.sections[0].header.paragraphs[0].add_run(HEADER)

    return changed(code, change)


def with_line(code: str, text: str, *, first: str = "", second: str = "") -> bytes:
    """The default template with one more paragraph; split over three runs where `first` and `second` are given."""

    def change(document: Document) -> None:
        paragraph = document.add_paragraph()
        for part in (text, first, second):
            paragraph.add_run(part).bold = part == first

    return changed(code, change)


def without(code: str, *placeholders: str) -> bytes:
    """The default template with some placeholders taken out of the text."""
    texts = ["{{ " + name + " }}" for name in placeholders]

    def change(content: str) -> str:
        for text in texts:
            assert text in content, text
            content = content.replace(text, "")
        return content

    return repacked(default_template(code), {"word/document.xml": change})


def repacked(
    data: bytes, changes: dict[str, Callable[[str], str]] | None = None, more: dict[str, bytes] | None = None, without: tuple[str, ...] = ()
) -> bytes:
    """The package with parts changed as text, added or left out."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for info in source.infolist():
            if info.filename in without:
                continue
            content = source.read(info)
            change = (changes or {}).get(info.filename)
            archive.writestr(info.filename, change(content.decode()).encode() if change else content)
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return target.getvalue()


def in_body(data: bytes, xml: str) -> bytes:
    """More XML at the beginning of the text."""
    return repacked(data, {"word/document.xml": lambda content: content.replace("<w:body>", f"<w:body>{xml}", 1)})


def related(data: bytes, kind: str, target: str, *, mode: str = ' TargetMode="External"') -> bytes:
    """One more relation of the document."""
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = f'<Relationship Id="rId999" Type="{base}/{kind}" Target="{target}"{mode}/></Relationships>'
    return repacked(data, {"word/_rels/document.xml.rels": lambda content: content.replace("</Relationships>", relation)})


def shown(data: bytes) -> list[str]:
    """What stands in a paper, header included: paragraphs and cells."""
    document = docx.Document(io.BytesIO(data))
    texts = [paragraph.text for paragraph in document.sections[0].header.paragraphs]
    texts += [paragraph.text for paragraph in document.paragraphs]
    return [text for text in texts if text.strip()] + [cell.text for table in document.tables for row in table.rows for cell in row.cells]
