"""Registers on several sheets, and until when their measures are to be done."""

from datetime import date, datetime

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from reporting.models import RegisterImport
from reporting.registers import Field, detect, read_rows
from reporting.registers.dues import due_of
from reporting.registers.table import Table
from reporting.services import imports
from risks.models import Measure, RiskPoint
from tests.factories.organisation import small_unit
from tests.reporting.import_files import HEADER, row
from tests.xlsx_files import book

SHORT = ["序号", "岗位", "风险点", "风险内容及表现形式", "风险等级", "防控措施"]


def line(title: str, level: str = "高") -> list:
    return [1, "", title, f"{title}中谋取私利。", level, "双人复核"]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (datetime(2026, 12, 31), date(2026, 12, 31)),
        (46387, date(2026, 12, 31)),
        ("2026-12-31", date(2026, 12, 31)),
        ("2026.6.30", date(2026, 6, 30)),
        ("2026年9月15日前", date(2026, 9, 15)),
        ("2026年2月", date(2026, 2, 28)),
        ("2028年2月底前", date(2028, 2, 29)),
        ("2026/11", date(2026, 11, 30)),
        ("2026年底前", date(2026, 12, 31)),
        ("2026年年底", date(2026, 12, 31)),
        ("2026年", date(2026, 12, 31)),
        ("2026年上半年", date(2026, 6, 30)),
        ("长期", None),
        ("常态化", None),
        ("立即", None),
        ("", None),
    ],
)
def test_what_registers_write_as_a_time_limit(cell, day):
    assert due_of(cell) == (day, True)


@pytest.mark.parametrize("cell", ["收到通知后一个月内", "2026年13月", "第三季度", 12, "九月", "2026年2月30日"])
def test_what_is_no_date_is_not_guessed(cell):
    assert due_of(cell) == (None, False)


@pytest.mark.parametrize("header", ["完成时限", "整改时限", "责任时限", "措施完成时限", "完成时间", "整改期限", "时限"])
def test_the_column_is_recognised(header):
    layout = detect(book(("登记册", [[*HEADER, header], [*row(), "2026-12-31"]])))
    assert layout.mapping[len(HEADER)] == Field.DUE


@pytest.mark.parametrize("header", ["办理时限", "法定时限", "职权办理时限"])
def test_time_limits_of_the_power_are_something_else(header):
    layout = detect(book(("登记册", [[*HEADER, header], [*row(), "2026-12-31"]])))
    assert len(HEADER) not in layout.mapping


def test_every_sheet_with_the_same_headers_is_read():
    turned = list(reversed(HEADER))
    source = book(
        ("说明", [["填表说明"]]),
        ("机关", [HEADER, row("用印")]),
        ("局属", [["局属单位登记册"], [], turned, list(reversed(row("采购"))), list(reversed(row("差旅", level="特级")))]),
        ("旧", [HEADER, row("旧的")]),
        hidden=["旧"],
    )
    layout = detect(source)
    assert [place.sheet for place in layout.places] == ["机关", "局属"]
    assert set(layout.level_texts) == {"三级", "特级"}
    rows = list(read_rows(source, layout))
    assert [(r.sheet, r.row_number, r.values["title"], r.values["department"]) for r in rows] == [
        ("机关", 2, "用印", "办公室"),
        ("局属", 4, "采购", "办公室"),
        ("局属", 5, "差旅", "办公室"),
    ]
    assert [[fault.column for fault in r.faults] for r in rows] == [[], [], ["E"]], "the letter is that of the sheet"
    with override("en"):
        assert any("机关、局属" in str(warning) for warning in layout.warnings)


def test_sheets_with_other_headers_are_named_and_not_read():
    other = [name for name in HEADER if name != "责任领导"]
    source = book(("机关", [HEADER, row()]), ("局属", [other, row()[:-1]]))
    layout = detect(source)
    assert [place.sheet for place in layout.places] == ["机关"]
    assert layout.other_sheets == ("局属",)


def test_the_sum_of_the_sheets_is_read_alone():
    source = book(("办公室", [SHORT, line("用印")]), ("财务科", [SHORT, line("付款")]), ("汇总表", [SHORT, line("用印"), line("付款")]))
    layout = detect(source)
    assert [place.sheet for place in layout.places] == ["汇总表"]
    assert layout.other_sheets == ("办公室", "财务科")


def test_sheets_without_a_column_for_it_are_named_after_departments():
    source = book(("办公室", [SHORT, line("用印")]), ("财务科", [SHORT, line("付款")]))
    layout = detect(source)
    assert not layout.missing
    assert [row.values["department"] for row in read_rows(source, layout)] == ["办公室", "财务科"]
    alone = detect(book(("办公室", [SHORT, line("用印")])))
    assert len(alone.missing) == 1, "a single sheet may be called anything"


@pytest.mark.django_db
class TestImport:
    def start(self, unit, file) -> RegisterImport:
        started = imports.start_import(unit=unit.unit, content=file, name="登记册.xlsx", by=unit.office_clerk)
        imports.check(register_import=started, by=unit.office_clerk)
        started.refresh_from_db()
        return started

    def test_one_sheet_for_each_department(self):
        unit = small_unit()
        first, second = (place.department for place in unit.departments[1:3])
        started = self.start(unit, book((first.name, [SHORT, line("用印"), line("采购")]), (second.name, [SHORT, line("付款")])))
        assert (started.report["ok"], started.report["rows"], started.layout["height"]) == (True, 3, 3)
        imports.confirm(register_import=started, by=unit.office_clerk, version=started.version)
        found = RiskPoint.objects.order_by("title").values_list("title", "department__name")
        assert sorted(found) == sorted([("用印", first.name), ("采购", first.name), ("付款", second.name)])

    def test_findings_name_the_sheet(self, client):
        unit = small_unit()
        first, second = (place.department for place in unit.departments[1:3])
        same = [*HEADER]
        file = book(
            ("机关", [same, row("用印", department=first.name)]),
            ("局属", [same, row("采购", department="没有的科"), row("用印", department=first.name), row("付款", department=second.name)]),
        )
        started = self.start(unit, file)
        faults = [(fault["sheet"], fault["row"], fault["code"]) for fault in started.report["faults"] if fault["severity"] == "error"]
        assert faults == [("局属", 2, "unknown_department"), ("局属", 3, "duplicate")]
        assert "机关!2" in next(fault["message"] for fault in started.report["faults"] if fault["code"] == "duplicate")
        client.force_login(unit.office_clerk)
        assert "局属 2" in client.get(started.get_absolute_url()).content.decode()

    def test_measures_get_their_day(self):
        unit = small_unit()
        department = unit.departments[1].department.name
        rows = [
            [*row("用印", department=department, measures="1.双人复核；2.每月抽查"), "2026年底前"],
            [*row("采购", department=department), "长期"],
            [*row("付款", department=department), "收到通知后"],
        ]
        started = self.start(unit, book(("登记册", [[*HEADER, "完成时限"], *rows])))
        assert started.report["ok"]
        hints = [(fault["row"], fault["code"], fault["column"]) for fault in started.report["faults"] if fault["field"] == "due"]
        assert hints == [(4, "bad_due", "L")]
        imports.confirm(register_import=started, by=unit.office_clerk, version=started.version)
        found = Measure.objects.order_by("risk__title", "order").values_list("risk__title", "due_on")
        assert sorted(found, key=str) == sorted(
            [("用印", date(2026, 12, 31)), ("用印", date(2026, 12, 31)), ("采购", None), ("付款", None)], key=str
        )


LINES = [
    ("综合科", "采购围标", "高"), ("综合科", " 采购围标", "低"), ("综合科", "Alpha", "高"), ("综合科", 12.0, 1.0), ("", "验收走过场", 1.0),
    ("部门", "风险点", "风险等级"), ("部门", "风险点", "高"), ("", "高", "高"), ("合计", "", "高"), ("合计", 12.0, "高"), ("", "", ""),
    ("注：高低", "", "注：高低"), ("填表：王五", "填表：王五", "审核：李四"), ("一、综合科", "一、综合科", "一、综合科"),
]  # fmt: skip


@given(st.lists(st.sampled_from(LINES), max_size=12))
def test_whether_a_row_holds_a_risk_does_not_depend_on_those_above(lines):
    headers, mapping = [("部门",), ("风险点",), ("风险等级",)], {0: "department", 1: "title", 2: "level"}

    def taken(rows):
        return [row for _number, row in Table(iter(rows), 0, headers, mapping)]

    rows = [list(row) for row in lines]
    assert taken(rows) == [row for alone in rows for row in taken([alone])]
