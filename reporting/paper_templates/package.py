"""Looks at an uploaded Word file before Word's own structure is trusted: sizes, parts, links out of it, fields, left-over changes."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from lxml import etree  # type: ignore[import-untyped]

from common.xlsx.faults import FileRefused
from common.xlsx.guard import MAX_UNPACKED_BYTES, MEBIBYTE, measure

MAX_BYTES = 5 * MEBIBYTE
MAX_XML_BYTES = 4 * MEBIBYTE  # of all XML parts together: parsing takes many times as much memory, and every word of it is read
# Of the parts that are filled: docxtpl takes the square of their length. The product's own have 16 KB, a long one of Word 200.
MAX_FILLED_BYTES = 400 * 1024
FILLED = re.compile(r"word/(document|header\d*|footer\d*|footnotes)\.xml$")
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W = f"{{{WORD}}}"
_DOCUMENT = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_SUFFIXES = (".xml", ".rels", ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".odttf")
_OLE_MAGIC, _ZIP_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
# Fields that only count pages or repeat what the document says itself.
FIELDS = frozenset({"PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "STYLEREF", "SEQ", "TOC", "PAGEREF", "REF"})
_EMBEDDED = ("oleobject", "package", "control", "activexcontrolbinary", "afchunk", "subdocument", "frame")
# Parts that are filled, and by which names alone they are looked at: another name would hide them from this check.
_FILLED_PARTS = ("officedocument", "header", "footer", "footnotes")
_MACROS = ("vbaproject", "wordvbadata", "attachedtoolbars", "keymapcustomizations")
_EMBEDDED_TAGS = {f"{_W}{name}" for name in ("object", "altChunk", "subDoc", "control", "movie")}
_CHANGES = {f"{_W}{name}" for name in ("ins", "del", "moveFrom", "moveTo")}
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Package:
    """The parsed XML parts of a file that may be looked into."""

    parts: dict[str, etree._Element]


def opened(data: bytes, name: str) -> tuple[Package | None, list[Text]]:
    """The parts, or None with what is wrong. What can be told together is told together."""
    problem = _kind_problem(data, name)
    if problem:
        return None, [problem]
    try:
        measure(data, _check_names)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
    except FileRefused as error:
        return None, [_MEASURED.get(error.code, _DAMAGED)]
    except Exception:  # noqa: BLE001 -- hostile archives raise anything
        return None, [_DAMAGED]
    faults = list(_member_faults(members))
    if faults:
        return None, faults
    try:
        parts = {name: etree.fromstring(content, parser=_PARSER) for name, content in members.items() if _is_xml(name)}
    except etree.XMLSyntaxError:
        return None, [_DAMAGED]
    faults = [*_type_faults(parts["[Content_Types].xml"]), *_relation_faults(parts), *_content_faults(parts)]
    return (None, faults) if faults else (Package(parts), [])


_DAMAGED = _("The file is damaged and cannot be read. Open it in Word, save it again as .docx and try again.")
_NESTED = _("Other files are embedded in the document (for example a workbook). Remove them, or paste them as a picture.")
_MACRO = _("The file contains macros. Save it as “Word document (.docx)” without macros.")
_MEASURED: dict[str, Text] = {
    "macros": _MACRO,
    "nested": _NESTED,
    "too_many_members": _("The file has too many parts. Copy the text into a new document and try again."),
    "unpacked_too_large": format_lazy(
        _("The file is larger than {limit} MB when unpacked. A template is far smaller: begin with the default one."),
        limit=MAX_UNPACKED_BYTES // MEBIBYTE,
    ),
}


def _kind_problem(data: bytes, name: str) -> Text:
    if not data:
        return _("The file is empty. Choose another one.")
    if len(data) > MAX_BYTES:
        return format_lazy(_("The file is larger than {limit} MB. Make its pictures smaller and try again."), limit=MAX_BYTES // MEBIBYTE)
    if data.startswith(_OLE_MAGIC):
        return _("This is an old Word file (.doc) or one with a password. Save it as “Word document (.docx)” without password.")
    if name.lower().endswith((".docm", ".dotm")):
        return _MACRO
    if not data.startswith(_ZIP_MAGIC) or not name.lower().endswith(".docx"):
        return _("This is no Word document (.docx). Open it in Word or WPS and save it as .docx.")
    return ""


def _check_names(names: list[str]) -> None:
    """Before anything is unpacked: what is a macro or embedded is called so."""
    lowered = [name.lower() for name in names]
    if any(macro in name for name in lowered for macro in ("vbaproject", "vbadata", "attachedtoolbars")):
        raise FileRefused("macros", _MACRO)
    if any(name.startswith(("word/embeddings/", "word/activex/")) for name in lowered):
        raise FileRefused("nested", _NESTED)


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels"))


def _member_faults(members: dict[str, bytes]) -> Iterator[Text]:
    for name in members:
        if not name.lower().endswith(_SUFFIXES):
            yield _("The file contains “%(part)s”, which a template cannot have. Pictures have to be PNG or JPEG.") % {"part": name[:80]}
    if not {"[Content_Types].xml", "_rels/.rels", "word/document.xml"} <= set(members):
        yield _("The file is an archive or another kind of document, not a Word document (.docx).")
        return
    types = members["[Content_Types].xml"]
    if b"macroEnabled" in types or b"vbaProject" in types:
        yield _MACRO
    elif _DOCUMENT not in types:
        yield _("The file is not saved as a Word document (.docx), for example as a Word template (.dotx). Save it as .docx.")
    xml = [content for name, content in members.items() if _is_xml(name)]
    filled = sum(len(content) for name, content in members.items() if FILLED.match(name))
    if filled > MAX_FILLED_BYTES or sum(len(content) for content in xml) > MAX_XML_BYTES:
        yield _("The file holds far more text and styles than a template needs. Begin with the default template.")
    elif not all(_plain(content) for content in xml):
        yield _DAMAGED


def _plain(content: bytes) -> bool:
    """UTF-8 without a document type: no entities, nothing hidden from this look by another encoding."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    head = re.match(r'\s*<\?xml[^>]*?encoding=["\']([^"\']+)', text)
    return "<!DOCTYPE" not in text and "<!ENTITY" not in text and (head is None or head[1].lower() in ("utf-8", "utf8"))


def _relation_faults(parts: dict[str, etree._Element]) -> Iterator[Text]:
    told: set[str] = set()
    for name, root in parts.items():
        if not name.lower().endswith(".rels"):
            continue
        for relation in root.iter("{*}Relationship"):
            kind = relation.get("Type", "").rsplit("/", 1)[-1].lower()
            if relation.get("TargetMode", "").lower() == "external":
                yield from _once(told, _external(kind, relation.get("Target", "")))
            elif kind in _MACROS:
                yield from _once(told, _MACRO)
            elif kind in _EMBEDDED:
                yield from _once(told, _NESTED)
            elif _leads_astray(name, kind, relation.get("Target", "")):
                yield from _once(told, _DAMAGED)


def _leads_astray(relations: str, kind: str, target: str) -> bool:
    """Out of the package, or from the document to a part that is filled and has not the name by which such parts are looked into."""
    if "://" in target or ".." in target.removeprefix("../"):
        return True
    if kind not in _FILLED_PARTS or relations not in ("_rels/.rels", "word/_rels/document.xml.rels"):
        return False
    folder = posixpath.dirname(posixpath.dirname(relations))
    return FILLED.fullmatch(posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")) is None


def _type_faults(types: etree._Element) -> Iterator[Text]:
    """Nothing is read as XML that does not say so by its name: only those parts are looked into."""
    for entry in types:
        if isinstance(entry.tag, str) and entry.get("ContentType", "").strip().lower().endswith("xml"):
            name = entry.get("PartName") or f".{entry.get('Extension', '')}"
            if not _is_xml(name):
                yield _DAMAGED
                return


def _external(kind: str, target: str) -> Text:
    words = {"target": target[:80]}
    if kind == "attachedtemplate":
        return _("The document is linked to a Word template: %(target)s. Detach it (Developer – Document Template) and save again.") % words
    if kind == "hyperlink":
        return _("The document has a link that leads out of it: %(target)s. Remove the hyperlink; its text may stay.") % words
    if kind == "image":
        return _("A picture is only linked, not in the document: %(target)s. Insert it as a picture.") % words
    return _("The document refers to something outside of it: %(target)s. Remove the link.") % words


def _content_faults(parts: dict[str, etree._Element]) -> Iterator[Text]:
    told: set[str] = set()
    for root in parts.values():
        for element in root.iter(etree.Element):
            if element.tag in _EMBEDDED_TAGS or str(element.tag).endswith("}OLEObject"):
                yield from _once(told, _NESTED)
            elif element.tag in _CHANGES and len(element):
                yield from _once(told, _("The document has tracked changes. Accept all of them and save again."))
            elif element.tag == f"{_W}comment":
                yield from _once(told, _("The document has comments. Delete all of them and save again."))
            elif element.tag == f"{_W}mailMerge":
                yield from _once(
                    told, _("The document is set up for mail merge. Choose “Normal Word document” under Mailings and save again.")
                )
        for code in _field_codes(root):
            word = (code.split() or [""])[0].upper()
            if word not in FIELDS:
                told_code = code.strip()[:40] or "–"
                fault = _("The document has a field “%(field)s”, which fetches or changes something when it is opened. Replace it by text.")
                yield from _once(told, fault % {"field": told_code})


def _field_codes(root: etree._Element) -> Iterator[str]:
    """The instruction of each field, put together where Word split it. One outside of any field is given too."""
    open_fields: list[list[str]] = []
    reading: list[bool] = []
    for element in root.iter(f"{_W}fldSimple", f"{_W}fldChar", f"{_W}instrText", f"{_W}delInstrText"):
        if element.tag == f"{_W}fldSimple":
            yield element.get(f"{_W}instr", "")
        elif element.tag == f"{_W}fldChar":
            kind = element.get(f"{_W}fldCharType")
            if kind == "begin":
                open_fields.append([])
                reading.append(True)
            elif kind == "separate" and reading:
                reading[-1] = False
            elif kind == "end" and open_fields:
                reading.pop()
                yield "".join(open_fields.pop())
        elif open_fields and reading[-1]:
            open_fields[-1].append(element.text or "")
        else:
            yield element.text or ""
    yield from ("".join(texts) for texts in open_fields)


def _once(told: set[str], fault: Text) -> Iterator[Text]:
    if str(fault) not in told:
        told.add(str(fault))
        yield fault
