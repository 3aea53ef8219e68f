"""Lists from Excel: template, mapping, dry run, all or nothing, undo as long as nothing was changed (issue E, ADR 0025)."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.models import AuditEvent
from common.errors import NotPossible
from early_warnings.models import PointBehaviour
from positions.models import Rule
from reporting.list_imports import services
from reporting.list_imports.kinds import KINDS
from reporting.list_imports.models import ListImport
from reporting.list_imports.table import analyse
from reporting.list_imports.template import template_file
from reporting.services.imports import NotReadable
from tests.query_counts import count_queries  # noqa: F401
from tests.reporting.list_files import GOOD, everything, filled, first_row, imported, keeper, stage, tried
from tests.xlsx_files import book, raw_book

CODES = sorted(KINDS)


@pytest.fixture
def unit(db):
    return stage()


def faults(found):
    return [(fault["row"], fault["column"], fault["code"]) for fault in found.report["faults"] if fault["severity"] == "error"]


# ---- the whole way


SHOWN = {
    "powers": "用印审批",
    "rules": "采购管理办法",
    "points": "无故不参加廉政教育",
    "signs": "与服务对象频繁出游",
    "organisation": "信息科",
}


@pytest.mark.parametrize("code", CODES)
def test_from_the_template_into_the_list_and_back(client, unit, code):
    by = keeper(code, unit)
    client.force_login(by)
    answer = client.get(reverse("reporting:list_template", args=[code]))
    template = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    assert [sheet.sheet_state for sheet in template.worksheets] == ["visible", "visible"]
    before = everything()
    file = SimpleUploadedFile("表.xlsx", filled(code, *GOOD[code]).read())
    answer = client.post(reverse("reporting:list_new", args=[code]), {"unit": unit.unit.pk, "file": file})
    created = ListImport.objects.get()
    assert answer.url == reverse("reporting:list_import", args=[created.pk])
    assert len(created.columns) == len(KINDS[code].fields)
    page = client.get(answer.url)
    assert page.status_code == 200
    data = {f"column_{index}": field for index, field in created.columns.items()} | {"version": created.version}
    assert client.post(reverse("reporting:list_mapping", args=[created.pk]), data).status_code == 302
    created.refresh_from_db()
    assert created.ready, created.report
    assert everything() == before
    assert created.report["rows"] == 2
    client.get(answer.url)
    assert client.post(reverse("reporting:list_confirm", args=[created.pk]), {"version": created.version}).status_code == 302
    created.refresh_from_db()
    assert created.state == "imported", created.report
    assert SHOWN[code] in client.get(answer.url).content.decode()
    assert SHOWN[code] in client.get(KINDS[code].list_url(unit.unit)).content.decode()
    undone = client.post(reverse("reporting:list_undo", args=[created.pk]), {"version": created.version, "reason": "文件有误"}, follow=True)
    created.refresh_from_db()
    assert created.state == "undone", (created.blocks, undone.content.decode()[:500])
    assert everything() == before
    with pytest.raises(NotPossible):
        services.undo(list_import=created, by=by)
    assert AuditEvent.objects.filter(action="list_import.undone").count() == 1


@pytest.mark.parametrize("code", CODES)
def test_the_same_file_again_makes_nothing_twice(unit, code):
    imported(code, unit)
    before = everything()
    again = tried(code, unit.unit, keeper(code, unit))
    assert not again.ready
    assert (again.report["new"], again.report["unchanged"], again.report["errors"]) == (0, 2, 0)
    with pytest.raises(NotPossible):
        services.confirm(list_import=again, by=keeper(code, unit))
    assert everything() == before


def test_the_examples_of_every_template_are_understood_column_by_column(unit):
    for code, kind in KINDS.items():
        found = analyse(template_file(kind), kind)
        assert [column["field"] for column in found["columns"]] == [field.code for field in kind.fields], code
        assert found["height"] == len(kind.examples)


# ---- what is wrong, by row and column


BAD = {
    # number, category, name, department, position, basis, subject, …
    "powers": [
        (["A1", "审批", "甲"], "D", "missing"),
        (["A2", "管理", "乙", "办公室"], "B", "unknown_choice"),
        (["", "审批", "", "办公室"], "C", "missing"),
        (["", "审批", "丙" * 121, "办公室"], "C", "too_long"),
        (["", "审批", "丁", "没有的科"], "D", "unknown_department"),
        (["", "审批", "戊", "办公室", "没有的岗"], "E", "unknown_position"),
        (["", "审批", "己", "办公室", "", "", "", "", "", "", "", "小事"], "L", "unknown_choice"),
    ],
    "rules": [
        (["", "", "办公室", "要点"], "B", "missing"),
        (["", "甲办法", "没有的科"], "C", "unknown_department"),
        (["", "乙办法", "", "", "有效", "2024-01-01"], "A", "missing"),
        (["文1", "丙办法", "", "", "有效", "去年"], "F", "bad_date"),
        (["文1", "丁办法", "", "", "作废中"], "E", "unknown_choice"),
        (["文1", "戊办法", "", "", "已废止", "2020-01-01"], "E", "repealed"),
        (["", "己办法", "", "", "待制定", "2020-01-01"], "F", "contradiction"),
    ],
    "points": [
        (["", "工作纪律", "甲", "1"], "A", "missing"),
        (["B1", "纪律", "乙", "1"], "B", "unknown_choice"),
        (["B2", "工作纪律", "丙", "一"], "D", "bad_number"),
        (["B3", "工作纪律", "丁", "99"], "D", "bad_points"),
        (["B4", "工作纪律", "戊", "0.5"], "D", "bad_points"),
        (["B5", "工作纪律", "己" * 301, "1"], "C", "too_long"),
        (["B6", "工作纪律", "庚", "1", "也许"], "E", "unknown_choice"),
    ],
    "signs": [
        (["", "甲", "三级"], "A", "missing"),
        (["领域", "乙", "三级"], "A", "unknown_choice"),
        (["工作作风", "", "三级", "建议"], "B", "missing"),
        (["工作作风", "丙", "九级"], "C", "unknown_level"),
        (["工作作风", "丁", "三级", "建" * 501], "D", "too_long"),
    ],
    "organisation": [
        (["信息科", "网管", "一般同志", "何新", "N9"], "C", "unknown_rank"),
        (["信息科", "网管", "一般干部", "何新", ""], "E", "missing"),
        (["办公室", "科长", "部门负责人", "何新", "N9"], "B", "refused"),
        (["信息科", "录入", "一般干部", "何新", "N9", "早年"], "F", "bad_date"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_each_fault_is_told_by_row_and_column_and_nothing_is_imported(unit, code):
    by, before = keeper(code, unit), everything()
    found = tried(code, unit.unit, by, *(row for row, _column, _code in BAD[code]), GOOD[code][0])
    first = first_row(code)
    assert faults(found) == [(first + place, column, fault) for place, (_row, column, fault) in enumerate(BAD[code])]
    assert all(fault["message"] for fault in found.report["faults"])
    with pytest.raises(NotPossible):
        services.confirm(list_import=found, by=by)
    assert everything() == before


def test_twice_in_the_file_and_already_there_otherwise(unit):
    imported("rules", unit)
    first = first_row("rules")
    rows = [["", "新办法"], ["", "新办法"], ["别的文号", "采购管理办法"], GOOD["rules"][1]]
    found = tried("rules", unit.unit, unit.office_clerk, *rows)
    assert faults(found) == [(first + 1, "B", "duplicate"), (first + 2, "B", "exists")]
    hints = [(fault["row"], fault["code"]) for fault in found.report["faults"] if fault["severity"] == "hint"]
    assert hints == [(first + 3, "unchanged")]


def test_a_common_line_is_not_changed_by_an_import(unit):
    common = PointBehaviour.objects.filter(unit=None).first()
    found = tried("points", unit.unit, unit.discipline_head, [common.code, "工作纪律", "另外的行为", "1"])
    assert [fault[2] for fault in faults(found)] == ["exists"]


def test_who_may_enter_a_row_is_the_services_word(unit):
    own, other = unit.departments[1].department.name, unit.departments[0].department.name
    found = tried("powers", unit.unit, unit.clerk, ["", "审批", "自己科室的", own], ["", "审批", "别的科室的", other])
    assert faults(found) == [(first_row("powers") + 1, "C", "refused")]


def test_queries_of_the_start_page(count_queries, unit):  # noqa: F811
    def more(count):
        for n in range(count):
            tried("rules", unit.unit, unit.office_clerk, ["", f"办法{n}"])

    count_queries("reporting:lists", user=unit.office_clerk, make_rows=more)


# ---- files as they come


HEAD = ["序号", "制度\n名称", "主管科室", "主要内容", "备注"]


def test_title_lines_merged_cells_totals_and_hidden_sheets(unit):
    rows = [
        ["测试市农业农村局制度汇编目录", *[None] * 4],
        ["(2026年)"],
        HEAD,
        [1, "甲办法", "办公室", "一", ""],
        [None] * 5,
        [2, "乙办法", None, "二", "留用"],
        ["合计", None, None, 2],
        ["填表人：张三"],
    ]
    file = book(("隐藏", [HEAD, [1, "不该读的", "", "", ""]]), ("制度", rows), merges=["A1:E1", "C4:C6"], hidden=["隐藏"])
    found = tried("rules", unit.unit, unit.office_clerk, file=file)
    assert found.layout["sheet"] == "制度"
    assert {column["header"]: column["field"] for column in found.layout["columns"]} == {
        "序号": "sequence", "制度名称": "title", "主管科室": "department", "主要内容": "key_points", "备注": "remark",
    }  # fmt: skip
    assert found.ready, found.report
    assert (found.report["rows"], found.report["skipped_count"]) == (2, 2)
    services.confirm(list_import=found, by=unit.office_clerk)
    assert set(Rule.objects.values_list("title", "department__name")) == {("甲办法", "办公室"), ("乙办法", "办公室")}


def test_formulas_errors_and_values_that_are_no_text(unit):
    cells = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>制度名称</t></is></c><c r="B1" t="inlineStr"><is><t>文号</t></is></c>'
        '<c r="C1" t="inlineStr"><is><t>主要内容</t></is></c></row>'
        '<row r="2"><c r="A2" t="str"><f>"甲"&amp;"办法"</f><v>甲办法</v></c></row>'
        '<row r="3"><c r="A3"><f>B3</f></c><c r="B3" t="inlineStr"><is><t>文</t></is></c></row>'
        '<row r="4"><c r="A4" t="e"><v>#REF!</v></c><c r="B4" t="inlineStr"><is><t>文</t></is></c></row>'
        '<row r="5"><c r="A5" t="b"><v>1</v></c></row>'
    )
    found = tried("rules", unit.unit, unit.office_clerk, file=raw_book(cells))
    assert faults(found)[:1] == [(3, "A", "formula_without_value")]
    assert {(row, code) for row, _column, code in faults(found)} >= {(4, "cell_error"), (5, "wrong_type")}
    assert [row for row, _column, _code in faults(found)].count(2) == 0
    assert found.layout["warnings"]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧.xls", "xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "改名.xlsx", "xls"),
        ("代码,类别\nA,工作纪律\n".encode(), "表.xlsx", "xlsx"),
        (b"", "空.xlsx", ""),
    ],
)
def test_what_is_no_workbook_is_refused_with_what_to_do(unit, content, name, words):
    before = everything()
    with pytest.raises(NotReadable) as refused:
        services.start_import(kind=KINDS["rules"], unit=unit.unit, content=io.BytesIO(content), name=name, by=unit.office_clerk)
    assert words in str(refused.value)
    assert everything() == before
    assert not ListImport.objects.exists()


def test_a_sheet_without_such_a_header_and_an_empty_list(client, unit):
    with pytest.raises(NotReadable, match="记分行为"):
        services.start_import(
            kind=KINDS["points"],
            unit=unit.unit,
            content=book(("表", [["姓名", "电话"], ["张三", "1"]])),
            name="表.xlsx",
            by=unit.discipline_head,
        )
    assert [fault[2] for fault in faults(tried("rules", unit.unit, unit.office_clerk, file=filled("rules")))] == ["no_rows"]
    client.force_login(unit.discipline_head)
    answer = client.post(reverse("reporting:list_new", args=["points"]), {"unit": unit.unit.pk, "file": SimpleUploadedFile("a.xlsx", b"x")})
    assert answer.status_code == 422


def test_a_mapping_that_was_confirmed_is_remembered_for_this_list_only(unit):
    file = book(("表", [["制度名称", "别名", "文号"], ["甲办法", "要点甲", "文1"]]))
    created = services.start_import(kind=KINDS["rules"], unit=unit.unit, content=file, name="表.xlsx", by=unit.office_clerk)
    chosen = created.columns | {"1": "key_points"}
    kept = services.save_mapping(list_import=created, by=unit.office_clerk, version=created.version, columns=chosen)
    services.check(list_import=kept, by=unit.office_clerk)
    file.seek(0)
    again = services.start_import(kind=KINDS["rules"], unit=unit.unit, content=file, name="表.xlsx", by=unit.office_clerk)
    assert again.columns == chosen
    assert again.layout["remembered"]
    incomplete = services.save_mapping(list_import=again, by=unit.office_clerk, version=again.version, columns={"1": "title", "0": "title"})
    assert len(services.problems_of(incomplete)) == 1
    with pytest.raises(NotReadable):
        services.check(list_import=incomplete, by=unit.office_clerk)
