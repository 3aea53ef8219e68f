"""`manage.py import_register`: the report as JSON, the published samples, and a process killed in the middle."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command

from positions.models import Department, Position, Unit
from positions.org_sheet import read_organisation
from positions.services.import_org import import_organisation
from reporting.models import RegisterImport
from reporting.services.examination import SECOND_LOOK
from reporting.services.from_file import FIRST_LOOK
from risks.models import Measure, RiskPoint
from tests.factories.organisation import small_unit
from tests.factories.positions import UnitFactory
from tests.reporting.import_files import register, row
from tests.xlsx_files import SAMPLES

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90


def run(*arguments):
    """(report, exit code)"""
    output, code = StringIO(), 0
    try:
        call_command("import_register", *map(str, arguments), stdout=output)
    except SystemExit as end:
        code = end.code
    return json.loads(output.getvalue()), code


@pytest.fixture
def bureau(db) -> Unit:
    """A fresh unit as the published sheet sets it up."""
    unit = UnitFactory(code="CNNY", name="沧南市农业农村局")
    report = import_organisation(
        unit=unit, sheet=read_organisation(SAMPLES / "organisation_bureau.xlsx"), by=None, on=date(2026, 11, 21), dry_run=False
    )
    assert report.ok
    return unit


def saved(tmp_path, file):
    path = tmp_path / "登记册.xlsx"
    path.write_bytes(file.getvalue())
    return path


def test_the_published_register_of_a_bureau(bureau):
    report, code = run("--unit", "CNNY", SAMPLES / "register_bureau.xlsx")
    assert (code, report["ok"], report["unit"], report["sheet"]) == (0, True, "CNNY", "廉政风险点")
    assert (report["rows"], report["points"], report["imported"], report["errors"]) == (35, 35, 35, 0)
    assert [fault for fault in report["faults"] if fault["severity"] == "error"] == []
    assert report["levels"] == {"一级": 3, "二级": 2, "三级": 1}
    assert report["columns"] == {
        "A": "sequence", "B": "department", "C": "aspect", "D": "title", "E": "content", "F": "level", "G": "measures",
        "H": "department_head", "I": "leader",
    }  # fmt: skip
    points = RiskPoint.objects.filter(unit=bureau, source="import")
    assert points.count() == 35
    assert [points.filter(current_level__severity=s).count() for s in (3, 2, 1)] == [10, 19, 6]
    first = points.order_by("number").first()
    assert (first.department.name, first.title, first.aspect, first.responsible_leader.name) == ("办公室", "公务接待", "duty", "陈志远")
    assert first.measures.count() == 3


def test_the_published_register_by_position(bureau):
    report, code = run("--unit", "CNNY", SAMPLES / "register_by_position.xlsx")
    assert (code, report["rows"], report["imported"], report["points"], report["errors"]) == (0, 6, 6, 7, 0)
    points = RiskPoint.objects.filter(unit=bureau).order_by("number")
    assert [(p.position.name, p.direct_holder.name, p.current_level.label) for p in points] == [
        ("人事干事", "刘倩", "一级"),
        ("人事干事", "刘倩", "二级"),
        ("会计", "邓颖", "一级"),
        ("会计", "邓颖", "一级"),
        ("出纳", "曾丽", "二级"),
        ("执法队员", "马骏", "一级"),
        ("窗口受理", "田园", "三级"),
    ]
    assert points[0].title == "不按规定条件审查"
    assert points[0].category_text == "公务员录用"


def test_a_second_time_everything_is_in_the_register_already(bureau):
    run("--unit", "CNNY", SAMPLES / "register_bureau.xlsx")
    report, code = run("--unit", "CNNY", SAMPLES / "register_bureau.xlsx")
    assert (code, report["ok"], report["imported"]) == (1, False, 0)
    assert {fault["code"] for fault in report["faults"] if fault["severity"] == "error"} == {"in_register"}
    assert RiskPoint.objects.count() == 35


def test_without_departments_they_are_faults_and_with_create_missing_they_are_made(db):
    UnitFactory(code="KONG")
    report, code = run("--unit", "KONG", SAMPLES / "register_bureau.xlsx")
    assert (code, report["ok"], report["imported"]) == (1, False, 0)
    assert {(f["column"], f["field"], f["code"]) for f in report["faults"]} == {("B", "department", "unknown_department")}
    assert [f["row"] for f in report["faults"]] == list(range(4, 39))
    assert not RiskPoint.objects.exists()
    assert not Department.objects.exists()

    report, code = run("--unit", "KONG", SAMPLES / "register_by_position.xlsx", "--create-missing")
    assert (code, report["imported"], report["points"]) == (0, 6, 7)
    assert report["created"]["departments"] == ["人事科", "计划财务科", "执法大队", "行政审批科"]
    assert Position.objects.count() == 5


def test_a_dry_run_changes_nothing(bureau):
    report, code = run("--unit", "CNNY", SAMPLES / "register_bureau.xlsx", "--dry-run")
    assert (code, report["ok"], report["rows"], report["imported"], report["batch"]) == (0, True, 35, 0, None)
    assert not RiskPoint.objects.exists()
    assert not RegisterImport.objects.exists()


def test_faults_are_told_by_row_and_column(db, tmp_path):
    small_unit()
    file = saved(tmp_path, register("一", row("二", department="渔业科"), row("三", level="特高"), row("四", content="字" * 40_000)))
    report, code = run("--unit", "CS", file)
    assert (code, report["ok"], report["rows"], report["imported"]) == (1, False, 4, 0)
    errors = [fault for fault in report["faults"] if fault["severity"] == "error"]
    assert [(f["row"], f["column"], f["field"], f["code"], f["value"][:4]) for f in errors] == [
        (3, "B", "department", "unknown_department", "渔业科"),
        (4, "G", "level", "unknown_level", "特高"),
        (5, "F", "content", "too_long", "字字字字"),
    ]
    assert all(fault["message"] for fault in errors)


def test_columns_and_levels_can_be_said(db, tmp_path):
    small_unit()
    header = ["处所", "名目", "颜色", "说明"]
    file = saved(tmp_path, register(["办公室", "用印", "赤", "登记"], header=["部门", "名目", "等级", "说明"]))
    report, code = run("--unit", "CS", file)
    assert code == 1
    wishes = {"columns": {"名目": "title", "D": "measures"}, "levels": {"赤": 3}}
    report, code = run("--unit", "CS", file, "--mapping", json.dumps(wishes, ensure_ascii=False))
    assert (code, report["imported"]) == (0, 1), report["faults"]
    point = RiskPoint.objects.get()
    assert (point.title, point.current_level.label, point.measures.get().text) == ("用印", "一级", "登记")
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps({"columns": {"Q": "sequence", "没有的列": "title"}}, ensure_ascii=False), "utf-8")
    report, code = run("--unit", "CS", file, "--mapping", path)
    assert (code, report["faults"][0]["code"]) == (1, "unknown_column"), header


def test_what_is_no_register_is_one_fault_of_the_whole_file(db, tmp_path):
    small_unit()
    path = tmp_path / "登记册.xlsx"
    path.write_bytes(b"no workbook")
    report, code = run("--unit", "CS", path)
    assert (code, report["ok"], [(f["row"], f["code"]) for f in report["faults"]]) == (1, False, [(0, "not_xlsx")])
    with pytest.raises(CommandError):
        run("--unit", "NONE", path)
    with pytest.raises(CommandError):
        run("--unit", "CS", tmp_path / "missing.xlsx")


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_in_the_middle_leaves_nothing(tmp_path, process_environment):
    """The points are written and the process waits for the table of measures when it is killed."""
    small_unit()
    path = saved(tmp_path, register("一", "二"))
    command = [sys.executable, "manage.py", "import_register", "--unit", "CS", str(path)]
    with psycopg.connect(process_environment["DATABASE_URL"]) as holder:
        holder.execute("LOCK TABLE risks_measure IN ACCESS EXCLUSIVE MODE")
        process = subprocess.Popen(command, cwd=ROOT, env=process_environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with psycopg.connect(process_environment["DATABASE_URL"], autocommit=True) as watcher:
            waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'COPY%%risks_measure%%'"
            until(lambda: watcher.execute(waiting).fetchone()[0] == 1, process)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            holder.rollback()
            # the server notices the end of the connection when it gets the lock
            until(lambda: watcher.execute(waiting).fetchone()[0] == 0)
    assert not RiskPoint.objects.exists()
    assert not Measure.objects.exists()
    assert not RegisterImport.objects.exists()
    report, code = run("--unit", "CS", path)
    assert (code, report["imported"]) == (0, 2)


def until(condition, process=None):
    end, pause = time.monotonic() + PATIENCE, threading.Event()
    while not condition():
        assert time.monotonic() < end
        assert process is None or process.poll() is None, "the process ended by itself"
        pause.wait(0.05)


def test_the_report_has_the_same_keys_whatever_the_file(bureau, tmp_path):
    other = tmp_path / "说明.xlsx"
    other.write_text("这不是表格", "utf-8")
    refused, code = run("--unit", "CNNY", other, "--dry-run")
    accepted, _code = run("--unit", "CNNY", SAMPLES / "register_bureau.xlsx", "--dry-run")
    assert code == 1
    assert refused["dry_run"] is True
    assert set(refused) == set(accepted)
    assert not RiskPoint.objects.exists()


@pytest.mark.parametrize("rows", [FIRST_LOOK + 100, SECOND_LOOK + 100])
def test_what_only_the_last_row_tells_counts_for_all(bureau, tmp_path, rows):
    """Writing begins by what the first rows tell; the last names a level of its own, and a note below says what levels mean."""
    header = ["部门", "风险点", "风险等级"]
    lines = [["办公室", f"用印不登记（第{n}号印章）", "Ⅰ" if n % 2 else "Ⅱ"] for n in range(1, rows)]
    file = register(*lines, ["办公室", "公章外带不审批", "Ⅲ"], ["注：Ⅲ级最高"], header=header)
    report, code = run("--unit", "CNNY", saved(tmp_path, file))
    assert (code, report["imported"], report["faults"]) == (0, rows, [])
    assert report["levels"] == {"Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3}
    points = RiskPoint.objects.order_by("pk")
    assert points.count() == RiskPoint.history.count() == rows
    assert [point.current_level.severity for point in points[:2]] == [1, 2]
    assert points.last().current_level.severity == 3
    kept = RegisterImport.objects.get()
    assert kept.levels == report["levels"]
    assert kept.layout["level_texts"] == report["levels"]
    # None of the numbers of those that were written first and taken back is missing.
    assert points.last().number.endswith(f"-{rows:04d}")
