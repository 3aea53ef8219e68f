"""Writing a register in portions, and the search vectors that follow it."""

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from risks.models import Measure, RiskPoint
from risks.selectors import search_points
from risks.services import indexing, points
from risks.services.register import ImportedMeasure, ImportedRisk, bulk_enter_imported
from tests.factories.organisation import small_unit
from tests.risks.register_helpers import imported, level

ROWS = 501  # one more than the first portion


@pytest.fixture
def unit(db):
    return small_unit()


def rows(unit):
    """Coming one by one, as from a file."""
    place, grave = unit.departments[1], level("三级").pk
    return (
        ImportedRisk(
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
    assert points.take_numbers(unit.unit, year, 1) == [f"FX-CS-{year}-{ROWS + 1:04d}"]
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
    assert points.take_numbers(unit.unit, 2026, 1) == ["FX-CS-2026-0001"]


def test_rows_that_ask_the_database_are_an_error_and_do_not_wait_for_ever(unit):
    asking = (row for row in rows(unit) if RiskPoint.objects.exists())
    with pytest.raises(RuntimeError, match="while rows are written"):
        bulk_enter_imported(unit=unit.unit, rows=asking, by=unit.head, batch=7)


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
