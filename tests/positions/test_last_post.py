"""Rights end with appointments: who leaves the last post in a unit sits in none of its bodies any more (domain §1)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from common import schedule
from positions.models import BodyMembership
from positions.scopes import forget, scope_of
from positions.services.appointments import appoint, end_appointment, follow_dates
from tests.factories.organisation import SmallUnit, small_unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def org() -> SmallUnit:
    return small_unit()


def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


def test_a_deputy_who_leaves_sees_nothing_of_the_unit_any_more(org: SmallUnit) -> None:
    deputy = org.deputies[0]
    assert org.unit.pk in scope_of(deputy).whole_unit_ids
    end_appointment(appointment=org.appointments[deputy.pk], by=None, ends_on=yesterday(), reason="调任县政府办")
    forget(deputy)
    scope = scope_of(deputy)
    assert not scope.unit_ids
    assert not scope.whole_unit_ids
    assert not any(scope.bodies.values())
    told = AuditEvent.objects.filter(action="organisation.membership_ended")
    assert {event.reason for event in told} == {"调任县政府办"}
    assert told.count() == BodyMembership.objects.filter(person=deputy, ends_on=yesterday()).count()


def test_whoever_keeps_another_post_keeps_the_seats(org: SmallUnit) -> None:
    deputy = org.deputies[0]
    place = org.departments[1]
    appoint(person=deputy, position=place.positions["s0"], by=None, starts_on=yesterday(), is_main=False)
    end_appointment(appointment=org.appointments[deputy.pk], by=None, ends_on=yesterday(), reason="免去副局长")
    forget(deputy)
    assert org.unit.pk in scope_of(deputy).whole_unit_ids


def test_somebody_from_outside_keeps_the_seat_of_a_body(org: SmallUnit) -> None:
    other = small_unit(code="WB")
    guest = other.deputies[0]
    BodyMembership.objects.create(
        body=BodyMembership.objects.filter(person=org.head).first().body, person=guest, starts_on=date(2024, 1, 1)
    )
    end_appointment(appointment=other.appointments[guest.pk], by=None, ends_on=yesterday(), reason="调任")
    forget(guest)
    assert org.unit.pk in scope_of(guest).unit_ids


def test_a_post_that_ran_out_in_the_night_takes_the_seats_along(org: SmallUnit) -> None:
    deputy = org.deputies[0]
    held = org.appointments[deputy.pk]
    held.ends_on = yesterday()
    held.save()
    follow_dates(on=timezone.localdate())
    forget(deputy)
    assert not scope_of(deputy).whole_unit_ids


@pytest.mark.parametrize(("days_ago", "followed"), [(6, True), (3, True), (2, False)])
def test_days_on_which_the_server_was_off_are_made_up_for(org: SmallUnit, days_ago: int, followed: bool) -> None:
    """The post ended three days ago, its end takes effect on the day after, the last night that was done lies `days_ago` days back."""
    deputy = org.deputies[0]
    held = org.appointments[deputy.pk]
    held.ends_on = timezone.localdate() - timedelta(days=3)
    held.save()
    schedule.get("positions.follow_dates").do(timezone.now() - timedelta(days=days_ago))
    ended = set(BodyMembership.objects.filter(person=deputy).values_list("ends_on", flat=True))
    assert (ended == {held.ends_on}) is followed
