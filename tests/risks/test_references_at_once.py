"""Points and their measures while somebody removes points: measures lock no point of theirs, the removal waits for them (ADR 0013)."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection

from common.errors import NotPossible
from risks.models import Measure, RiskPoint
from risks.services.removing import remove_imported
from tests.factories.organisation import SmallUnit, small_unit
from tests.risks.register_helpers import imported

PATIENCE = 60
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'risks_measure'::regclass"
# As a form would write it; what is not named here has its default.
WRITE = """INSERT INTO risks_measure (risk_id, "order", text, kind, line) VALUES (%s, 9, '新措施', 'position', 'before')"""
REMOVE = "DELETE FROM risks_riskpoint WHERE id = %s"


@pytest.fixture
def unit(transactional_db: None) -> SmallUnit:
    return small_unit()


@pytest.fixture
def somebody(process_environment: dict[str, str]) -> Iterator[psycopg.Connection]:
    """A transaction of their own."""
    with psycopg.connect(process_environment["DATABASE_URL"]) as other:
        yield other


@pytest.fixture
def thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max_workers=1) as pool:
        yield pool
        pool.submit(lambda: connection.close()).result()  # the thread's own


def waits(work: Future[Any]) -> None:
    """Return when somebody waits for the table of measures."""
    end, pause = time.monotonic() + PATIENCE, threading.Event()
    with connection.cursor() as cursor:
        while True:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
            assert not work.done(), work.exception() or "nobody waited"
            assert time.monotonic() < end
            pause.wait(0.02)


def execute(statement: str, pk: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [pk])


def written_during_removal(unit: SmallUnit, somebody: psycopg.Connection, thread: ThreadPoolExecutor) -> tuple[RiskPoint, Future[None]]:
    """Somebody removes a point; a measure of it waits to be written."""
    point = imported(unit, measures=[])
    somebody.execute(REMOVE, [point.pk])
    writing = thread.submit(execute, WRITE, point.pk)
    waits(writing)
    return point, writing


def test_who_removes_a_point_waits_for_a_measure_that_is_being_written(unit, somebody, thread):
    point = imported(unit, measures=[])
    somebody.execute(WRITE, [point.pk])
    removal = thread.submit(execute, REMOVE, point.pk)
    waits(removal)
    somebody.commit()
    with pytest.raises(IntegrityError, match="risks_measure still refers"):
        removal.result(PATIENCE)
    assert Measure.objects.get().risk_id == RiskPoint.objects.get().pk == point.pk


def test_who_writes_a_measure_waits_for_a_point_that_is_being_removed(unit, somebody, thread):
    _point, writing = written_during_removal(unit, somebody, thread)
    somebody.commit()
    with pytest.raises(IntegrityError, match="risks_riskpoint does not have"):
        writing.result(PATIENCE)
    assert not Measure.objects.exists()


def test_a_removal_that_is_taken_back_lets_the_measure_be_written(unit, somebody, thread):
    point, writing = written_during_removal(unit, somebody, thread)
    somebody.rollback()
    writing.result(PATIENCE)
    assert Measure.objects.get().risk_id == point.pk


def test_who_undoes_an_import_waits_for_new_measures_and_then_refuses(unit, somebody, thread):
    """Also when who wrote the measure changes its point afterwards: neither waits for the other in a circle."""
    point = imported(unit)
    somebody.execute(WRITE, [point.pk])

    undoing = thread.submit(lambda: remove_imported(unit=unit.unit, batch=1, by=unit.head))
    waits(undoing)
    somebody.execute("UPDATE risks_riskpoint SET version = version + 1 WHERE id = %s", [point.pk])
    somebody.commit()
    with pytest.raises(NotPossible):
        undoing.result(PATIENCE)
    assert Measure.objects.filter(risk=point.pk).count() == 2
