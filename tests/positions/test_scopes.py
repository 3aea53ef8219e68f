"""Who somebody is follows from appointments, division of work and memberships, and ends with them (domain §1)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from positions.scopes import forget, scope_of
from tests.factories.organisation import administrators, small_unit

pytestmark = pytest.mark.django_db


def test_roles_of_the_small_unit():
    world = small_unit()
    unit = world.unit.pk
    first, second, third = (d.department.pk for d in world.departments)

    head = scope_of(world.head)
    assert head.headed_unit_ids == head.whole_unit_ids == head.leadership_unit_ids == {unit}
    deputy = scope_of(world.deputies[0])
    assert deputy.charge_department_ids == {first, second}
    assert not deputy.headed_unit_ids
    leader = scope_of(world.departments[2].head)
    assert leader.led_department_ids == {third}
    assert not leader.whole_unit_ids
    clerk = scope_of(world.clerk)
    assert clerk.department_ids == {second}
    assert not clerk.reviewed_department_ids | clerk.whole_unit_ids


def test_rights_end_with_the_appointment_and_the_division_with_its_leader():
    world = small_unit()
    deputy = world.deputies[0]
    appointment = world.appointments[deputy.pk]
    appointment.ends_on = timezone.localdate() - timedelta(days=1)
    appointment.save()
    world.bodies["leading_group"].memberships.filter(person=deputy).update(ends_on=date(2020, 12, 31))
    world.bodies["party_committee"].memberships.filter(person=deputy).update(ends_on=date(2020, 12, 31))
    forget(deputy)
    scope = scope_of(deputy)
    assert not scope.unit_ids | scope.charge_department_ids | scope.leadership_unit_ids | scope.whole_unit_ids


def test_a_disabled_account_and_administrators_are_nobody():
    world = small_unit()
    world.head.is_active = False
    assert scope_of(world.head).user_id is None
    for user in administrators().values():
        scope = scope_of(user)
        assert not scope.unit_ids | scope.whole_unit_ids
        assert scope.admin_role


@pytest.mark.parametrize(("is_open", "seen"), [(True, True), (False, False)])
def test_the_head_of_a_higher_unit_sees_below_only_where_the_unit_is_open(is_open, seen):
    higher = small_unit(code="UP", name="上级局")
    lower = small_unit(code="LOW", name="下级所", parent=higher.unit, open_to_higher=is_open)
    assert (lower.unit.pk in scope_of(higher.head).whole_unit_ids) is seen
    assert higher.unit.pk not in scope_of(lower.head).whole_unit_ids
