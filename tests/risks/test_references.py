"""The keys of points are held true by the database, for all points of a statement at once."""

import pytest
from django.db import IntegrityError, connection, transaction

from positions.models import Department
from risks.models import RiskPoint
from risks.models.register import HELD_TRUE
from tests.factories.organisation import small_unit
from tests.risks.register_helpers import imported

NOBODY = 10**9
COLUMNS = [(table, column) for table, columns in HELD_TRUE.items() for column in columns]


@pytest.fixture
def points(db):
    unit = small_unit()
    for text in ("拨付审批把关不严", "报销票据审核不严"):
        imported(unit, title=text)
    return RiskPoint.objects.order_by("pk")


def test_every_unchecked_key_is_held_true_here():
    unchecked = {field.column for field in RiskPoint._meta.concrete_fields if field.remote_field and not field.db_constraint}
    assert unchecked == {column for _table, column in COLUMNS}


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_key_that_does_not_exist_is_refused(points, table, column):
    with pytest.raises(IntegrityError, match=table), transaction.atomic():
        RiskPoint.objects.update(**{column: NOBODY})
    copy = points[0]
    copy.pk, copy.number = None, "另一个"
    setattr(copy, column, NOBODY)
    with pytest.raises(IntegrityError, match=table), transaction.atomic():
        copy.save_base(force_insert=True, raw=True)
    assert not RiskPoint.objects.filter(**{column: NOBODY}).exists()


@pytest.mark.parametrize("table", HELD_TRUE)
def test_what_points_refer_to_stays(points, table):
    columns = HELD_TRUE[table]
    key = next(value for column in columns for value in points.values_list(column, flat=True) if value is not None)
    # Other tables' own constraints are checked at the commit; this one at once.
    with pytest.raises(IntegrityError, match="risks_riskpoint"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [key])


def test_what_nobody_refers_to_may_go(points):
    department = Department.objects.create(unit=points[0].unit, name="新设科")
    assert department.delete()[0] == 1
