"""Who answers for a risk; the pure rule, the SQL that says the same, and what happens when the organisation changes."""

import itertools
from datetime import date, timedelta

import pytest

from audit.models import AuditEvent
from audit.selectors import timeline
from positions.models import Appointment, DivisionOfWork, HolderLevel, Position, Rank
from risks.models import Answerer, RiskPoint
from risks.responsibility import Holder, responsible
from risks.services import responsibility
from risks.services.following import follow_organisation
from tests.factories.organisation import small_unit
from tests.factories.positions import AppointmentFactory, DivisionFactory, PositionFactory, UserFactory
from tests.risks.register_helpers import imported

HEAD, DEPUTY, UNIT_HEAD, CLERK = 1, 2, 3, 4


def of_department(**fields) -> Holder:
    values = {"level_of": "position", "has_department": True, "holder": CLERK}
    values |= {"department_head": HEAD, "deputy": DEPUTY, "unit_head": UNIT_HEAD}
    return Holder(**(values | fields))


@pytest.mark.parametrize(
    ("answerer", "facts", "expected"),
    [
        ("department_head", of_department(), HEAD),
        ("deputy", of_department(), DEPUTY),
        ("unit_head", of_department(), UNIT_HEAD),
        # A vacancy moves up.
        ("department_head", of_department(department_head=None), DEPUTY),
        ("department_head", of_department(department_head=None, deputy=None), UNIT_HEAD),
        ("deputy", of_department(deputy=None), UNIT_HEAD),
        ("unit_head", of_department(unit_head=None), None),
        # Nobody answers for the risk of their own position.
        ("department_head", of_department(holder=HEAD), DEPUTY),
        ("deputy", of_department(holder=HEAD), DEPUTY),
        ("deputy", of_department(holder=DEPUTY), UNIT_HEAD),
        # The department's own risk is its head's.
        ("department_head", of_department(level_of="department", holder=HEAD), HEAD),
        # The unit and its leadership: the unit head, whatever the level.
        ("department_head", of_department(level_of="unit", has_department=False), UNIT_HEAD),
        ("deputy", of_department(has_department=False, holder=DEPUTY), UNIT_HEAD),
        # Above the unit head there is nobody.
        ("department_head", of_department(has_department=False, holder=UNIT_HEAD), UNIT_HEAD),
    ],
)
def test_rule(answerer, facts, expected):
    assert responsible(answerer, facts) == expected


def test_nobody_below_the_unit_head_ever_answers_for_their_own_position():
    people = [None, HEAD, DEPUTY, UNIT_HEAD]
    for answerer, holder, head, deputy, unit_head in itertools.product(Answerer.values, people, people, people, people):
        facts = of_department(holder=holder, department_head=head, deputy=deputy, unit_head=unit_head)
        found = responsible(answerer, facts)
        assert found is None or found != holder or found == unit_head


@pytest.fixture
def unit(db):
    return small_unit()


def who(risk: RiskPoint) -> tuple:
    risk.refresh_from_db()
    return risk.responsible_leader, risk.department_head, risk.direct_holder


def test_import_derives_everybody(unit):
    place = unit.departments[1]
    assert who(imported(unit, label="三级")) == (place.head, place.head, place.staff[0])
    assert who(imported(unit, label="二级")) == (place.leader, place.head, place.staff[0])
    assert who(imported(unit, label="一级")) == (unit.head, place.head, place.staff[0])
    assert who(imported(unit, label="三级", post="head")) == (place.leader, place.head, place.head)


def test_a_change_of_division_moves_the_responsibility_at_once_and_tells_it(unit):
    risk = imported(unit, label="二级")
    old, new = unit.deputies
    division = DivisionOfWork.objects.get(department=unit.departments[1].department)
    division.ends_on = date(2026, 11, 20)
    division.save()
    DivisionFactory(appointment=unit.appointments[new.pk], department=division.department, starts_on=date(2026, 11, 21))
    follow_organisation(unit_ids={unit.unit.pk}, by=unit.head, reason="分工调整")
    assert who(risk)[0] == new
    event = AuditEvent.objects.get(action="risk.followed", object_id=str(risk.pk))
    assert event.changes == {"responsible_leader": [old.name, new.name]}
    assert (event.reason, event.actor_id) == ("分工调整", unit.head.pk)
    told = timeline(risk)[0]
    assert old.name in told.sentence
    assert new.name in told.sentence
    last = risk.history.order_by("-history_id").first()
    assert (last.responsible_leader_id, last.history_user_id, last.history_change_reason) == (new.pk, unit.head.pk, "分工调整")


def test_a_successor_takes_over_position_and_headship(unit):
    place = unit.departments[1]
    staff, heads = imported(unit), imported(unit, post="head")
    successor = UserFactory(name="接任者")
    Appointment.objects.filter(person=place.head).update(ends_on=date(2026, 11, 20))
    AppointmentFactory(person=successor, position=place.positions["head"], starts_on=date(2026, 11, 21))
    responsibility.refresh(unit_ids={unit.unit.pk}, by=None, reason="任免")
    assert who(staff) == (successor, successor, place.staff[0])
    assert who(heads) == (place.leader, successor, successor)


def test_a_vacant_headship_moves_up_and_back(unit):
    place = unit.departments[1]
    risk = imported(unit)
    appointment = unit.appointments[place.head.pk]
    Appointment.objects.filter(pk=appointment.pk).update(ends_on=date(2026, 11, 20))
    responsibility.refresh(unit_ids={unit.unit.pk}, by=None)
    assert who(risk)[:2] == (place.leader, None)
    Appointment.objects.filter(pk=appointment.pk).update(ends_on=None)
    responsibility.refresh(unit_ids={unit.unit.pk}, by=None)
    assert who(risk)[:2] == (place.head, place.head)


def test_only_points_that_move_are_written_and_only_of_the_units_named(unit):
    other = small_unit(code="QT")
    mine, theirs = imported(unit, label="二级"), imported(other, label="二级")
    still = imported(unit, label="二级", department=2)
    before = {risk.pk: risk.version for risk in (mine, theirs, still)}
    for place in (unit, other):
        DivisionOfWork.objects.filter(department=place.departments[1].department).delete()
    assert responsibility.refresh(unit_ids={unit.unit.pk}, by=None) == 1
    after = dict(RiskPoint.objects.values_list("pk", "version"))
    assert after == before | {mine.pk: before[mine.pk] + 1}
    assert responsibility.refresh(unit_ids={unit.unit.pk}, by=None) == 0


def test_who_leaves_the_department_is_no_longer_directly_responsible(unit):
    place = unit.departments[1]
    risk = imported(unit, post="", direct_holder_id=place.staff[0].pk)
    Appointment.objects.filter(person=place.staff[0]).update(ends_on=date(2026, 11, 20))
    responsibility.refresh(unit_ids={unit.unit.pk}, by=None)
    assert who(risk)[2] is None
    assert risk.direct_holder_text == place.staff[0].name


@pytest.mark.parametrize("seed", range(12))
def test_the_sql_says_what_the_rule_says(unit, seed):
    """Every kind of point under a shuffled organisation: what `refresh` writes is what `derive` says of a new point."""
    place = unit.departments[1]
    for label, post in itertools.product(["一级", "二级", "三级"], ["head", "deputy_head", "s0"]):
        imported(unit, label=label, post=post)
        imported(unit, label=label, level_of=HolderLevel.DEPARTMENT, post="")
        imported(unit, label=label, level_of=HolderLevel.UNIT, post="", department_id=None)
    leadership = Position.objects.filter(unit=unit.unit, department=None)
    for position in leadership:
        imported(unit, post="", department_id=None, position_id=position.pk)
    bits = [bool(seed & (1 << n)) for n in range(4)]
    yesterday = date.today() - timedelta(days=1)
    if bits[0]:
        Appointment.objects.filter(position__rank=Rank.DEPARTMENT_HEAD).update(ends_on=yesterday)
    if bits[1]:
        DivisionOfWork.objects.filter(department=place.department).update(ends_on=yesterday)
    if bits[2]:
        unit.head.is_active = False
        unit.head.save()
    if bits[3]:
        # The clerk's post goes to the head of the department, who holds both.
        Appointment.objects.filter(person=place.staff[0]).update(ends_on=yesterday)
        AppointmentFactory(person=place.head, position=place.positions["s0"])
        PositionFactory(department=place.department, name="空岗")
    responsibility.refresh(unit_ids={unit.unit.pk}, by=None)
    organisation = responsibility.organisation_of(unit.unit.pk)
    for risk in RiskPoint.objects.select_related("current_level").defer("search"):
        stored = (risk.responsible_leader_id, risk.department_head_id, risk.direct_holder_id)
        if risk.position_id is None:
            risk.direct_holder_id = None
        organisation.derive(risk, risk.current_level)
        assert stored == (risk.responsible_leader_id, risk.department_head_id, risk.direct_holder_id), risk
