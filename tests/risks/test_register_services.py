"""Entering decided risks, and what may change between campaigns."""

import threading

import pytest
from django.core.cache import caches
from django.db import connection
from django.utils import timezone

from audit.models import AuditEvent
from audit.selectors import timeline
from common.errors import Conflict, DomainError, NotAllowed, NotPossible
from notifications.models import Notice
from positions.models import HolderLevel
from risks.models import EntryChange, Measure, RiskPoint, Source
from risks.services import register
from risks.services.measures import MeasureFacts, add
from risks.states import MeasureState, RiskState
from tests.factories.organisation import small_unit
from tests.risks.register_helpers import ON, entry, form, imported, level, register_row


@pytest.fixture
def unit(db):
    return small_unit()


def test_new_risks_get_numbers_levels_holder_measures_and_history(unit):
    declaration = form(unit)
    entries = [entry(declaration, "违规放宽条件", "二级", ("双人复核", "每月抽查")), entry(declaration, "泄露信息", "三级", ())]
    first, second = register.enter(entries=entries, by=unit.head, on=ON)
    assert [first.number, second.number] == ["FX-CS-2026-0001", "FX-CS-2026-0002"]
    place = unit.departments[1]
    first.refresh_from_db()
    assert (first.initial_level, first.current_level, first.target_level) == (level("二级"), level("二级"), None)
    assert (first.position, first.department, first.direct_holder) == (place.positions["s0"], place.department, place.staff[0])
    assert (first.responsible_leader, first.department_head) == (place.leader, place.head)
    assert (first.source, first.registered_on) == (Source.ADJUSTMENT, ON)
    assert list(first.measures.values_list("text", "state")) == [("双人复核", "planned"), ("每月抽查", "planned")]
    assert first.history.get().history_user == unit.head
    assert Measure.history.filter(risk_id=first.pk).count() == 2
    entries[0].refresh_from_db()
    assert entries[0].risk_point == first
    assert AuditEvent.objects.filter(action="risk.entered").count() == 2
    assert "二级" in timeline(first)[0].sentence
    # The next ones go on where the series stands.
    assert register.enter(entries=[entry(declaration, "第三个")], by=unit.head, on=ON)[0].number == "FX-CS-2026-0003"


def test_an_undecided_risk_enters_nothing(unit):
    declaration = form(unit)
    with pytest.raises(DomainError):
        register.enter(entries=[entry(declaration, "已定"), entry(declaration, "未定", "")], by=unit.head, on=ON)
    assert not RiskPoint.objects.exists()


def test_a_rejected_risk_is_left_out(unit):
    rejected = entry(form(unit), "不采纳", "", is_rejected=True)
    assert register.enter(entries=[rejected], by=unit.head, on=ON) == []


def test_a_changed_risk_keeps_number_initial_level_and_what_is_done(unit):
    risk = register.enter(entries=[entry(form(unit), "旧表述", "二级", ("甲", "乙", "丙"))], by=unit.head, on=ON)[0]
    risk.measures.filter(text="乙").update(state=MeasureState.DONE, done_by=unit.head, done_at="2026-11-01T00:00Z")
    changed = entry(form(unit), "新表述", "一级", ("甲", "丁"), change=EntryChange.CHANGE, risk_point=risk)
    assert register.enter(entries=[changed], by=unit.head, on=ON) == [risk]
    risk.refresh_from_db()
    assert (risk.number, risk.title) == ("FX-CS-2026-0001", "新表述")
    assert (risk.initial_level, risk.current_level, risk.responsible_leader) == (level("二级"), level("一级"), unit.head)
    assert dict(risk.measures.values_list("text", "state")) == {"甲": "planned", "乙": "done", "丙": "dropped", "丁": "planned"}
    event = AuditEvent.objects.get(action="risk.changed")
    assert event.changes["title"] == ["旧表述", "新表述"]
    assert event.changes["current_level"] == ["二级", "一级"]
    from risks.selectors import search_points

    assert search_points(RiskPoint.objects.all(), "新表").get() == risk
    assert not search_points(RiskPoint.objects.all(), "旧表").exists()


def test_a_kept_risk_is_reviewed_and_says_what_it_said(unit):
    risk = register.enter(entries=[entry(form(unit), "表述", "三级", ("甲",))], by=unit.head, on=ON)[0]
    kept = entry(form(unit), "表单里的字不算", "三级", (), change=EntryChange.KEEP, risk_point=risk)
    register.enter(entries=[kept], by=unit.head, on=ON)
    risk.refresh_from_db()
    assert risk.title == "表述"
    assert risk.measures.get().state == MeasureState.PLANNED
    assert AuditEvent.objects.filter(action="risk.reviewed", object_id=str(risk.pk)).exists()


def test_a_form_can_take_a_risk_off(unit):
    risk = register.enter(entries=[entry(form(unit), "表述")], by=unit.head, on=ON)[0]
    gone = entry(form(unit), "表述", "", change=EntryChange.RETIRE, risk_point=risk, final_reason="职权取消")
    register.enter(entries=[gone], by=unit.head, on=ON)
    risk.refresh_from_db()
    assert (risk.state, risk.retired_on) == (RiskState.RETIRED, ON)


def test_risks_of_department_and_unit(unit):
    of_department = register.enter(entries=[entry(form(unit, kind=HolderLevel.DEPARTMENT, post="head"), "科室")], by=unit.head, on=ON)[0]
    of_unit = register.enter(entries=[entry(form(unit, kind=HolderLevel.UNIT), "单位")], by=unit.head, on=ON)[0]
    place = unit.departments[1]
    assert (of_department.department, of_department.position, of_department.direct_holder) == (place.department, None, place.head)
    assert of_department.responsible_leader == place.head
    assert (of_unit.department, of_unit.direct_holder, of_unit.responsible_leader) == (None, unit.head, unit.head)


def test_the_office_adjusts_a_level_with_a_reason_and_the_leader_follows(unit):
    risk = imported(unit, label="三级")
    changed = register.adjust_level(
        risk=risk, level=level("一级"), reason="近12个月内发生2次预警", by=unit.office_clerk, version=risk.version
    )
    changed.refresh_from_db()
    assert (changed.current_level, changed.initial_level, changed.responsible_leader) == (level("一级"), level("三级"), unit.head)
    event = timeline(changed)[0]
    assert "三级" in event.sentence
    assert "一级" in event.sentence
    assert event.reason == "近12个月内发生2次预警"
    told = set(Notice.objects.values_list("person_id", flat=True))
    assert {unit.head.pk, unit.departments[1].head.pk, unit.departments[1].staff[0].pk} <= told


@pytest.mark.parametrize(("label", "reason"), [("三级", "原因"), ("一级", ""), ("一级", "   ")])
def test_no_change_without_reason_or_difference(unit, label, reason):
    risk = imported(unit, label="三级")
    with pytest.raises(DomainError):
        register.adjust_level(risk=risk, level=level(label), reason=reason, by=unit.head)


def test_only_the_group_decides_and_nobody_about_their_own_post(unit):
    risk = imported(unit)
    for person in (unit.clerk, unit.departments[1].head, unit.deputies[0], unit.discipline_head, small_unit(code="QT").head):
        with pytest.raises(NotAllowed):
            register.adjust_level(risk=risk, level=level("一级"), reason="原因", by=person)
    own = imported(unit, department=0, post="s0")  # the post of the office's clerk
    with pytest.raises(NotAllowed):
        register.adjust_level(risk=own, level=level("一级"), reason="原因", by=unit.office_clerk)


def test_a_stale_page_overwrites_nothing(unit):
    risk = imported(unit)
    register.set_target(risk=risk, level=level("三级"), by=unit.head, version=risk.version)
    with pytest.raises(Conflict):
        register.adjust_level(risk=risk, level=level("一级"), reason="原因", by=unit.head, version=risk.version)


def test_taken_off_and_entered_again_under_its_number(unit):
    risk = imported(unit)
    with pytest.raises(DomainError):
        register.retire(risk=risk, by=unit.head, reason="")
    risk = register.retire(risk=risk, by=unit.head, reason="职权取消")
    assert risk.state == RiskState.RETIRED
    for refused in (
        lambda: register.adjust_level(risk=risk, level=level("一级"), reason="原因", by=unit.head),
        lambda: register.retire(risk=risk, by=unit.head, reason="再次"),
        lambda: add(risk=risk, facts=MeasureFacts("position", "before", "做法"), by=unit.head),
    ):
        with pytest.raises((NotAllowed, NotPossible)):
            refused()
    again = register.restore(risk=risk, by=unit.head, reason="职权恢复")
    assert (again.state, again.number, again.retired_on) == (RiskState.REGISTERED, risk.number, None)


def test_sharing_and_target_and_holder(unit):
    place = unit.departments[1]
    risk = imported(unit)
    assert risk not in RiskPoint.objects.visible_to(place.staff[1])
    register.share(risk=risk, shared=True, by=place.staff[0])
    assert risk in RiskPoint.objects.visible_to(place.staff[1])
    with pytest.raises(NotAllowed):
        register.share(risk=risk, shared=False, by=place.staff[1])
    with pytest.raises(DomainError):
        register.set_target(risk=risk, level=level("一级"), by=unit.head)
    of_department = imported(unit, level_of=HolderLevel.DEPARTMENT, post="")
    register.set_holder(risk=of_department, person=place.staff[1], by=place.head)
    of_department.refresh_from_db()
    assert of_department.direct_holder == place.staff[1]
    with pytest.raises(DomainError):
        register.set_holder(risk=of_department, person=unit.departments[2].head, by=place.head)
    with pytest.raises(NotAllowed):
        register.set_holder(risk=risk, person=place.staff[1], by=place.head)


@pytest.mark.django_db(transaction=True)
def test_two_people_adjust_at_once_and_one_of_them_is_told():
    unit = small_unit()
    risk = imported(unit)
    gate, results = threading.Barrier(2), []

    def decide(person, label):
        try:
            gate.wait()
            register.adjust_level(risk=risk, level=level(label), reason=f"改为{label}", by=person, version=risk.version)
            results.append(label)
        except Conflict:
            results.append("conflict")
        finally:
            connection.close()
            caches.close_all()

    threads = [threading.Thread(target=decide, args=pair) for pair in ((unit.head, "一级"), (unit.office_clerk, "二级"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count("conflict") == 1
    risk.refresh_from_db()
    assert risk.current_level.label == next(r for r in results if r != "conflict")
    assert AuditEvent.objects.filter(action="risk.level_changed").count() == 1


def test_bulk_import_numbers_history_and_one_event(unit):
    place = unit.departments[1]
    rows = [
        register_row(
            title=f"风险{n}",
            level_id=level("三级").pk,
            department_id=place.department.pk,
            position_id=place.positions["s0"].pk,
            number="旧号-7" if n == 1 else "",
            content="含\t制表\n换行\\反斜杠",
            measures=[register.ImportedMeasure("甲"), register.ImportedMeasure("乙")],
        )
        for n in range(3)
    ]
    assert register.bulk_enter_imported(unit=unit.unit, rows=rows, by=unit.head, batch=42) == 3
    points = RiskPoint.objects.filter(import_batch=42).order_by("pk")
    year = timezone.localdate().year
    assert [p.number for p in points] == [f"FX-CS-{year}-0001", "旧号-7", f"FX-CS-{year}-0002"]
    assert points[0].content == "含\t制表\n换行\\反斜杠"
    assert points[0].source == Source.IMPORT
    assert Measure.objects.filter(risk__in=points).count() == 6
    assert RiskPoint.history.filter(import_batch=42, history_type="+", history_user=unit.head).count() == 3
    assert Measure.history.count() == 6
    assert AuditEvent.objects.get(action="risk.imported").detail == {"batch": 42, "points": 3, "measures": 6}


def test_a_number_that_exists_undoes_the_whole_import(unit):
    from django.db import IntegrityError, transaction

    imported(unit, number="一号")
    rows = [register_row(title=t, level_id=level("三级").pk, number=number) for t, number in (("新", ""), ("重", "一号"))]
    with pytest.raises(IntegrityError), transaction.atomic():
        register.bulk_enter_imported(unit=unit.unit, rows=rows, by=unit.head, batch=2)
    assert RiskPoint.objects.count() == 1
