"""Undoing imported lists, who may, several at once, and large ones by jobs (issue E, ADR 0025)."""

import threading
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services import set_initial_password
from common.errors import Conflict, NotAllowed, NotPossible
from early_warnings.models import PointBehaviour
from early_warnings.services import point_schemes
from jobs.models import Job
from jobs.services import run
from leads.models import Sign
from leads.services import signs
from positions.models import Appointment, Department, DivisionOfWork, Position, PowerItem, Rule
from positions.services import appointments
from positions.services import powers as power_services
from positions.services import rules as rule_services
from reporting.list_imports import services
from reporting.list_imports.kinds import KINDS
from reporting.list_imports.models import ListImport
from tests.factories.organisation import small_unit
from tests.factories.risks import EntryMeasureFactory
from tests.reporting.list_files import GOOD, admin, everything, filled, first_row, imported, keeper, stage, tried


@pytest.fixture
def unit(db):
    return stage()


# ---- changed since


def blocks_after(code, unit, *rows, change):
    done = imported(code, unit, *rows)
    change(done)
    before = everything()
    done.refresh_from_db()
    undone = services.undo(list_import=done, by=keeper(code, unit), reason="有误")
    assert undone.state == "imported"
    assert everything() == before
    return [(block["row"], bool(block["reason"])) for block in undone.blocks]


def test_changed_power_keeps_the_import(unit):
    def change(_done):
        item = PowerItem.objects.get(name="用印审批")
        power_services.save_item(item=item, by=unit.office_clerk, fields={"basis": "新的依据"})

    assert blocks_after("powers", unit, change=change) == [(first_row("powers"), True)]


def test_a_measure_that_points_to_a_rule_keeps_the_import(unit):
    def change(_done):
        holder = unit.appointments[unit.clerk.pk]
        EntryMeasureFactory(rule=Rule.objects.get(title="车辆管理办法"), entry__declaration__appointment=holder)

    assert blocks_after("rules", unit, change=change) == [(first_row("rules") + 1, True)]


def test_removed_and_changed_rules_are_both_named(unit):
    def change(_done):
        rule_services.remove_rule(rule=Rule.objects.get(title="采购管理办法"), by=unit.office_clerk, reason="重复")
        rule_services.save_rule(rule=Rule.objects.get(title="车辆管理办法"), by=unit.office_clerk, fields={"key_points": "新"})

    first = first_row("rules")
    assert blocks_after("rules", unit, change=change) == [(first, True), (first + 1, True)]


def test_a_switched_off_sign_keeps_the_import(unit):
    def change(_done):
        signs.switch(unit=unit.unit, sign=Sign.objects.get(text="与服务对象频繁出游"), on=False, by=unit.discipline_head)

    assert blocks_after("signs", unit, change=change) == [(first_row("signs") + 1, True)]


def test_a_behaviour_changed_since_keeps_the_import(unit):
    def change(_done):
        line = PointBehaviour.objects.get(code="BD-01")
        facts = point_schemes.BehaviourFacts(line.code, line.field, line.text, Decimal(2))
        point_schemes.save_behaviour(unit=unit.unit, facts=facts, by=unit.discipline_head, behaviour=line)

    assert blocks_after("points", unit, change=change) == [(first_row("points"), True)]


def test_a_post_given_since_in_an_imported_department_keeps_it(unit):
    def change(_done):
        post = Position.objects.get(name="网管")
        appointments.appoint(person=unit.clerk, position=post, by=None, starts_on=post.created_at.date(), is_main=False)

    rows = blocks_after("organisation", unit, change=change)
    assert rows == [(first_row("organisation") + 1, True)]
    assert Department.objects.filter(name="信息科").exists()


def test_a_password_given_since_keeps_the_account(unit):
    def change(_done):
        set_initial_password(account=User.objects.get(staff_number="N001"), by=admin("security"))

    assert blocks_after("organisation", unit, change=change) == [(first_row("organisation"), True)]


def test_a_seat_with_which_somebody_has_signed_in_stays(unit):
    head = unit.departments[0].head
    row = ["办公室", "科长", "部门负责人", head.name, head.staff_number, "", "", "", "", "纪委委员"]

    def change(_done):
        User.objects.filter(pk=head.pk).update(last_login=timezone.now())

    assert blocks_after("organisation", unit, row, change=change) == [(first_row("organisation"), True)]


def test_a_division_of_work_that_ended_by_the_import_begins_again(unit):
    former = DivisionOfWork.objects.get(department=unit.departments[0].department)
    keeper("organisation", unit)
    before = everything()
    row = ["领导班子", "副局长(二)", "分管领导", unit.deputies[1].name, unit.deputies[1].staff_number, "", "办公室", "", "", ""]
    also = ["办公室", "科长", "部门负责人", unit.departments[0].head.name, unit.departments[0].head.staff_number, *[""] * 5]
    done = imported("organisation", unit, row, also)
    former.refresh_from_db()
    assert former.ends_on is not None
    assert done.report["counts"] == {"divisions": 1}
    undone = services.undo(list_import=done, by=keeper("organisation", unit))
    assert undone.state == "undone", undone.blocks
    assert everything() == before
    assert Appointment.objects.filter(person=unit.deputies[1], ends_on=None).exists()


# ---- who


def test_who_goes_on_with_it_and_who_undoes_it(unit):
    own = unit.departments[1].department.name
    found = tried("rules", unit.unit, unit.clerk, ["文9", "科室办法", own, "", "有效", "2025-01-01"])
    for person in (unit.office_clerk, unit.head):
        with pytest.raises(NotAllowed):
            services.confirm(list_import=found, by=person)
    done = services.confirm(list_import=found, by=unit.clerk)
    with pytest.raises(NotAllowed):
        services.undo(list_import=done, by=unit.departments[2].head)
    assert services.undo(list_import=done, by=unit.office_clerk).state == "undone"
    assert not ListImport.objects.visible_to(unit.departments[2].head).exists()
    assert ListImport.objects.visible_to(unit.head).count() == 1


@pytest.mark.django_db
def test_no_version_being_compiled_no_import_of_powers(client):
    unit = small_unit()
    client.force_login(unit.office_clerk)
    assert "btn-primary" not in client.get(reverse("reporting:list_new", args=["powers"])).content.decode().split("<main")[1]
    with pytest.raises(NotAllowed):
        tried("powers", unit.unit, unit.office_clerk)


# ---- at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["confirm", "undo"])
def test_of_several_at_once_one_wins(step):
    unit = small_unit()
    by = unit.office_clerk
    found = tried("rules", unit.unit, by)
    if step == "undo":
        found = services.confirm(list_import=found, by=by)
    version, gate, ended = found.version, threading.Barrier(4), []

    def attempt():
        try:
            gate.wait(timeout=20)
            getattr(services, step)(list_import=ListImport.objects.get(pk=found.pk), by=User.objects.get(pk=by.pk), version=version)
            ended.append("done")
        except (Conflict, NotPossible) as error:
            ended.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(ended) == ["Conflict"] * 3 + ["done"]
    assert Rule.objects.count() == (2 if step == "confirm" else 0)


# ---- large ones


@pytest.mark.django_db(transaction=True)
def test_a_large_list_goes_through_jobs_there_and_back(monkeypatch):
    monkeypatch.setattr(services, "AT_ONCE_ROWS", 1)
    unit = small_unit()
    by = unit.office_clerk
    found = services.check(
        list_import=services.start_import(
            kind=KINDS["rules"], unit=unit.unit, content=filled("rules", *GOOD["rules"]), name="表.xlsx", by=by
        ),
        by=by,
    )

    def worked():
        run(job_id=found.job_id)
        found.refresh_from_db()
        assert Job.objects.get(pk=found.job_id).state == "done", Job.objects.get(pk=found.job_id).message

    worked()
    assert found.ready
    found = services.confirm(list_import=found, by=by)
    with pytest.raises(NotPossible):
        services.confirm(list_import=found, by=by)
    worked()
    assert (found.state, Rule.objects.count()) == ("imported", 2)
    found = services.undo(list_import=found, by=by, reason="有误")
    worked()
    assert (found.state, Rule.objects.count()) == ("undone", 0)
    assert Job.objects.filter(kind__startswith="list_").count() == 3
