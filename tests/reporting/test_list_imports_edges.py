"""Lists as they are really filled in: remarks, totals, long words, formulas without results, two leaders for one department (ADR 0025)."""

import openpyxl
import pytest

from common.errors import NotAllowed
from positions.models import BodyMembership, Department, PowerItem
from reporting.list_imports import services
from reporting.list_imports.kinds import KINDS
from tests.reporting.list_files import GOOD, everything, filled, first_row, imported, keeper, stage, tried
from tests.xlsx_files import saved


@pytest.fixture
def unit(db):
    return stage()


def errors(found):
    return [(fault["row"], fault["field"], fault["code"]) for fault in found.report["faults"] if fault["severity"] == "error"]


def with_columns(code, header, *rows):
    """The filled template with one more column at its end."""
    book = openpyxl.load_workbook(filled(code, *GOOD[code]))
    sheet, column = book.worksheets[0], len(KINDS[code].fields) + 1
    for row, text in enumerate([header, *rows], start=first_row(code) - 1):
        sheet.cell(row, column, text)
    file = saved(book)
    file.name = "表.xlsx"
    return file


@pytest.mark.parametrize(
    ("column", "length"), [("department", 81), ("position", 81), ("name", 61), ("staff_number", 41)], ids=["科室", "岗位", "姓名", "工号"]
)
def test_words_too_long_for_the_organisation_are_faults(unit, column, length):
    row = list(GOOD["organisation"][1])
    at = [field.code for field in KINDS["organisation"].fields].index(column)
    row[at] = "长" * length
    found = tried("organisation", unit.unit, keeper("organisation", unit), row)
    assert (first_row("organisation"), column, "too_long") in errors(found)


@pytest.mark.parametrize("code", ["organisation", "rules"])
@pytest.mark.parametrize(("header", "text"), [("备注", "见任免文件。" * 40), ("序号", "=ROW()-1"), ("备注", "=A1")])
def test_what_is_left_out_is_no_fault(unit, code, header, text):
    found = tried(code, unit.unit, keeper(code, unit), file=with_columns(code, header, text, text))
    assert found.ready, found.report


def test_totals_and_notes_of_an_organisation_are_passed_over(unit):
    rows = [*GOOD["organisation"], ["合计", "", "", "共2人", *[""] * 6], ["填表人：何新", *[""] * 9]]
    found = tried("organisation", unit.unit, keeper("organisation", unit), *rows)
    assert found.ready, found.report
    assert [line["row"] for line in found.report["skipped"]] == [first_row("organisation") + 2, first_row("organisation") + 3]


def test_a_row_of_formulas_without_results_is_told_of(unit):
    found = tried("organisation", unit.unit, keeper("organisation", unit), *GOOD["organisation"], ["=A5", "=B5", "=C5", "=D5", "=E5"])
    assert (first_row("organisation") + 2, "position", "formula_without_value") in errors(found)


def test_of_two_leaders_in_charge_of_a_department_one_is_a_fault(unit):
    first, second = unit.deputies[:2]
    rows = [
        ["领导班子", "副局长", "分管领导", first.name, first.staff_number, "2020-01-05", "信息科", "", "", ""],
        ["领导班子", "副局长(二)", "分管领导", second.name, second.staff_number, "", "信息科", "", "", ""],
    ]
    found = tried("organisation", unit.unit, keeper("organisation", unit), *GOOD["organisation"], *rows)
    assert (first_row("organisation") + 3, "in_charge_of", "duplicate") in errors(found)


def test_nobody_is_put_into_a_closed_department(unit):
    Department.objects.create(unit=unit.unit, name="信息科", closed_on="2024-01-01")
    found = tried("organisation", unit.unit, keeper("organisation", unit))
    assert {code for _row, _field, code in errors(found)} == {"refused"}


def test_another_role_in_a_body_is_told_of_and_left(unit):
    seat = BodyMembership.objects.filter(body__kind="leading_group", role="member").select_related("person").first()
    rows = [
        list(GOOD["organisation"][0]),
        ["信息科", "副科长", "部门副职", seat.person.name, seat.person.staff_number, *[""] * 4, "领导小组组长"],
    ]
    found = tried("organisation", unit.unit, keeper("organisation", unit), *rows)
    assert [(fault["row"], fault["code"]) for fault in found.report["faults"]] == [(first_row("organisation") + 1, "exists")]
    assert found.ready


def test_a_new_body_counts_on_the_way_there_and_back(unit):
    row = list(GOOD["organisation"][0])
    row[-1] = "党支部委员"
    keeper("organisation", unit)
    before = everything()
    done = imported("organisation", unit, row)
    assert done.report["new"] == done.made.count()
    services.undo(list_import=done, by=keeper("organisation", unit))
    assert everything() == before


def test_numbers_in_the_file_are_left_for_their_rows(unit):
    by, code = keeper("powers", unit), unit.unit.code
    rows = [list(GOOD["powers"][1]), [f"{code}-001", *GOOD["powers"][0][1:]]]
    found = tried("powers", unit.unit, by, *rows)
    assert found.ready, found.report
    services.confirm(list_import=found, by=by)
    assert PowerItem.objects.get(name="用印审批").number == f"{code}-001"


def test_who_was_shut_out_since_imports_nothing_in_the_worker(unit):
    by = keeper("organisation", unit)
    found = tried("organisation", unit.unit, by)
    by.is_active = False
    by.save()
    before = everything()
    with pytest.raises(NotAllowed):
        services.import_in_job(import_id=found.pk, by=by, progress=lambda done, total: None)
    assert everything() == before
