"""Writing a register in portions, and the search vectors that follow it."""

from importlib import import_module

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from audit.models import AuditEvent
from risks.models import ImportedPoints, Measure, RiskPoint
from risks.selectors import search_points
from risks.services import indexing, points
from risks.services.register import ImportedMeasure, bulk_enter_imported
from tests.factories.organisation import small_unit
from tests.risks.register_helpers import imported, level, register_row

ROWS = 501  # one more than the first portion


@pytest.fixture
def unit(db):
    return small_unit()


def rows(unit):
    """Coming one by one, as from a file."""
    place, grave = unit.departments[1], level("三级").pk
    return (
        register_row(
            title=f"风险{n}",
            level_id=grave,
            department_id=place.department.pk,
            position_id=place.positions["s0"].pk,
            measures=[ImportedMeasure(f"甲{n}"), ImportedMeasure(f"乙{n}")],
        )
        for n in range(ROWS)
    )


def test_portions_follow_each_other_without_a_gap(unit):
    assert bulk_enter_imported(unit=unit.unit, rows=rows(unit), by=unit.head, batch=7) == ROWS
    year = timezone.localdate().year
    found = list(RiskPoint.objects.order_by("number").values_list("number", "title"))
    assert found == [(f"FX-CS-{year}-{n + 1:04d}", f"风险{n}") for n in range(ROWS)]
    assert list(points.take_numbers(unit.unit, year, 1)) == [f"FX-CS-{year}-{ROWS + 1:04d}"]
    last = RiskPoint.objects.get(title=f"风险{ROWS - 1}")
    assert list(last.measures.order_by("order").values_list("text", flat=True)) == [f"甲{ROWS - 1}", f"乙{ROWS - 1}"]
    assert RiskPoint.history.count() == ROWS
    assert Measure.history.count() == Measure.objects.count() == 2 * ROWS
    assert AuditEvent.objects.get(action="risk.imported").detail == {"batch": 7, "points": ROWS, "measures": 2 * ROWS}


def test_a_fault_in_the_last_row_leaves_nothing(unit):
    good = rows(unit)

    def faulty():
        yield from good
        raise ValueError("the file ends here")

    with pytest.raises(ValueError, match="ends here"):
        bulk_enter_imported(unit=unit.unit, rows=faulty(), by=unit.head, batch=7)
    assert not RiskPoint.objects.exists()
    assert not RiskPoint.history.exists()
    assert list(points.take_numbers(unit.unit, 2026, 1)) == ["FX-CS-2026-0001"]


def test_rows_that_ask_the_database_are_an_error_and_do_not_wait_for_ever(unit):
    asking = (row for row in rows(unit) if RiskPoint.objects.exists())
    with pytest.raises(RuntimeError, match="while rows are written"):
        bulk_enter_imported(unit=unit.unit, rows=asking, by=unit.head, batch=7)


def test_a_key_that_somebody_else_takes_meanwhile_is_not_ours(unit):
    """Keys come in two portions here; between them another session takes one, whose point has a history of its own."""
    other = imported(unit, title="别人的", measures=[ImportedMeasure("别人的措施")])
    foreign = other.pk + 501
    with connection.cursor() as cursor:
        cursor.execute("UPDATE risks_riskpoint SET id = %s WHERE id = %s", [foreign, other.pk])
        cursor.execute("UPDATE risks_measure SET risk_id = %s WHERE risk_id = %s", [foreign, other.pk])
        cursor.execute("SELECT setval(pg_get_serial_sequence('risks_riskpoint', 'id'), %s)", [other.pk])
    mine = rows(unit)

    def interrupted():
        for n, row in enumerate(mine):
            if n == 500:
                with psycopg.connect(**connection.get_connection_params()) as session:
                    taken = session.execute("SELECT nextval(pg_get_serial_sequence('risks_riskpoint', 'id'))").fetchone()
                assert taken == (foreign,)
            yield row

    bulk_enter_imported(unit=unit.unit, rows=interrupted(), by=unit.head, batch=7)
    assert RiskPoint.history.filter(import_batch=7).count() == ROWS
    assert RiskPoint.history.filter(id=foreign).count() == 0  # renumbered by hand: its history is under the old key
    assert Measure.history.filter(risk_id=foreign).count() == 0
    assert Measure.history.count() == 2 * ROWS + 1


def test_the_points_of_an_import_are_found_by_their_keys_and_nobody_elses(unit):
    bulk_enter_imported(unit=unit.unit, rows=list(rows(unit))[:2], by=unit.head, batch=7)
    foreign = imported(unit, title="别人的")  # batch 1
    bulk_enter_imported(unit=unit.unit, rows=list(rows(unit))[:3], by=unit.head, batch=7)  # in a second part
    found = RiskPoint.objects.of_import(7)
    assert found.count() == 5
    assert foreign not in found
    lies = ImportedPoints.objects.get(batch=7)
    assert (lies.first, lies.last) == (found.earliest("pk").pk, found.latest("pk").pk)
    assert lies.first < foreign.pk < lies.last
    assert not RiskPoint.objects.of_import(8).exists()


def test_where_points_lie_is_told_of_those_that_were_there_before(unit):
    """What the migration does for an installation with imports, and with points of other origin without a vector."""
    bulk_enter_imported(unit=unit.unit, rows=list(rows(unit))[:4], by=unit.head, batch=7)
    assert indexing.catch_up() == 4
    waiting, stray = imported(unit, title="等着的"), imported(unit, title="没有批次的")
    RiskPoint.objects.filter(pk=stray.pk).update(import_batch=None)
    first, *_others, last = RiskPoint.objects.of_import(7).order_by("pk").values_list("pk", flat=True)
    ImportedPoints.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(import_module("risks.migrations.0013_import_keys").TELL_WHERE)
    assert set(ImportedPoints.objects.values_list("batch", "first", "last", "unindexed_from")) == {
        (7, first, last, None),
        (1, waiting.pk, waiting.pk, waiting.pk),
        (0, stray.pk, stray.pk, stray.pk),
    }
    assert indexing.catch_up() == 2


def test_keys_with_gaps_are_told_one_by_one(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('risks_riskpoint', 'id'))")
        at = cursor.fetchone()[0]
        assert list(points.reserve_ids("risks_riskpoint", 3)) == [at + 1, at + 2, at + 3]
        assert list(points.reserve_ids("risks_riskpoint", 0)) == []
        cursor.execute("ALTER SEQUENCE risks_riskpoint_id_seq INCREMENT BY 5")
        assert list(points.reserve_ids("risks_riskpoint", 3)) == [at + 8, at + 13, at + 18]


def test_as_many_as_expected_or_more_or_fewer(unit):
    for batch, expected in ((1, ROWS), (2, 3), (3, 5_000)):
        assert bulk_enter_imported(unit=unit.unit, rows=rows(unit), by=unit.head, batch=batch, expected=expected) == ROWS
    year = timezone.localdate().year
    numbers = RiskPoint.objects.order_by("pk").values_list("number", flat=True)
    assert list(numbers) == [f"FX-CS-{year}-{n + 1:04d}" for n in range(3 * ROWS)]


def test_a_sheet_of_a_million_empty_rows_takes_no_million_keys(unit):
    bulk_enter_imported(unit=unit.unit, rows=rows(unit), by=unit.head, batch=1, expected=1_048_576)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('risks_riskpoint', 'id'))")
        assert cursor.fetchone()[0] - RiskPoint.objects.latest("pk").pk < 100_000


def test_what_the_lines_leave_out_is_what_django_writes(unit):
    """Defaults of the database, against those of the models."""
    assert bulk_enter_imported(unit=unit.unit, rows=rows(unit), by=unit.head, batch=7) == ROWS
    point = RiskPoint.objects.first()
    measure = point.measures.first()
    plain, planned = RiskPoint(), Measure()
    for row, model, names in (
        (point, plain, ("state", "found_by", "method", "answers", "is_shared", "version")),
        (measure, planned, ("state", "proof_note", "version")),
    ):
        assert [getattr(row, name) for name in names] == [getattr(model, name) for name in names]
        assert row.created_at == row.updated_at == row.history.get().history_date


def test_no_rows_no_event(unit):
    assert bulk_enter_imported(unit=unit.unit, rows=[], by=unit.head, batch=7) == 0
    assert not AuditEvent.objects.filter(action="risk.imported").exists()


def test_what_was_changed_meanwhile_is_found_by_what_it_says_now(unit):
    changed, other = imported(unit, title="采购围标"), imported(unit, title="验收走过场")
    changed.title = "招标串通"
    points.set_search(changed)
    changed.save()
    assert indexing.catch_up() == 1
    assert indexing.catch_up() == 0
    assert list(search_points(RiskPoint.objects.all(), "串通")) == [changed]
    assert not search_points(RiskPoint.objects.all(), "围标").exists()
    assert list(search_points(RiskPoint.objects.all(), "走过场")) == [other]
    other.refresh_from_db()
    assert other.version == 1
    assert other.history.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_point_that_somebody_holds_gets_its_vector_later():
    unit = small_unit()
    first, held, _last = (imported(unit, title=title) for title in ("采购围标", "验收走过场", "资金挪用"))
    with psycopg.connect(**connection.get_connection_params()) as session:
        session.execute("SELECT FROM risks_riskpoint WHERE id = %s FOR UPDATE", [held.pk])
        assert indexing.catch_up() == 2
        assert indexing.catch_up() == 0
        assert list(RiskPoint.objects.filter(search=None)) == [held]
        assert indexing.is_behind()
        assert list(search_points(RiskPoint.objects.all(), "验收")) == [held]
        assert list(search_points(RiskPoint.objects.all(), "围标")) == [first]
    assert indexing.catch_up() == 1
    assert not indexing.is_behind()
    assert list(search_points(RiskPoint.objects.all(), "验收")) == [held]


def test_an_import_of_which_nothing_waits_any_more_does_not_keep_the_others_waiting(unit):
    batches = [list(rows(unit))[:2] for _n in range(3)]
    for batch, some in enumerate(batches, start=1):
        bulk_enter_imported(unit=unit.unit, rows=some, by=unit.head, batch=batch)
    for point in RiskPoint.objects.of_import(1):
        points.set_search(point)
        point.save()
    assert indexing.catch_up() == 4
    assert not ImportedPoints.objects.exclude(unindexed_from=None).exists()
