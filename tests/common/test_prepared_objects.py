"""Objects of a statement that is put together once: the same as Django's own, of this moment, in one query."""

import pytest
from django.db.models import F

from common.prepared import Given, one_of
from common.prepared_objects import Objects
from positions.models import Department, Unit
from tests.factories.positions import DepartmentFactory, UnitFactory

pytestmark = pytest.mark.django_db


def test_objects_come_with_what_is_joined_and_annotated(django_assert_num_queries) -> None:
    department = DepartmentFactory()
    found = Objects(lambda: Department.objects.filter(pk=Given("key")).select_related("unit").annotate(of=F("unit__name")).defer("duties"))
    for name in ("改名前", "改名中", "改名后", "再改名"):
        Department.objects.filter(pk=department.pk).update(name=name)
        with django_assert_num_queries(1):
            [one] = found(key=department.pk)
            assert (one, one.name, one.unit, one.unit.name) == (department, name, department.unit, department.unit.name)
            assert one.of == department.unit.name
        assert one.get_deferred_fields() == {"duties"}
    assert found(key=0) == []
    with pytest.raises(KeyError):
        found()


def test_lists_of_any_length(django_assert_num_queries) -> None:
    units = [UnitFactory().pk for _number in range(3)]
    found = Objects(lambda: Unit.objects.filter(one_of("pk", "units")).order_by("pk"))
    for asked in ([], units[:1], units, [*units, 2**40]):
        with django_assert_num_queries(1):
            assert [unit.pk for unit in found(units=asked)] == [pk for pk in asked if pk in units]
