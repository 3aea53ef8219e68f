"""Closing a year of points: who, when, what is kept, and that nothing gets into it any more."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from common.errors import DomainError, NotAllowed, NotPossible
from early_warnings.models import PointBalance, PointClosing
from early_warnings.services import points
from early_warnings.services.point_closing import close_year
from tests.early_warnings.points import committee, entered, own_scheme, proposed
from tests.factories.organisation import small_unit

YEAR = date.today().year
LAST = date(YEAR - 1, 5, 5)


@pytest.fixture
def unit(db):
    return small_unit()


@pytest.fixture
def clerk(unit):
    return unit.departments[1].staff[0]


def test_balances_are_kept(unit, clerk):
    first, second = committee(unit)
    department = unit.departments[2].department
    entered(unit, clerk, "GZ-03", LAST)
    entered(unit, clerk, "LJ-01", LAST)
    taken = entered(unit, unit.departments[2].staff[0], "LJ-04", LAST)
    points.confirm(entry=points.counter(entry=taken, by=first, reason="申诉成立"), by=second)
    entered(unit, department, "LJ-07", LAST)
    entered(unit, department, "LJ-04", LAST)
    entered(unit, clerk, "GZ-01")  # this year
    closing = close_year(unit=unit.unit, year=YEAR - 1, by=first)
    rows = PointBalance.objects.filter(closing=closing).values_list("person__name", "department__name", "counted", "left", "level__colour")
    assert sorted(rows, key=str) == sorted(
        [
            (clerk.name, None, 6, 6, "yellow"),
            (taken.person.name, None, 0, 12, "green"),
            (None, department.name, 12, 0, "red"),
        ],
        key=str,
    )


def test_nothing_gets_into_a_closed_year(unit, clerk):
    first, second = committee(unit)
    entry = entered(unit, clerk, "GZ-03", LAST)
    close_year(unit=unit.unit, year=YEAR - 1, by=first)
    with pytest.raises(DomainError, match=str(YEAR - 1)):
        proposed(unit, clerk, "LJ-05", LAST)
    with pytest.raises(NotAllowed, match=str(YEAR - 1)):
        points.counter(entry=entry, by=second, reason="申诉")
    with pytest.raises(NotPossible):
        close_year(unit=unit.unit, year=YEAR - 1, by=second)
    assert PointClosing.objects.count() == 1
    entered(unit, clerk, "LJ-05")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE warnings_pointbalance SET counted = 0")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM warnings_pointclosing")


def test_not_while_something_waits_or_the_year_runs(unit, clerk):
    first, second = committee(unit)
    waiting = proposed(unit, clerk, "GZ-03", LAST, by=first)
    with pytest.raises(NotPossible):
        close_year(unit=unit.unit, year=YEAR - 1, by=first)
    points.reject(entry=waiting, by=second, reason="不妥")
    for year in (YEAR + 1, 1999, *([YEAR] if date.today() < date(YEAR, 12, 31) else [])):
        with pytest.raises(NotPossible):
            close_year(unit=unit.unit, year=year, by=first)
    with pytest.raises(NotAllowed):
        close_year(unit=unit.unit, year=YEAR - 1, by=unit.head)
    assert close_year(unit=unit.unit, year=YEAR - 1, by=second).balances.count() == 0


def test_a_rolling_cycle_has_no_end_of_the_year(unit):
    own_scheme(unit, cycle="rolling12")
    with pytest.raises(DomainError):
        close_year(unit=unit.unit, year=YEAR - 1, by=committee(unit)[0])


def test_on_the_page(unit, clerk):
    first, member = committee(unit)
    superior = unit.departments[0].head  # of the committee's second member
    entered(unit, clerk, "GZ-03", LAST)
    points.confirm(entry=proposed(unit, superior, "GZ-02", LAST), by=unit.head)
    client = Client()
    client.force_login(first)
    address = reverse("warnings:point_closings")
    assert f'name="year" value="{YEAR - 1}"' in client.get(address).content.decode()
    response = client.post(reverse("warnings:point_close"), {"year": YEAR - 1, "unit": unit.unit.pk}, follow=True)
    text = response.content.decode()
    assert clerk.name in text
    assert superior.name in text
    assert f'name="year" value="{YEAR - 1}"' not in client.get(address).content.decode()
    for wrong in ({}, {"year": "x"}, {"year": YEAR - 1}, {"year": 10**17}):
        assert client.post(reverse("warnings:point_close"), wrong).status_code in (409, 422), wrong
    client.force_login(member)
    text = client.get(response.request["PATH_INFO"]).content.decode()
    assert clerk.name in text
    assert superior.name not in text, "of those above, a member of the committee learns nothing here either"
