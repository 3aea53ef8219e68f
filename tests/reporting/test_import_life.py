"""Upload, mapping, import, undo: who may, what is refused, what is remembered, and that nothing is half done."""

import io
import os
import threading
import zipfile

import pytest
from django.db import connection

from audit.models import AuditEvent
from common.errors import Conflict, NotAllowed, NotPossible
from common.models import StoredFile
from positions.models import Department
from reporting.models import MappingMemory, RegisterImport
from reporting.services import imports
from reporting.services.imports import NotReadable
from risks.models import ImportedPoints, Measure, RiskPoint
from risks.services.register import adjust_level
from tests.factories.organisation import administrators, small_unit
from tests.factories.risks import level
from tests.reporting.import_files import HEADER, register, row
from tests.xlsx_files import book, raw_book


@pytest.fixture
def unit(db):
    return small_unit()


def start(unit, file=None, by=None, name="登记册.xlsx"):
    return imports.start_import(unit=unit.unit, content=file or register("用印管理"), name=name, by=by or unit.office_clerk)


def carried_out(unit, file=None):
    created = imports.check(register_import=start(unit, file), by=unit.office_clerk)
    return imports.confirm(register_import=created, by=unit.office_clerk)


def nothing_changed(unit):
    return not RegisterImport.objects.exists() and not StoredFile.objects.exists() and not RiskPoint.objects.exists()


# ---- who


def test_the_office_of_the_leading_group_and_the_unit_head_bring_registers_in(unit):
    for person in (unit.office_clerk, unit.head):
        assert start(unit, by=person).state == "uploaded"


def test_others_do_not(unit):
    department = unit.departments[1]
    people = [unit.clerk, department.head, department.leader, unit.discipline_head, small_unit(code="QT").head, *administrators().values()]
    for person in people:
        with pytest.raises(NotAllowed):
            start(unit, by=person)
        assert not RegisterImport.objects.visible_to(person).exists()


def test_only_who_uploaded_goes_on_with_it(unit):
    created = start(unit)
    with pytest.raises(NotAllowed):
        imports.check(register_import=created, by=unit.head)
    tried = imports.check(register_import=created, by=unit.office_clerk)
    with pytest.raises(NotAllowed):
        imports.confirm(register_import=tried, by=unit.head)
    assert not RiskPoint.objects.exists()


# ---- what is refused


def bomb():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in zipfile_parts(raw_book("")):
            archive.writestr(name, data)
        archive.writestr("xl/media/zero.bin", b"\0" * (60 * 1024 * 1024))
    target.seek(0)
    return target


def zipfile_parts(file):
    with zipfile.ZipFile(file) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


REFUSED = {
    "a text with the wrong name": (lambda: io.BytesIO("部门,风险点".encode()), "登记册.xlsx", "xlsx"),
    "another extension": (lambda: register("一"), "登记册.xls", "xlsx"),
    "empty": (lambda: io.BytesIO(b""), "登记册.xlsx", "空"),
    "50 MB": (lambda: io.BytesIO(b"PK\x03\x04" + os.urandom(50 * 1024 * 1024)), "登记册.xlsx", "10"),
    "a bomb": (bomb, "登记册.xlsx", "50"),
    "a damaged archive": (lambda: io.BytesIO(register("一").getvalue()[:900]), "登记册.xlsx", "损坏"),
    "a book without a header": (lambda: book(("S", [["会议纪要"], ["第一项", "第二项"]])), "登记册.xlsx", "表头"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_register_is_refused_in_words_and_changes_nothing(unit, kind):
    make, name, word = REFUSED[kind]
    with pytest.raises(NotReadable, match=word):
        start(unit, make(), name=name)
    assert nothing_changed(unit)


def test_with_one_fault_nothing_is_imported(unit):
    tried = imports.check(register_import=start(unit, register("一", row("二", department="没有的科"), "三")), by=unit.office_clerk)
    assert (tried.state, tried.ready) == ("checked", False)
    with pytest.raises(NotPossible):
        imports.confirm(register_import=tried, by=unit.office_clerk)
    assert not RiskPoint.objects.exists()


def test_what_was_true_at_the_dry_run_is_looked_at_again(unit):
    tried = imports.check(register_import=start(unit), by=unit.office_clerk)
    Department.objects.filter(unit=unit.unit, name="办公室").update(name="综合科")
    answer = imports.confirm(register_import=tried, by=unit.office_clerk)
    assert (answer.state, answer.ready) == ("checked", False)
    assert [fault["code"] for fault in answer.report["faults"]] == ["unknown_department"]
    assert not RiskPoint.objects.exists()


def test_a_stale_page_gets_a_conflict(unit):
    tried = imports.check(register_import=start(unit), by=unit.office_clerk)
    with pytest.raises(Conflict):
        imports.confirm(register_import=tried, by=unit.office_clerk, version=tried.version - 1)


# ---- the mapping


def test_a_confirmed_mapping_is_remembered_for_files_with_the_same_headers(unit):
    header = [*HEADER[:4], "名目", *HEADER[5:]]
    created = start(unit, register(row("一", level="甲"), header=header))
    assert "4" not in created.columns
    assert created.levels == {}
    columns = created.columns | {"4": "title"}
    created = imports.save_mapping(
        register_import=created, by=unit.office_clerk, version=created.version, columns=columns, levels={"甲": 2}, create_missing=False
    )
    imports.check(register_import=created, by=unit.office_clerk)
    assert MappingMemory.objects.get().unit == unit.unit

    again = start(unit, register(row("二", level="甲"), row("三", level="乙"), header=header))
    assert (again.columns, again.levels, again.layout["remembered"]) == (columns, {"甲": 2}, True)
    elsewhere = small_unit(code="QT")
    foreign = imports.start_import(unit=elsewhere.unit, content=register(row("二"), header=header), name="a.xlsx", by=elsewhere.head)
    assert (foreign.layout["remembered"], "4" in foreign.columns) == (False, False)


def test_with_another_column_as_level_its_texts_are_asked_for(unit):
    header = ["部门", "风险点", "自评等级", "领导小组评定"]
    created = start(unit, register(["办公室", "一", "低", "高"], header=header))
    level_column = next(index for index, field in created.columns.items() if field == "level")
    other = "3" if level_column == "2" else "2"
    columns = {index: field for index, field in created.columns.items() if field != "level"} | {other: "level"}
    changed = imports.save_mapping(
        register_import=created, by=unit.office_clerk, version=None, columns=columns, levels=created.levels, create_missing=False
    )
    assert changed.levels == ({"高": 3} if other == "3" else {"低": 1})


def test_unknown_columns_and_severities_change_nothing(unit):
    created = start(unit)
    changed = imports.save_mapping(
        register_import=created,
        by=unit.office_clerk,
        version=None,
        columns=created.columns | {"99": "remark"},
        levels={"三级": 9, "没有": 1},
        create_missing=False,
    )
    assert (changed.columns, changed.levels) == (created.columns, {})


def test_a_mapping_can_be_changed_after_the_dry_run_but_not_after_the_import(unit):
    tried = imports.check(register_import=start(unit), by=unit.office_clerk)
    with pytest.raises(NotPossible):
        imports.save_mapping(register_import=tried, by=unit.office_clerk, version=None, columns={}, levels={}, create_missing=False)
    assert imports.remap(register_import=tried, by=unit.office_clerk).state == "uploaded"
    done = carried_out(unit, register("二"))
    with pytest.raises(NotPossible):
        imports.remap(register_import=done, by=unit.office_clerk)


# ---- trace and undo


def test_one_event_for_the_batch_and_history_for_each_point(unit):
    done = carried_out(unit, register("一", "二", "三"))
    assert AuditEvent.objects.filter(action="import.done", object_id=str(done.pk)).get().detail["points"] == 3
    assert AuditEvent.objects.filter(action="risk.imported").count() == 1
    for point in RiskPoint.objects.filter(import_batch=done.pk):
        assert point.history.get().history_user == unit.office_clerk
        assert point.measures.get().history.get().history_type == "+"


def test_undo_removes_the_points_and_keeps_their_history(unit):
    kept = carried_out(unit, register("先前的"))
    done = carried_out(unit, register("一", "二"))
    numbers = set(RiskPoint.objects.filter(import_batch=done.pk).values_list("number", flat=True))
    undone = imports.undo(register_import=done, by=unit.office_clerk, reason="传错了文件")
    assert undone.state == "undone"
    assert [p.import_batch for p in RiskPoint.objects.all()] == [kept.pk]
    assert Measure.objects.count() == 1
    assert [lies.pk for lies in ImportedPoints.objects.all()] == [kept.pk]
    ended = RiskPoint.history.filter(import_batch=done.pk, history_type="-")
    assert {row.number for row in ended} == numbers
    assert {row.history_user for row in ended} == {unit.office_clerk}
    event = AuditEvent.objects.get(action="import.undone")
    assert (event.reason, event.detail["points"]) == ("传错了文件", 2)
    again = carried_out(unit, register("一", "二"))
    assert not numbers & set(RiskPoint.objects.filter(import_batch=again.pk).values_list("number", flat=True))


def test_what_somebody_has_worked_with_is_not_undone(unit):
    done = carried_out(unit, register("一", "二"))
    point = RiskPoint.objects.filter(import_batch=done.pk).first()
    adjust_level(risk=point, level=level(3), reason="发生过预警", by=unit.office_clerk)
    with pytest.raises(NotPossible):
        imports.undo(register_import=done, by=unit.office_clerk)
    assert RiskPoint.objects.filter(import_batch=done.pk).count() == 2


def test_a_measure_added_since_stands_in_the_way_of_undo(unit):
    done = carried_out(unit, register("一"))
    Measure.objects.create(risk=RiskPoint.objects.get(import_batch=done.pk), text="新增措施", order=2)
    with pytest.raises(NotPossible):
        imports.undo(register_import=done, by=unit.office_clerk)


def test_discarded_is_over(unit):
    gone = imports.discard(register_import=start(unit), by=unit.office_clerk)
    assert gone.state == "discarded"
    with pytest.raises(NotPossible):
        imports.check(register_import=gone, by=unit.office_clerk)


# ---- two at once


@pytest.mark.django_db(transaction=True)
def test_of_two_who_confirm_at_once_one_imports(transactional_db):
    unit = small_unit()
    tried = imports.check(register_import=start(unit, register("一", "二")), by=unit.office_clerk)
    gate, outcomes = threading.Barrier(4), []

    def confirm():
        try:
            gate.wait()
            imports.confirm(register_import=tried, by=unit.office_clerk)
            outcomes.append("imported")
        except NotPossible:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["imported", "refused", "refused", "refused"]
    assert RiskPoint.objects.count() == 2
