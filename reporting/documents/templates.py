"""The Word templates of the three forms, built by code so that nothing binary is kept (domain §11).

A4 across, title 方正小标宋 二号 centred, tables 仿宋_GB2312 小四, the line under the title 三号. Papers are Chinese
whatever language the page is in.
"""

import io
from dataclasses import dataclass
from functools import cache

from docx import Document
from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

TITLE_FONT, BODY_FONT, HEADING_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体"
ERHAO, SANHAO, XIAOSI = Pt(22), Pt(16), Pt(12)
WIDTH = 257  # millimetres between the margins of A4 across


@dataclass(frozen=True, slots=True)
class Form:
    """One of the three forms: title, boxes above the risks (label and field), columns of the risks with their widths."""

    title: str
    head: tuple[tuple[tuple[str, str], ...], ...]
    columns: tuple[tuple[str, str, int], ...]
    commitment: str


_RISK = (
    ("职权事项", "power", 30),
    ("流程环节", "step", 26),
    ("廉政风险点", "risk", 52),
    ("表现形式", "manifestation", 46),
    ("风险来源", "aspect", 20),
    ("自评等级", "level", 18),
    ("防控措施", "measures", 65),
)
FORMS: dict[str, Form] = {
    "position": Form(
        "岗位廉政风险和自我防控承诺表",
        ((("姓名", "name"), ("科室（单位）", "department"), ("职务（岗位）", "position")), (("岗位职责", "duties"),)),
        _RISK,
        "本人承诺",
    ),
    "department": Form(
        "科室、单位廉政风险和防控承诺表",
        ((("科室（单位）", "department"), ("负责人", "name")), (("参加查找人员", "participants"),), (("主要职责", "duties"),)),
        (
            ("职权事项", "power", 26),
            ("流程环节", "step", 22),
            ("廉政风险点", "risk", 44),
            ("表现形式", "manifestation", 38),
            ("风险来源", "aspect", 18),
            ("涉及岗位", "positions", 22),
            ("协作部门", "cooperating", 20),
            ("自评等级", "level", 15),
            ("防控措施", "measures", 52),
        ),
        "承诺",
    ),
    "unit": Form(
        "单位廉政风险和防控承诺表",
        ((("单位", "unit"), ("主要负责人", "name")), (("班子成员", "participants"),)),
        (
            ("职权事项", "power", 28),
            ("流程环节", "step", 24),
            ("廉政风险点", "risk", 48),
            ("表现形式", "manifestation", 42),
            ("风险来源", "aspect", 20),
            ("三重一大类别", "matter", 22),
            ("自评等级", "level", 17),
            ("防控措施", "measures", 56),
        ),
        "承诺",
    ),
}


@cache
def template(kind: str) -> bytes:
    """The template of a form as docxtpl reads it; built once a process."""
    form = FORMS[kind]
    paper = _paper()
    _text(paper.add_paragraph(), form.title, TITLE_FONT, ERHAO, WD_ALIGN_PARAGRAPH.CENTER)
    line = paper.add_paragraph()
    line.paragraph_format.space_after = Pt(6)
    _text(line, "{{ caption }}", BODY_FONT, SANHAO, WD_ALIGN_PARAGRAPH.CENTER)
    table = _table(paper, [width for _label, _field, width in form.columns])
    for boxes in form.head:
        _head_row(table, boxes)
    _risk_rows(table, form)
    _box(table, form.commitment, "{{ commitment }}", "{{ signature }}")
    if kind == "unit":
        _box(table, "领导班子讨论情况", "时间：{{ discussed_on }}", "", "参加人：{{ discussed_by }}", "结论：{{ discussion }}")
    _control(table, "{%tr for opinion in opinions %}")
    _box(table, "{{ opinion.label }}", "{{ opinion.text }}", "{{ opinion.signature }}")
    _control(table, "{%tr endfor %}")
    target = io.BytesIO()
    paper.save(target)
    return target.getvalue()


def _paper() -> Paper:
    paper = Document()
    section = paper.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(22), Mm(18)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = BODY_FONT, XIAOSI
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY_FONT)
    _page_number(section.footer.paragraphs[0])
    return paper


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, kind in (("— ", ""), ("PAGE", "field"), (" —", "")):
        run = _font(paragraph.add_run("" if kind else text), BODY_FONT, XIAOSI)
        if not kind:
            continue
        for step in ("begin", "", "end"):
            element = OxmlElement("w:fldChar" if step else "w:instrText")
            if step:
                element.set(qn("w:fldCharType"), step)
            else:
                element.text = text
            run._r.append(element)


def _table(paper: Paper, widths: list[int]) -> Table:
    table = paper.add_table(rows=0, cols=len(widths))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    scale = WIDTH / sum(widths)
    _cell_margins(table)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(round(width * scale, 1))
    return table


def _cell_margins(table: Table) -> None:
    """Text keeps off the lines."""
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", 50), ("left", 80), ("bottom", 50), ("right", 80)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(width))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)


def _head_row(table: Table, boxes: tuple[tuple[str, str], ...]) -> None:
    """Label and value side by side; the values share what the labels leave of the row."""
    cells = table.add_row().cells
    count = len(cells)
    free = count - len(boxes)
    at = 0
    for number, (label, field) in enumerate(boxes):
        _label(cells[at], label)
        share = free // len(boxes) + (1 if number >= len(boxes) - free % len(boxes) else 0)
        value = cells[at + 1].merge(cells[at + share]) if share > 1 else cells[at + 1]
        _fill(value, "{{ " + field + " }}")
        at += 1 + share
    _keep_together(table)


def _risk_rows(table: Table, form: Form) -> None:
    header = table.add_row()
    for cell, (label, _field, _width) in zip(header.cells, form.columns, strict=True):
        _label(cell, label)
    # The header of the risks stands on every page.
    properties = header._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))
    _control(table, "{%tr for risk in risks %}")
    for cell, (_label_text, field, _width) in zip(table.add_row().cells, form.columns, strict=True):
        _fill(cell, "{{ risk." + field + " }}", centred=field in ("aspect", "level", "matter"))
    _control(table, "{%tr endfor %}")
    _control(table, "{%tr if none_found %}")
    cells = table.add_row().cells
    _fill(cells[0].merge(cells[-1]), "经排查，未发现廉政风险。理由：{{ none_found }}")
    _control(table, "{%tr endif %}")


def _box(table: Table, label: str, text: str, signature: str, *more: str) -> None:
    """A row with a label and room for a text, signed at the right."""
    cells = table.add_row().cells
    _label(cells[0], label)
    box = cells[1].merge(cells[-1])
    _fill(box, text)
    for line in more:
        _text(box.add_paragraph(), line, BODY_FONT, XIAOSI)
    if signature:
        _text(box.add_paragraph(), signature, BODY_FONT, XIAOSI, WD_ALIGN_PARAGRAPH.RIGHT)
    _keep_together(table)
    table.rows[-1].height = Mm(22)  # room to write and sign by hand


def _control(table: Table, text: str) -> None:
    """A row that only steers docxtpl and vanishes."""
    table.add_row().cells[0].paragraphs[0].add_run(text)


def _keep_together(table: Table) -> None:
    table.rows[-1]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _label(cell: _Cell, text: str) -> None:
    _text(cell.paragraphs[0], text, HEADING_FONT, XIAOSI, WD_ALIGN_PARAGRAPH.CENTER)
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _fill(cell: _Cell, text: str, *, centred: bool = False) -> None:
    _text(cell.paragraphs[0], text, BODY_FONT, XIAOSI, WD_ALIGN_PARAGRAPH.CENTER if centred else None)
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _text(paragraph: Paragraph, text: str, font: str, size: Pt, alignment: WD_ALIGN_PARAGRAPH | None = None) -> None:
    _font(paragraph.add_run(text), font, size)
    if alignment is not None:
        paragraph.alignment = alignment


def _font(run: Run, name: str, size: Pt) -> Run:
    run.font.name, run.font.size = name, size
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)
    return run
