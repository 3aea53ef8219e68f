"""The empty list for those who have none yet, with example rows and a second sheet that explains the columns."""

import io

from django.utils.translation import gettext as _

from common.xlsx.writing import Column, Sheet, write_workbook
from reporting.list_imports.kinds import Kind


def template_file(kind: Kind) -> io.BytesIO:
    """An .xlsx file, positioned at its beginning."""
    columns = [Column(field.header, field.width) for field in kind.fields]
    notes = [(field.header, field.note) for field in kind.fields if field.note]
    notes += [("", note) for note in kind.notes]
    notes.append(("", "导入前请删去示例行。表头可以有标题行、两行表头和合并单元格；合计行和备注行会自动跳过；隐藏的工作表不读取。"))
    target = io.BytesIO()
    title = str(kind.title)
    write_workbook(
        target, [Sheet(title, columns, kind.examples), Sheet(_("How to fill it in"), [Column("列", 18), Column("说明", 90)], notes)]
    )
    target.seek(0)
    return target
