import datetime as dt

import pytest

from common.xlsx.faults import ParseProblem
from positions.org_sheet import COLUMNS, read_organisation
from tests.xlsx_files import SAMPLES, book

HEADER = list(COLUMNS.values())


def organisation(*rows, header=HEADER):
    return read_organisation(book(("组织机构", [header, *rows])))


def row(department="办公室", position="文秘", rank="一般干部", name="朱琳", number="C019", since="2021-09-01", *more):
    return [department, position, rank, name, number, since, *more]


def test_the_sample():
    sheet = read_organisation(SAMPLES / "organisation_bureau.xlsx")
    assert (len(sheet.rows), sheet.faults, sheet.ok) == (27, (), True)
    head = sheet.rows[0]
    assert (head.row_number, head.department, head.position, head.rank) == (2, "领导班子", "局长", "unit_head")
    assert (head.name, head.staff_number, head.since) == ("周建明", "A001", dt.date(2022, 3, 1))
    assert sheet.rows[3].in_charge_of == ("行政审批科", "执法大队", "渔业渔政科", "林业科")
    ranks = [entry.rank for entry in sheet.rows]
    assert [ranks.count(rank) for rank in ("unit_head", "deputy", "leadership_member", "department_head", "staff")] == [1, 3, 1, 9, 13]


def test_optional_columns():
    (entry,) = organisation(
        row("农技站", "站长", "部门负责人", "许文", "B015", dt.date(2020, 1, 1), None, "局属单位", "主持工作", "党委委员、纪委委员")
    ).rows
    assert (entry.department_kind, entry.duties, entry.body_posts) == ("subordinate_body", "主持工作", ("党委委员", "纪委委员"))


def test_every_fault_by_row_and_column():
    sheet = organisation(
        row(),
        row(name="", number="C020"),
        row(name="丁磊", number=""),
        row(rank="处级", name="刘倩", number="C021"),
        row(name="邓颖", number="C022", since="去年"),
        row(name="曾丽", number="C019", position="行政"),
        row("领导班子", "副局长", "分管领导", "陈志远", "A002", None, "办公室、人事科"),
        row(),
        row(department="", name="田园", number="C024"),
        row(position="", rank="", name="白杨", number="C025"),
        [*row(name="马骏", number="C026", since="2021-09-01"), None, "公司"],
        row(position="司机", name="", number=""),
    )
    assert [(fault.row, fault.column, fault.code) for fault in sheet.faults] == [
        (3, "D", "missing"),
        (4, "E", "missing"),
        (5, "C", "unknown_rank"),
        (6, "F", "bad_date"),
        (7, "E", "number_of_another"),
        (8, "G", "unknown_department"),
        (9, "B", "duplicate"),
        (10, "A", "missing"),
        (11, "B", "missing"),
        (11, "C", "missing"),
        (12, "H", "unknown_department_kind"),
        (13, "D", "vacant"),
    ]
    assert not sheet.ok
    assert all(str(fault.message) for fault in sheet.faults)
    assert sheet.faults[-1].severity == "hint"
    assert sheet.rows[-1].vacant


def test_one_person_may_hold_several_positions():
    assert organisation(row(), row(position="机要")).faults == ()


def test_numbers_kept_as_text_and_merged_departments():
    source = book(("S", [HEADER, row(number=1019), row(department=None, name="丁磊", number=1020.0)]), merges=["A2:A3"])
    assert [(entry.department, entry.staff_number) for entry in read_organisation(source).rows] == [("办公室", "1019"), ("办公室", "1020")]


def test_title_lines_and_other_names_of_columns():
    source = book(
        ("封面", [["某局"]]),
        ("S", [["某局组织机构表"], ["科室", "职务", "层级", "姓 名", "职工号"], ["办公室", "主任", "科室负责人", "吴晓", "B1"]]),
    )
    (entry,) = read_organisation(source).rows
    assert (entry.row_number, entry.rank, entry.since) == (3, "department_head", None)


def test_missing_columns_are_named():
    with pytest.raises(ParseProblem) as caught:
        organisation(["x"], header=["部门", "岗位", "姓名"])
    assert caught.value.code == "missing_columns"
    assert "岗位层级、工号" in str(caught.value.message)
