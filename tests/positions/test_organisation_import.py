"""Importing an organisation: dry run, all or nothing, again without harm (issue A, organisation)."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from accounts.models import User
from common.xlsx.writing import Column, Sheet, write_workbook
from positions.models import Appointment, BodyMembership, Department, DivisionOfWork, Position
from positions.org_sheet import COLUMNS, read_organisation
from positions.services.import_org import import_organisation
from reporting.list_imports.kinds import KINDS
from reporting.list_imports.template import template_file
from tests.factories.positions import UnitFactory

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).parents[1] / "reporting" / "samples" / "organisation_bureau.xlsx"
TODAY = date(2026, 11, 21)


def sheet_of(*rows: dict[str, str]) -> BytesIO:
    target = BytesIO()
    columns = [Column(header) for header in COLUMNS.values()]
    write_workbook(target, [Sheet("组织机构", columns, [[row.get(field, "") for field in COLUMNS] for row in rows])])
    target.seek(0)
    target.name = "组织.xlsx"
    return target


def row(number: str, name: str, position: str, rank: str, department: str = "办公室", **more: str) -> dict[str, str]:
    return {"department": department, "position": position, "rank": rank, "name": name, "staff_number": number, **more}


GOOD = [
    row("A1", "周一", "局长", "一把手", "领导班子", body_posts="党委书记、领导小组组长"),
    row("A2", "陈二", "副局长", "分管领导", "领导班子", in_charge_of="办公室", body_posts="党委委员"),
    row("B1", "吴三", "主任", "部门负责人"),
    row("C1", "朱四", "文秘", "一般干部"),
    row("C2", "丁五", "文秘", "一般干部"),
]


def test_the_dry_run_changes_nothing_and_counts_right():
    unit = UnitFactory()
    report = import_organisation(unit=unit, sheet=read_organisation(sheet_of(*GOOD)), by=None, on=TODAY, dry_run=True)
    assert report.ok, report.faults
    assert report.created == {"people": 5, "departments": 1, "positions": 4, "appointments": 5, "divisions": 1, "memberships": 3}
    assert not Department.objects.filter(unit=unit).exists()
    assert not User.objects.filter(staff_number="A1").exists()


def test_importing_twice_makes_nothing_twice():
    unit = UnitFactory()
    for expected in (5, 0):
        report = import_organisation(unit=unit, sheet=read_organisation(sheet_of(*GOOD)), by=None, on=TODAY, dry_run=False)
        assert report.ok
        assert report.created["appointments"] == expected
    assert Position.objects.filter(unit=unit).count() == 4
    assert DivisionOfWork.objects.get(department__unit=unit).appointment.person.name == "陈二"
    assert BodyMembership.objects.filter(body__unit=unit).count() == 3
    assert not User.objects.get(staff_number="C1").has_usable_password()


@pytest.mark.parametrize(
    ("bad", "column_field"),
    [
        (row("C9", "错的", "文秘", "一般同志"), "rank"),
        (row("A1", "不是周一", "文秘", "一般干部"), "staff_number"),
        (row("C9", "第二个", "主任", "部门负责人"), "position"),
        (row("C9", "错的", "文秘", "一般干部", since="二〇二〇年"), "since"),
        (row("C9", "错的", "副局长(二)", "分管领导", "领导班子", in_charge_of="没有的科"), "in_charge_of"),
        (row("C9", "错的", "文秘", "一般干部", body_posts="合唱团团长"), "body_posts"),
    ],
)
def test_one_bad_row_and_nothing_is_imported(bad, column_field):
    unit = UnitFactory()
    report = import_organisation(unit=unit, sheet=read_organisation(sheet_of(*GOOD, bad)), by=None, on=TODAY, dry_run=False)
    assert not report.ok
    assert [(f.row, f.field) for f in report.faults if f.severity == "error"] == [(7, column_field)]
    assert not Department.objects.filter(unit=unit).exists()
    assert not Appointment.objects.filter(position__unit=unit).exists()


def test_the_published_sample_sets_up_a_bureau():
    unit = UnitFactory()
    report = import_organisation(unit=unit, sheet=read_organisation(SAMPLE), by=None, on=TODAY, dry_run=False)
    assert report.ok, report.faults
    assert report.created["people"] == 27
    assert report.created["departments"] == 9
    assert report.created["divisions"] == 9


def test_the_template_is_read_by_the_import_itself():
    sheet = read_organisation(template_file(KINDS["organisation"]))
    assert sheet.ok or all(f.code == "unknown_department" for f in sheet.faults)
    assert [r.staff_number for r in sheet.rows] == ["A001", "A002", "B010"]
