"""Lists as people fill them in: the product's own template, with its example rows taken out and rows of small_unit put in."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl
from django.apps import apps
from django.db import connection

from accounts.models import User
from reporting.list_imports import services
from reporting.list_imports.kinds import KINDS
from reporting.list_imports.models import ListImport
from reporting.list_imports.template import template_file
from tests.factories.organisation import SmallUnit, administrators, small_unit
from tests.factories.powers import CatalogueFactory
from tests.xlsx_files import saved

# By hand, in the order of the template's columns. Two new entries each.
GOOD: dict[str, list[list[Any]]] = {
    "powers": [
        [
            "ZQ-01",
            "审批",
            "用印审批",
            "办公室",
            "经办",
            "印章管理办法",
            "办公室",
            "材料齐全",
            "申请—审核—用印",
            "1个工作日",
            "追究经办人",
            "",
            "",
            "",
        ],
        ["", "财务", "大额支付审批", "领导班子", "", "", "", "", "", "5个工作日", "", "大额资金使用", "五级复合审批；集体合议", ""],
    ],
    "rules": [
        ["测农〔2024〕1号", "采购管理办法", "办公室", "三家询价", "现行有效", "2024-05-01"],
        ["", "车辆管理办法", "", "", "待制定", ""],
    ],
    "points": [["BD-01", "工作纪律", "无故不参加廉政教育", "1", "是"], ["BD-02", "职权行使", "超时限办理审批", "2", ""]],
    "signs": [["采购资产", "同一供应商多次低价中标后变更", "二级", "调阅采购文件"], ["生活交往", "与服务对象频繁出游", "三级", ""]],
    "organisation": [
        ["信息科", "科长", "部门负责人", "何新", "N001", "2026-01-05", "", "科室", "", "领导小组成员"],
        ["信息科", "网管", "一般干部", "罗新", "N002", "", "", "", "", ""],
    ],
}


def filled(code: str, *rows: Sequence[Any], header: Sequence[str] | None = None, name: str = "") -> io.BytesIO:
    """The template of the list with these rows instead of the examples."""
    book = openpyxl.load_workbook(template_file(KINDS[code]))
    sheet = book.worksheets[0]
    top = next(number for number in range(1, 10) if sheet.cell(number, 2).value == KINDS[code].fields[1].header)
    sheet.delete_rows(top + 1, sheet.max_row)
    for row in rows:
        sheet.append(list(row))
    if header:
        for column, text in enumerate(header, start=1):
            sheet.cell(top, column, text)
    file = saved(book)
    file.name = name or f"{code}.xlsx"
    return file


def first_row(code: str) -> int:
    """The row below the template's header."""
    sheet = openpyxl.load_workbook(template_file(KINDS[code])).worksheets[0]
    return next(number for number in range(1, 10) if sheet.cell(number, 2).value == KINDS[code].fields[1].header) + 1


def tried(code: str, unit: Any, by: Any, *rows: Sequence[Any], file: io.BytesIO | None = None) -> ListImport:
    """Uploaded with the proposed mapping, and tried."""
    content = file or filled(code, *(rows or GOOD[code]))
    created = services.start_import(kind=KINDS[code], unit=unit, content=content, name=getattr(content, "name", "表.xlsx"), by=by)
    return services.check(list_import=created, by=by)


def stage() -> SmallUnit:
    """A small unit whose power catalogue is being compiled."""
    found = small_unit()
    CatalogueFactory(unit=found.unit)
    return found


def admin(role: str) -> User:
    return User.objects.filter(admin_role=role).first() or administrators()[role]


def keeper(code: str, unit: SmallUnit) -> User:
    """Who brings in this list."""
    if code == "organisation":
        return admin("system")
    return unit.discipline_head if code in ("points", "signs") else unit.office_clerk


def imported(code: str, unit: SmallUnit, *rows: Sequence[Any]) -> ListImport:
    by = keeper(code, unit)
    return services.confirm(list_import=tried(code, unit.unit, by, *rows), by=by)


# What may grow: histories, trails, counters, files, and what imports keep of themselves. Versions and times of saving follow a change.
_GROWS = ("historical", "audit", "numberseries", "storedfile", "listimport", "importedrow", "mappingmemory", "session", "job")
_MOVES = {"version", "updated_at", "rights_epoch"}


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the domain, without what may grow."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if any(word in table for word in _GROWS) or not model._meta.managed:
                continue
            columns = [field.column for field in model._meta.local_fields if field.column not in _MOVES]
            cursor.execute(f'SELECT {", ".join(f"{chr(34)}{c}{chr(34)}::text" for c in columns)} FROM "{table}" ORDER BY 1')
            if rows := cursor.fetchall():
                found[table] = rows
    return found
