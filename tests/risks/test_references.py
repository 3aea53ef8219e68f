"""The keys of points and measures are held true by the database, for all rows of a statement at once."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from common import files
from positions.models import Department
from risks.models import Measure, RiskPoint
from risks.models.register import HELD_TRUE, HELD_TRUE_OF_MEASURES
from tests.factories.organisation import small_unit
from tests.factories.powers import CatalogueFactory, PowerItemFactory, RuleFactory, simple_flow
from tests.risks.register_helpers import imported, level

NOBODY = 10**9
MODELS = ((RiskPoint, HELD_TRUE), (Measure, HELD_TRUE_OF_MEASURES))
COLUMNS = [(model, table, column) for model, held in MODELS for table, columns in held.items() for column in columns]


@pytest.fixture
def points(db):
    """Two points with a measure each, and every key of theirs set, each to a row of its own."""
    unit = small_unit()
    for text in ("拨付审批把关不严", "报销票据审核不严"):
        imported(unit, title=text)
    place = unit.departments[1]
    item = PowerItemFactory(catalogue=CatalogueFactory(unit=unit.unit))
    RiskPoint.objects.update(
        power_item=item,
        flow_step=simple_flow(item)[0],
        current_level=level("二级"),
        target_level=level("一级"),
        responsible_leader=unit.head,
        department_head=place.head,
        direct_holder=place.staff[0],
    )
    Measure.objects.update(
        rule=RuleFactory(unit=unit.unit),
        proof=files.store(content=b"%PDF-1.4", name="证明.pdf", by=None),
        who=place.staff[1],
        state="done",
        done_at=timezone.now(),
        done_by=place.deputy_head,
        confirmed_by=unit.office_clerk,
    )
    return RiskPoint.objects.order_by("pk")


@pytest.mark.parametrize(("model", "held"), MODELS)
def test_every_unchecked_key_is_held_true_here(model, held):
    unchecked = {field.column for field in model._meta.concrete_fields if field.remote_field and not field.db_constraint}
    assert unchecked == {column for columns in held.values() for column in columns}


@pytest.mark.parametrize(("model", "table", "column"), COLUMNS)
def test_a_key_that_does_not_exist_is_refused(points, model, table, column):
    with pytest.raises(IntegrityError, match=table), transaction.atomic():
        model.objects.update(**{column: NOBODY})
    copy = model.objects.first()
    copy.pk = None
    if model is RiskPoint:
        copy.number = "另一个"
    setattr(copy, column, NOBODY)
    with pytest.raises(IntegrityError, match=table), transaction.atomic():
        copy.save_base(force_insert=True, raw=True)
    assert not model.objects.filter(**{column: NOBODY}).exists()


@pytest.mark.parametrize(("model", "table", "column"), COLUMNS)
def test_one_wrong_key_among_right_ones_is_refused(points, model, table, column):
    """Also where another row of the statement gives up the key that exists."""
    first, second = model.objects.order_by("pk")
    keys = {first.pk: NOBODY, second.pk: getattr(first, column)}
    with pytest.raises(IntegrityError, match=table), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET {column} = (%s::jsonb ->> id::text)::bigint", [_json(keys)])


def _json(keys):
    return "{" + ", ".join(f'"{pk}": {key}' for pk, key in keys.items()) + "}"


@pytest.mark.parametrize(("model", "table", "column"), COLUMNS)
def test_what_they_refer_to_stays(points, model, table, column):
    key = model.objects.values_list(column, flat=True).first()
    # Other tables' own constraints are checked at the commit; this one at once.
    with pytest.raises(IntegrityError, match=f"{model._meta.db_table} still refers"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [key])


def test_what_nobody_refers_to_may_go(points):
    department = Department.objects.create(unit=points[0].unit, name="新设科")
    assert department.delete()[0] == 1


def test_a_step_that_goes_leaves_its_points(points):
    """As Django does it: the key is emptied first, then the step may go."""
    points[0].flow_step.delete()
    assert set(points.values_list("flow_step_id", flat=True)) == {None}
