"""Small workbooks for the tests of the spreadsheet layer, written with openpyxl or as bare XML."""

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openpyxl
from django.conf import settings

if not settings.configured:  # plain pytest, without the project's settings: messages stay English
    settings.configure(USE_I18N=False)

SAMPLES = Path(__file__).parent / "reporting" / "samples"

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOC = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_DOC}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_DOC}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_DOC}/worksheet"'
        ' Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


def book(*sheets: tuple[str, Iterable[Any]], merges: Iterable[str] = (), hidden: Iterable[str] = ()) -> io.BytesIO:
    """A workbook with these sheets; the merges are those of the last one."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, rows in sheets:
        page = workbook.create_sheet(title)
        for row in rows:
            page.append(list(row))
        if title in hidden:
            page.sheet_state = "hidden"
    for area in merges:
        page.merge_cells(area)
    return saved(workbook)


def saved(workbook: openpyxl.Workbook) -> io.BytesIO:
    target = io.BytesIO()
    workbook.save(target)
    target.seek(0)
    return target


def twins(hidden: str, shown: str) -> io.BytesIO:
    """A workbook with two sheets of one name, the first of them hidden."""
    parts = dict(PARTS)
    second = '<sheet name="S" sheetId="2" r:id="rId2"/></sheets>'
    parts["xl/workbook.xml"] = PARTS["xl/workbook.xml"].replace('name="S"', 'name="S" state="hidden"').replace("</sheets>", second)
    relation = f'<Relationship Id="rId2" Type="{_DOC}/worksheet" Target="worksheets/sheet2.xml"/></Relationships>'
    parts["xl/_rels/workbook.xml.rels"] = PARTS["xl/_rels/workbook.xml.rels"].replace("</Relationships>", relation)
    for number, rows in enumerate((hidden, shown), start=1):
        parts[f"xl/worksheets/sheet{number}.xml"] = f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    target.seek(0)
    return target


def raw_book(sheet_data: str, extra: dict[str, bytes] | None = None, after: str = "") -> io.BytesIO:
    """A workbook whose only sheet has this XML inside <sheetData>; ``extra`` members are added."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in PARTS.items():
            archive.writestr(name, text)
        archive.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{_MAIN}"><sheetData>{sheet_data}</sheetData>{after}</worksheet>')
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    target.seek(0)
    return target
