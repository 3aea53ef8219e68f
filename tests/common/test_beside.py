"""Work handed to a thread over the transaction's own connection: in order, all or nothing, nothing in between."""

import sys
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from common.beside import Beside
from common.models import NumberSeries

pytestmark = pytest.mark.django_db


def adding(key: str):
    """A piece of work: another series of numbers."""
    return lambda postgres: postgres.execute("INSERT INTO common_numberseries (key, last) VALUES (%s, 1)", [key])


def keys() -> list[str]:
    return list(NumberSeries.objects.order_by("pk").values_list("key", flat=True))


def test_all_is_done_in_order_when_the_block_ends():
    with transaction.atomic(), Beside() as postgres:
        for n in range(20):
            postgres.send(adding(f"s{n:02d}"))
    assert keys() == [f"s{n:02d}" for n in range(20)]


def test_it_is_done_beside():
    """The caller goes on while a piece of work waits for it."""
    reached, go_on = threading.Event(), threading.Event()

    def waiting(_postgres):
        reached.set()
        assert go_on.wait(10)

    with transaction.atomic(), Beside() as postgres:
        postgres.send(waiting)
        assert reached.wait(10)
        go_on.set()


def test_what_postgresql_refuses_is_djangos_error_and_ends_the_work():
    done: list[object] = []

    def refused():
        with transaction.atomic(), Beside() as postgres:
            postgres.send(adding("twice"))
            postgres.send(adding("twice"))
            for n in range(20):
                postgres.send(lambda _postgres, n=n: done.append(n))

    with pytest.raises(IntegrityError):
        refused()
    # Two pieces may have been under way when the refusal was seen, no more were begun.
    assert len(done) <= 2
    assert keys() == []


def test_an_error_of_the_caller_drops_what_was_not_begun():
    begun, go_on = threading.Event(), threading.Event()
    done: list[object] = []

    def first(_postgres):
        begun.set()
        assert go_on.wait(10)

    def failing():
        with Beside() as postgres:
            postgres.send(first)
            assert begun.wait(10)
            postgres.send(done.append)
            # The first goes on when the second has been dropped.
            postgres._underway[-1].add_done_callback(lambda _dropped: go_on.set())
            raise ValueError("the file ends here")

    with pytest.raises(ValueError, match="ends here"), transaction.atomic():
        failing()
    assert done == []
    assert keys() == []


def test_other_statements_wait_for_their_turn():
    with transaction.atomic(), Beside() as postgres:
        postgres.send(adding("one"))
        with pytest.raises(RuntimeError, match="while rows are written"):
            NumberSeries.objects.exists()
        with postgres.between():
            assert keys() == ["one"]
        with pytest.raises(RuntimeError, match="while rows are written"), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    assert NumberSeries.objects.exists()


def test_python_is_left_as_it_was():
    before = sys.getswitchinterval()
    with transaction.atomic(), Beside():
        assert sys.getswitchinterval() < before
    assert sys.getswitchinterval() == before
