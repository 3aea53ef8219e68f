"""The Word templates of the three forms, built by code so that nothing binary is kept (domain §11).

A4 across, title 方正小标宋 二号 centred, tables 仿宋_GB2312 小四, the line under the title 三号. Papers are Chinese
whatever language the page is in.
"""

from dataclasses import dataclass
from functools import cache

from docx.shared import Mm, Pt
from docx.table import Table

from reporting.documents import parts


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
    paper = parts.sheet(landscape=True)
    parts.write(paper.add_paragraph(), form.title, parts.TITLE_FONT, parts.ERHAO, parts.CENTRE)
    line = paper.add_paragraph()
    line.paragraph_format.space_after = Pt(6)
    parts.write(line, "{{ caption }}", parts.BODY_FONT, parts.SANHAO, parts.CENTRE)
    table = parts.table(paper, [width for _label, _field, width in form.columns], whole=parts.ACROSS_WIDTH)
    for boxes in form.head:
        _head_row(table, boxes)
    _risk_rows(table, form)
    _box(table, form.commitment, "{{ commitment }}", "{{ signature }}")
    if kind == "unit":
        _box(table, "领导班子讨论情况", "时间：{{ discussed_on }}", "", "参加人：{{ discussed_by }}", "结论：{{ discussion }}")
    _control(table, "{%tr for opinion in opinions %}")
    _box(table, "{{ opinion.label }}", "{{ opinion.text }}", "{{ opinion.signature }}")
    _control(table, "{%tr endfor %}")
    return parts.finished(paper).getvalue()


def _head_row(table: Table, boxes: tuple[tuple[str, str], ...]) -> None:
    """Label and value side by side; the values share what the labels leave of the row."""
    cells = table.add_row().cells
    count = len(cells)
    free = count - len(boxes)
    at = 0
    for number, (label, field) in enumerate(boxes):
        parts.label(cells[at], label)
        share = free // len(boxes) + (1 if number >= len(boxes) - free % len(boxes) else 0)
        value = cells[at + 1].merge(cells[at + share]) if share > 1 else cells[at + 1]
        parts.fill(value, "{{ " + field + " }}")
        at += 1 + share
    parts.keep_together(table)


def _risk_rows(table: Table, form: Form) -> None:
    header = table.add_row()
    for cell, (label, _field, _width) in zip(header.cells, form.columns, strict=True):
        parts.label(cell, label)
    parts.repeat(table)
    _control(table, "{%tr for risk in risks %}")
    for cell, (_label_text, field, _width) in zip(table.add_row().cells, form.columns, strict=True):
        parts.fill(cell, "{{ risk." + field + " }}", centred=field in ("aspect", "level", "matter"))
    _control(table, "{%tr endfor %}")
    _control(table, "{%tr if none_found %}")
    cells = table.add_row().cells
    parts.fill(cells[0].merge(cells[-1]), "经排查，未发现廉政风险。理由：{{ none_found }}")
    _control(table, "{%tr endif %}")


def _box(table: Table, label: str, text: str, signature: str, *more: str) -> None:
    """A row with a label and room for a text, signed at the right."""
    cells = table.add_row().cells
    parts.label(cells[0], label)
    box = cells[1].merge(cells[-1])
    parts.fill(box, text)
    for line in more:
        parts.write(box.add_paragraph(), line, parts.BODY_FONT, parts.XIAOSI)
    if signature:
        parts.write(box.add_paragraph(), signature, parts.BODY_FONT, parts.XIAOSI, parts.RIGHT)
    parts.keep_together(table)
    table.rows[-1].height = Mm(22)  # room to write and sign by hand


def _control(table: Table, text: str) -> None:
    """A row that only steers docxtpl and vanishes."""
    table.add_row().cells[0].paragraphs[0].add_run(text)
