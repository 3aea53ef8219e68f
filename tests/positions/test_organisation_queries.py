"""The list of people does not cost more with more people."""

import pytest

from tests.factories.organisation import small_unit
from tests.factories.positions import AppointmentFactory, PositionFactory

pytestmark = pytest.mark.django_db


def test_queries_of_the_people(count_queries):
    unit = small_unit()
    department = unit.departments[1].department

    def more(number):
        for _n in range(number):
            AppointmentFactory(position=PositionFactory(unit=unit.unit, department=department))

    count_queries("organisation:people", user=unit.clerk, make_rows=more)
