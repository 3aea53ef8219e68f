"""What papers are made of: sheet, type and tables as GB/T 9704 and the paper forms have them (domain §11)."""

import io
from collections.abc import Collection
from datetime import date
from typing import Any

from docx import Document
from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from common.xlsx.writing import safe_text

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TITLE_FONT, BODY_FONT, HEADING_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体"
ERHAO, SANHAO, XIAOSI = Pt(22), Pt(16), Pt(12)
CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
ACROSS_WIDTH = 257  # millimetres between the margins of A4 across
UPRIGHT_WIDTH = 156  # and of A4 upright, margins 28 and 26 as GB/T 9704 has them
_LETTER_LINE = Pt(28)
_ROW = 8  # millimetres at least


def sheet(*, landscape: bool) -> Paper:
    """An empty A4 document in 仿宋 with numbered pages."""
    paper = Document()
    section = paper.sections[0]
    if landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.left_margin = section.right_margin = Mm(20)
        section.top_margin, section.bottom_margin = Mm(22), Mm(18)
    else:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    style = paper.styles["Normal"]
    style.font.name, style.font.size = BODY_FONT, XIAOSI
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY_FONT)
    _page_number(section.footer.paragraphs[0])
    return paper


def finished(paper: Paper) -> io.BytesIO:
    """The document as a file, positioned at its beginning."""
    target = io.BytesIO()
    paper.save(target)
    target.seek(0)
    return target


def title(paper: Paper, words: str) -> None:
    """方正小标宋 二号, centred."""
    write(paper.add_paragraph(), words, TITLE_FONT, ERHAO, CENTRE)
    paper.paragraphs[-1].paragraph_format.space_after = Pt(12)


def head(paper: Paper, words: str, number: str) -> None:
    """The title with the number below it."""
    title(paper, words)
    line(paper, number, alignment=CENTRE)
    line(paper, "", indent=False)


def line(paper: Paper, words: str, *, alignment: WD_ALIGN_PARAGRAPH | None = None, heading: bool = False, indent: bool = True) -> None:
    """Lines of a letter, 三号: headings in 黑体, text in 仿宋 and indented by two characters."""
    for number, one in enumerate(clean(words).split("\n")):
        paragraph = paper.add_paragraph()
        form = paragraph.paragraph_format
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, _LETTER_LINE
        form.space_before, form.space_after = Pt(8 if heading else 0), Pt(0)
        if indent and alignment is None:
            form.first_line_indent = SANHAO * 2
        if heading and number == 0:
            form.keep_with_next = True
        write(paragraph, one, HEADING_FONT if heading else BODY_FONT, SANHAO, alignment)


def closing(paper: Paper, *lines: str) -> None:
    """Who signs and when, at the right; kept on one page with what stands before."""
    paper.paragraphs[-1].paragraph_format.keep_with_next = True
    line(paper, "", indent=False)
    for number, words in enumerate(lines):
        line(paper, words, alignment=RIGHT, indent=False)
        paper.paragraphs[-1].paragraph_format.right_indent = SANHAO * 2
        paper.paragraphs[-1].paragraph_format.keep_with_next = number < len(lines) - 1
    paper.paragraphs[-len(lines) - 1].paragraph_format.keep_with_next = True


def room(paper: Paper) -> None:
    """Some room between the last paragraph and the table or picture that follows it."""
    paper.paragraphs[-1].paragraph_format.space_after = Pt(6)


def table(paper: Paper, widths: list[int], *, whole: int) -> Table:
    """A ruled table, its columns in proportion to `widths`, together `whole` millimetres."""
    made = paper.add_table(rows=0, cols=len(widths))
    made.style = "Table Grid"
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    scale = whole / sum(widths)
    _cell_margins(made)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(round(width * scale, 1))
    return made


def pairs(made: Table, *boxes: tuple[str, str]) -> None:
    """A row of labels with their values, room to write by hand; one pair takes the whole row."""
    cells = made.add_row().cells
    share = len(cells) // len(boxes)
    for number, (name, words) in enumerate(boxes):
        first = number * share
        last = len(cells) - 1 if number == len(boxes) - 1 else first + share - 1
        label(cells[first], name)
        fill(cells[first + 1].merge(cells[last]) if last > first + 1 else cells[first + 1], clean(words))
    keep_together(made)
    made.rows[-1].height = Mm(10)


def box(made: Table, name: str, words: str, *signed: str, height: int = 22) -> None:
    """A row with a label and room for a text, signed at the right; `height` millimetres at least."""
    cells = made.add_row().cells
    label(cells[0], name)
    room = cells[1].merge(cells[-1])
    parts = clean(words).split("\n")
    fill(room, parts[0])
    room.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.TOP
    for part in parts[1:]:
        write(room.add_paragraph(), part, BODY_FONT, XIAOSI)
    for words_signed in signed:
        signature(room, words_signed)
    made.rows[-1].height = Mm(height)


def signature(cell: _Cell, words: str) -> None:
    """Who signs and when, at the right below the text."""
    paragraph = cell.add_paragraph()
    write(paragraph, words, BODY_FONT, XIAOSI, RIGHT)
    paragraph.paragraph_format.space_before = Pt(10)


def header(made: Table, names: list[str]) -> None:
    """The head of the columns, repeated on every page."""
    row = made.add_row()
    for cell, name in zip(row.cells, names, strict=True):
        label(cell, name)
    row.height = Mm(_ROW)
    repeat(made)


def repeat(made: Table) -> None:
    """The last row stands on every page the table runs over."""
    made.rows[-1]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def values(made: Table, words: list[str], *, centred: Collection[int] = ()) -> None:
    """A row of values; those of short columns (numbers, days) are centred."""
    for number, (cell, one) in enumerate(zip(made.add_row().cells, words, strict=True)):
        fill(cell, clean(one), centred=number in centred)
    made.rows[-1].height = Mm(_ROW)
    keep_together(made)


def control(made: Table, what: str) -> None:
    """A row that only steers the template (“for 行 in 清单”, “endfor”) and vanishes from the paper."""
    made.add_row().cells[0].paragraphs[0].add_run("{%tr " + what + " %}")


def steer(paper: Paper, what: str) -> None:
    """A paragraph that only steers the template and vanishes from the paper."""
    paper.add_paragraph().add_run("{%p " + what + " %}")


def keep_together(made: Table) -> None:
    """The last row is not torn between two pages."""
    made.rows[-1]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def label(cell: _Cell, words: str) -> None:
    """A label: 黑体 小四, centred."""
    write(cell.paragraphs[0], words, HEADING_FONT, XIAOSI, CENTRE)
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def fill(cell: _Cell, words: str, *, centred: bool = False) -> None:
    """A value: 仿宋 小四."""
    write(cell.paragraphs[0], words, BODY_FONT, XIAOSI, CENTRE if centred else None)
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def write(paragraph: Paragraph, words: str, font: str, size: Pt, alignment: WD_ALIGN_PARAGRAPH | None = None) -> None:
    """Words in a type face and size."""
    _typeface(paragraph.add_run(words), font, size)
    if alignment is not None:
        paragraph.alignment = alignment


def day_in_words(day: date | None) -> str:
    """2026年11月21日; room to write one by hand when there is none."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "    年    月    日"


def clean(value: Any) -> str:
    """A text that XML can hold, with line ends only as \\n."""
    return safe_text(value).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").replace("\a", "").replace("\f", "")


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = CENTRE
    for words, kind in (("— ", ""), ("PAGE", "field"), (" —", "")):
        run = _typeface(paragraph.add_run("" if kind else words), BODY_FONT, XIAOSI)
        if not kind:
            continue
        for step in ("begin", "", "end"):
            element = OxmlElement("w:fldChar" if step else "w:instrText")
            if step:
                element.set(qn("w:fldCharType"), step)
            else:
                element.text = words
            run._r.append(element)


def _cell_margins(made: Table) -> None:
    """Text keeps off the lines."""
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", 50), ("left", 80), ("bottom", 50), ("right", 80)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(width))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    made._tbl.tblPr.append(margins)


def _typeface(run: Run, name: str, size: Pt) -> Run:
    run.font.name, run.font.size = name, size
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)
    return run
