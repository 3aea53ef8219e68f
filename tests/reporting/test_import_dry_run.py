"""The dry run holds a register against the unit: every fault by row and column, and nothing is guessed."""

import io

import openpyxl
import pytest

from common.xlsx.faults import Fault
from positions.models import Department, HolderLevel
from reporting.services import imports
from reporting.services.imports import NotReadable
from reporting.services.reports import Findings
from risks.models import RiskPoint
from tests.factories.organisation import small_unit
from tests.factories.positions import AppointmentFactory, DepartmentFactory, PositionFactory, UserFactory
from tests.factories.powers import CatalogueFactory, PowerItemFactory, publish
from tests.reporting.import_files import HEADER, register, row
from tests.xlsx_files import saved

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return small_unit()


def tried(unit, file, **choices):
    """The import after its dry run."""
    created = imports.start_import(unit=unit.unit, content=file, name="登记册.xlsx", by=unit.office_clerk)
    if choices:
        created = imports.save_mapping(
            register_import=created,
            by=unit.office_clerk,
            version=None,
            columns=choices.get("columns", created.columns),
            levels=choices.get("levels", created.levels),
            create_missing=choices.get("create_missing", False),
        )
    return imports.check(register_import=created, by=unit.office_clerk)


def faults(found, severity="error"):
    return [(f["row"], f["column"], f["code"]) for f in found.report["faults"] if f["severity"] == severity]


def imported(unit, file, **choices):
    done = imports.confirm(register_import=tried(unit, file, **choices), by=unit.office_clerk)
    assert done.state == "imported", done.report["faults"]
    return list(RiskPoint.objects.filter(import_batch=done.pk).order_by("number"))


def test_a_good_row_says_where_it_belongs_and_who_answers(unit):
    department = unit.departments[0]
    (point,) = imported(unit, register(row("用印管理", position="经办", aspect="业务流程", level="二级", measures="1.登记;2.双人保管")))
    assert (point.level_of, point.department, point.position) == (HolderLevel.POSITION, department.department, department.positions["s0"])
    assert (point.title, point.aspect, point.current_level.label) == ("用印管理", "process", "二级")
    assert (point.direct_holder, point.responsible_leader, point.department_head) == (
        department.staff[0],
        department.leader,
        department.head,
    )
    assert [m.text for m in point.measures.order_by("order")] == ["登记", "双人保管"]
    assert point.number == f"FX-CS-{point.registered_on.year}-0001"
    assert point.source == "import"


@pytest.mark.parametrize("written", ["办公室", " 办 公 室 ", "测试市农业农村局办公室", "局办公室", "办公室(党政办)", "办公\u200b室"])
def test_names_of_departments_are_known_however_they_are_written(unit, written):
    found = tried(unit, register(row(department=written)))
    assert faults(found) == []
    assert faults(found, "hint") == []
    assert found.report["by_department"] == [["办公室", 1]]


def test_a_department_by_another_kind_of_name_is_told(unit):
    found = tried(unit, register(row(department="行政审批处")))
    assert faults(found) == []
    assert faults(found, "hint") == [(2, "B", "department_variant")]
    assert found.report["by_department"] == [["行政审批科", 1]]


def test_an_unknown_department_is_a_fault_with_the_nearest_names(unit):
    found = tried(unit, register("用印管理", row(department="审批科"), row("接待", department="渔政站")))
    assert faults(found) == [(3, "B", "unknown_department"), (4, "B", "unknown_department")]
    assert "行政审批科" in found.report["faults"][0]["message"]
    assert not found.ready


def test_closed_departments_are_not_known(unit):
    DepartmentFactory(unit=unit.unit, name="农机站", closed_on="2024-01-01")
    assert faults(tried(unit, register(row(department="农机站")))) == [(2, "B", "unknown_department")]
    assert faults(tried(unit, register(row(department="农机站")), create_missing=True)) == [(2, "B", "closed_department")]


def test_the_same_department_of_another_unit_is_not_taken(unit):
    other = small_unit(code="QT")
    DepartmentFactory(unit=other.unit, name="渔业科")
    assert faults(tried(unit, register(row(department="渔业科")))) == [(2, "B", "unknown_department")]


def test_missing_departments_and_positions_are_made_when_asked_for(unit):
    rows = [row(department="渔业渔政科", position="渔政员"), row("接待", department="渔业渔政科"), row("档案", position="档案员")]
    found = tried(unit, register(*rows), create_missing=True)
    assert found.report["new_departments"] == ["渔业渔政科"]
    assert found.report["new_positions"] == [["渔业渔政科", "渔政员"], ["办公室", "档案员"]]
    assert not Department.objects.filter(name="渔业渔政科").exists()
    done = imports.confirm(register_import=found, by=unit.office_clerk)
    places = RiskPoint.objects.filter(import_batch=done.pk).order_by("number").values_list("department__name", "position__name")
    assert list(places) == [("渔业渔政科", "渔政员"), ("渔业渔政科", None), ("办公室", "档案员")]
    assert Department.objects.get(name="渔业渔政科").history.get().history_user == unit.office_clerk


def test_a_position_the_department_does_not_have_is_kept_as_text(unit):
    rows = [row(position="档案员"), row("接待", position="经办、审核")]
    found = tried(unit, register(*rows))
    assert faults(found) == []
    assert faults(found, "hint") == [(2, "C", "unknown_position"), (3, "C", "several_positions")]
    done = imports.confirm(register_import=found, by=unit.office_clerk)
    points = RiskPoint.objects.filter(import_batch=done.pk).order_by("number")
    assert [(p.level_of, p.involved_positions) for p in points] == [("department", "档案员"), ("department", "经办、审核")]


def test_risks_of_the_unit_and_of_leading_posts(unit):
    points = imported(unit, register(row(department="领导班子"), row("大额资金", department="领导班子", position="局长")))
    assert [(p.level_of, p.department, p.position and p.position.name) for p in points] == [
        ("unit", None, None),
        ("position", None, "局长"),
    ]
    assert points[0].responsible_leader == unit.head


def test_people_are_compared_with_the_organisation(unit):
    department = unit.departments[0]
    namesake = UserFactory(name=department.staff[0].name)
    AppointmentFactory(person=namesake, position=PositionFactory(department=department.department, name="档案员"))
    rows = [
        row("一", position="经办", direct_person=department.staff[1].name),
        row("二", direct_person="没有此人"),
        row("三", direct_person=department.staff[0].name),
        row("四", direct_person=department.staff[1].name, department_head=department.head.name, leader=department.head.name),
        row("五", leader="张三", department_head="李四"),
    ]
    found = tried(unit, register(*rows))
    assert faults(found) == []
    assert faults(found, "hint") == [
        (2, "I", "other_holder"),
        (3, "I", "unknown_person"),
        (4, "I", "ambiguous_person"),
        (6, "J", "other_department_head"),
        (6, "K", "other_leader"),
    ]
    done = imports.confirm(register_import=found, by=unit.office_clerk)
    points = list(RiskPoint.objects.filter(import_batch=done.pk).order_by("number"))
    assert [p.direct_holder for p in points[:4]] == [department.staff[0], None, None, department.staff[1]]
    assert [p.direct_holder_text for p in points[1:3]] == ["没有此人", department.staff[0].name]


def test_other_words_for_the_source_are_kept_as_the_category(unit):
    points = imported(unit, register(row("一", aspect="岗位职责风险"), row("二", aspect="资金管理"), row("三")))
    assert [(p.aspect, p.category_text) for p in points] == [("duty", ""), ("", "资金管理"), ("", "")]


def test_a_power_of_the_published_catalogue_is_linked_and_any_other_kept(unit):
    catalogue = CatalogueFactory(unit=unit.unit)
    item = PowerItemFactory(catalogue=catalogue, name="大额资金支付审批", category="finance", major_matter="funds")
    publish(catalogue)
    header = ["部门", "职权事项", "风险点", "风险等级"]
    rows = [["办公室", "大额资金支付审批", "一", "一级"], ["办公室", "公务接待", "二", "一级"]]
    points = imported(unit, register(*rows, header=header))
    assert [(p.power_item, p.power_category, p.major_matter, p.category_text) for p in points] == [
        (item, "finance", "funds", ""),
        (None, "", "", "公务接待"),
    ]


def test_rows_that_have_all_else_in_common_keep_what_is_their_own(unit):
    header = ["部门", "风险来源", "职权事项", "流程环节", "风险点", "风险等级", "监测指标", "编号", "防控措施", "完成时限"]
    rows = [
        ["办公室", "资金管理", "公务接待", "审批", "一", "一级", "接待批次", "甲-1", "先审批", "2026-12-31"],
        ["办公室", "资金管理", "公务接待", "报销", "二", "一级", "报销金额", "甲-2", "先审批", "2027-01-31"],
        ["办公室", "资金管理", "公务接待", "", "三", "一级", "", "", "先审批", ""],
    ]
    points = sorted(imported(unit, register(*rows, header=header)), key=lambda point: point.pk)
    assert [(p.title, p.category_text, p.indicator) for p in points] == [
        ("一", "资金管理 · 公务接待 · 审批", "接待批次"),
        ("二", "资金管理 · 公务接待 · 报销", "报销金额"),
        ("三", "资金管理 · 公务接待", ""),
    ]
    assert [p.number for p in points[:2]] == ["甲-1", "甲-2"]
    assert points[2].number.startswith("FX-")
    assert [str(p.measures.get().due_on) for p in points] == ["2026-12-31", "2027-01-31", "None"]


def test_rows_that_differ_in_one_cell_alone_are_told_apart(unit):
    catalogue = CatalogueFactory(unit=unit.unit)
    item = PowerItemFactory(catalogue=catalogue, name="大额资金支付审批", category="finance", major_matter="funds")
    publish(catalogue)
    here, there = unit.departments[:2]
    same = {
        "部门": here.department.name, "岗位": here.positions["s0"].name, "风险来源": "业务流程", "职权事项": "", "发生几率": 2,
        "危害程度": 2, "风险等级": "三级", "直接责任人": here.staff[0].name, "部门负责人": "", "责任领导": "", "登记日期": "2026-01-05",
    }  # fmt: skip
    others = {
        "部门": there.department.name, "岗位": here.positions["s1"].name, "风险来源": "制度机制", "职权事项": item.name, "发生几率": 3,
        "危害程度": 3, "风险等级": "二级", "直接责任人": "没有此人", "部门负责人": "没有此人", "责任领导": "没有此人",
        "登记日期": "2026-02-06",
    }  # fmt: skip
    lines = [same, *(same | {column: other} for column, other in others.items())]
    rows = [[f"第{n}种", *line.values()] for n, line in enumerate(lines)]
    found = tried(unit, register(*rows, header=["风险点", *same]))
    assert faults(found) == []
    hints = [(line, code) for line, _column, code in faults(found, "hint") if line > 10]
    assert hints == [(11, "other_department_head"), (12, "other_leader")]
    done = imports.confirm(register_import=found, by=unit.office_clerk)
    first, *points = RiskPoint.objects.filter(import_batch=done.pk).order_by("pk")
    assert (first.aspect, first.probability, first.direct_holder, str(first.registered_on)) == ("process", 2, here.staff[0], "2026-01-05")
    assert (points[0].department, points[1].position) == (there.department, here.positions["s1"])
    assert (points[2].aspect, points[3].power_item, points[4].probability, points[5].harm) == ("system", item, 3, 3)
    assert (points[6].current_level.label, points[7].direct_holder_text) == ("二级", "没有此人")
    assert str(points[10].registered_on) == "2026-02-06"


def test_source_power_and_step_that_are_too_long_together_are_told_once_by_the_longest(unit):
    header = ["部门", "风险来源", "职权事项", "流程环节", "风险点", "风险等级"]
    rows = [
        ["办公室", "源" * 20, "权" * 30, "环" * 25, "一", "一级"],
        ["办公室", "源" * 61, "权" * 5, "环", "二", "一级"],
        ["办公室", "源" * 20, "权" * 30, "", "三", "一级"],
    ]
    assert faults(tried(unit, register(*rows, header=header))) == [(2, "C", "too_long"), (3, "B", "too_long")]


def test_without_a_level_it_is_computed_from_probability_and_harm(unit):
    header = ["部门", "风险点", "发生几率", "危害程度", "风险等级"]
    rows = [["办公室", "一", 4, 4, ""], ["办公室", "二", 1, 5, ""], ["办公室", "三", "高", 2, ""], ["办公室", "四", "高", 2, "三级"]]
    found = tried(unit, register(*rows, header=header))
    assert faults(found) == [(4, "C", "rating_not_used")]
    assert faults(found, "hint") == [(5, "C", "rating_not_used")]
    points = imported(unit, register(*rows[:2], rows[3], header=header))
    # 4 × 4 = 16; 1 × 5 with harm 5 never below level 2; the level given counts (domain §3)
    assert [p.current_level.label for p in points] == ["一级", "二级", "三级"]
    assert [(p.probability, p.harm) for p in points] == [(4, 4), (1, 5), (None, 2)]


def test_unknown_levels_must_be_chosen_first(unit):
    created = imports.start_import(unit=unit.unit, content=register(row(level="特别关注")), name="登记册.xlsx", by=unit.office_clerk)
    assert created.levels == {}
    with pytest.raises(NotReadable, match="特别关注"):
        imports.check(register_import=created, by=unit.office_clerk)
    (point,) = imported(unit, register(row("二", level="特别关注")), levels={"特别关注": 3})
    assert point.current_level.label == "一级"


def test_symbols_merged_cells_two_header_rows_and_totals(unit):
    lines = [
        ["测试市农业农村局廉政风险点一览表", None, None, None, None, None],
        ["序号", "科\n室", "风险", None, "等级", "防控措施"],
        [None, None, "风险点", "表现形式", None, None],
        [1, "办公室", "用印", "空白文书上盖章", "★★★", "登记"],
        [2, None, "接待", "超标准", "★", "先审批"],
        ["合计", None, 2, None, None, None],
    ]
    file = register(*lines[1:], header=lines[0], merges=["A1:F1", "A2:A3", "B2:B3", "C2:D2", "E2:E3", "F2:F3", "B4:B5"])
    points = imported(unit, file)
    assert [(p.department.name, p.title, p.content, p.current_level.label) for p in points] == [
        ("办公室", "用印", "空白文书上盖章", "一级"),
        ("办公室", "接待", "超标准", "三级"),
    ]


def test_numbered_in_step_one_row_is_several_points(unit):
    header = ["部门", "廉政风险点表现形式", "风险等级", "防控措施"]
    found = tried(unit, register(["办公室", "1.附件不全即报销;2.一事多报", "一级", "1.票据查重;2.审核分岗"], header=header))
    assert (found.report["rows"], found.report["points"], found.report["measures"]) == (1, 2, 2)
    done = imports.confirm(register_import=found, by=unit.office_clerk)
    points = RiskPoint.objects.filter(import_batch=done.pk).order_by("number")
    assert [(p.title, p.measures.get().text) for p in points] == [("附件不全即报销", "票据查重"), ("一事多报", "审核分岗")]


def test_texts_over_the_limits_of_the_register_are_faults(unit):
    rows = [
        row("一", content="字" * 40_000),
        row("字" * 121),
        row("三", aspect="字" * 61),
        row("四", direct_person="字" * 81),
        row("五", measures="字" * 2_001),
    ]
    found = tried(unit, register(*rows))
    assert faults(found) == [(2, "F", "too_long"), (3, "E", "too_long"), (4, "D", "too_long"), (5, "I", "too_long"), (6, "H", "too_long")]


def test_a_long_text_in_the_column_of_names_is_the_content(unit):
    text = "未经集体研究支付大额资金。" + "字" * 150
    (point,) = imported(unit, register(["办公室", text, "一级"], header=["部门", "风险点", "风险等级"]))
    assert (point.title, point.content) == ("未经集体研究支付大额资金", text)


def test_formulas_without_result_and_cell_errors_are_faults(unit):
    workbook = openpyxl.Workbook()
    page = workbook.active
    page.append(HEADER)
    page.append(row("一", content='=CONCAT("a","b")'))
    page.append(row("二"))
    page["F3"] = "#REF!"
    page["F3"].data_type = "e"
    assert faults(tried(unit, saved(workbook))) == [(2, "F", "formula_without_value"), (3, "F", "cell_error")]


def test_the_same_twice_and_what_already_stands_in_the_register(unit):
    imported(unit, register("用印管理"))
    found = tried(unit, register("用印管理", "接待", "接待", row("接待", department="局办公室")))
    assert faults(found) == [(2, "E", "in_register"), (4, "E", "duplicate"), (5, "E", "duplicate")]
    assert "FX-CS-" in found.report["faults"][0]["message"]


def test_numbers_of_the_file_are_kept_and_must_be_free(unit):
    header = ["编号", "部门", "风险点", "风险等级"]
    (point,) = imported(unit, register(["登-01", "办公室", "一", "一级"], header=header))
    assert point.number == "登-01"
    rows = [
        ["登-01", "办公室", "二", "一级"],
        ["登-02", "办公室", "三", "一级"],
        ["登-02", "办公室", "四", "一级"],
        ["FX-CS-2026-0009", "办公室", "五", "一级"],
    ]
    found = tried(unit, register(*rows, header=header))
    assert faults(found) == [(2, "A", "number_taken"), (4, "A", "number_twice"), (5, "A", "own_series")]


def test_a_table_without_rows_is_a_fault(unit):
    assert [code for _row, _column, code in faults(tried(unit, register()))] == ["no_rows"]


def test_findings_are_counted_by_kind_and_errors_come_first(unit):
    rows = [row(f"风险{n}", department="没有的科" if n < 30 else "办公室", direct_person="没有此人") for n in range(480)]
    found = tried(unit, register(*rows))
    # people are looked for only where the department is known
    assert (found.report["errors"], found.report["hints"]) == (30, 450)
    assert found.report["kinds"][0] == {"code": "unknown_department", "severity": "error", "count": 30}


def test_two_thousand_findings_are_kept_errors_before_hints():
    findings = Findings()
    for number in range(2_500):
        findings.add(Fault(number, "B", "department", "filled_down", "", severity="hint"))
    for number in range(3_000, 3_010):
        findings.add(Fault(number, "B", "department", "missing", ""))
    kept = findings.as_dicts()
    assert (len(kept), findings.error_count) == (2_000, 10)
    assert sum(fault["severity"] == "error" for fault in kept) == 10
    assert findings.counts[("hint", "filled_down")] == 2_500


def test_a_file_without_a_needed_column_names_it(unit):
    created = imports.start_import(
        unit=unit.unit,
        content=register(["用印", "高", "登记"], header=["风险点", "风险等级", "防控措施"]),
        name="登记册.xlsx",
        by=unit.office_clerk,
    )
    with pytest.raises(NotReadable, match="部门"):
        imports.check(register_import=created, by=unit.office_clerk)


def test_the_template_is_read_by_the_import(unit):
    from reporting.register_template import template_file

    file = io.BytesIO(template_file().getvalue())
    created = imports.start_import(unit=unit.unit, content=file, name="模板.xlsx", by=unit.office_clerk)
    assert set(created.columns.values()) >= {
        "department", "position", "aspect", "power", "title", "content", "probability", "harm", "level", "measures", "indicator",
        "direct_person", "department_head", "leader", "registered_on",
    }  # fmt: skip
    assert imports.problems_of(created) == []
