"""Registers for the tests of the import, as small_unit's clerk would upload them."""

import io
from typing import Any

from tests.xlsx_files import book

HEADER = [
    "序号",
    "部门",
    "岗位",
    "风险来源",
    "风险点",
    "风险内容及表现形式",
    "风险等级",
    "防控措施",
    "直接责任人",
    "部门负责人",
    "责任领导",
]
NAMES = [
    "sequence",
    "department",
    "position",
    "aspect",
    "title",
    "content",
    "level",
    "measures",
    "direct_person",
    "department_head",
    "leader",
]


def row(title: str = "用印管理", **values: Any) -> list[Any]:
    """A good row of small_unit's first department; other columns by field name."""
    usual = {"department": "办公室", "title": title, "content": f"{title}把关不严,谋取私利。", "level": "三级", "measures": "双人核对"}
    return [(usual | values).get(name) for name in NAMES]


def register(
    *rows: str | list[Any], header: list[Any] | None = None, merges: list[str] | None = None, name: str = "登记册.xlsx"
) -> io.BytesIO:
    """A register with these rows; a text stands for a good row with that title."""
    lines = [row(one) if isinstance(one, str) else one for one in rows]
    file = book(("登记册", [header or HEADER, *lines]), merges=merges or [])
    file.name = name
    return file
