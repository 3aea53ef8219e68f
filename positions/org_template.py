"""The empty sheet for importing an organisation, with three example rows and the words that are understood."""

import io

from common.xlsx.writing import Column, Sheet, write_workbook
from positions.org_sheet import COLUMNS

WIDTHS = {"duties": 40, "in_charge_of": 28, "body_posts": 28, "department": 18, "position": 16, "rank": 14}
EXAMPLES: tuple[tuple[str, ...], ...] = (
    ("领导班子", "局长", "一把手", "张明", "A001", "2022-03-01", "", "", "主持全面工作", "党委书记、领导小组组长"),
    ("领导班子", "副局长", "分管领导", "李红", "A002", "2021-06-01", "办公室、财务科", "", "协助局长工作", "党委委员、领导小组副组长"),
    ("办公室", "主任", "部门负责人", "王强", "B010", "2020-01-01", "", "科室", "负责办公室全面工作", "领导小组成员"),
)
NOTES: tuple[str, ...] = (
    "岗位层级：一把手、分管领导、班子成员、部门负责人、部门副职、一般干部。",
    "部门类别：科室、局属单位（不填按科室）。分管部门：多个用顿号隔开，须与“部门”列一致。",
    "党内/机构职务：如 党委书记、党委委员、纪委书记、纪委委员、领导小组成员、领导小组办公室主任、党支部书记。",
    "导入前请删去示例行。已有的人员、部门和岗位保持不变，导入不删除任何内容。",
)


def template_file() -> io.BytesIO:
    """An .xlsx file, positioned at its beginning."""
    columns = [Column(header, WIDTHS.get(field, 14)) for field, header in COLUMNS.items()]
    target = io.BytesIO()
    write_workbook(target, [Sheet("组织机构", columns, EXAMPLES), Sheet("填写说明", [Column("说明", 90)], [[note] for note in NOTES])])
    target.seek(0)
    return target
