"""What every write of points shares: numbers, search vector, counts that must not outlive a change."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from django.core.cache import cache
from django.db import connection, transaction

from common import numbers
from positions.models import Unit
from risks import search
from risks.models import RiskPoint

_GENERATION = "risks.register.generation"
KEPT_SECONDS = 60
T = TypeVar("T")


def take_numbers(unit: Unit, year: int, count: int) -> Iterator[str]:
    """Consecutive numbers of the unit's register, such as FX-CNNY-2026-0001. Call inside the transaction that uses them."""
    first = numbers.take(f"risk:{unit.pk}:{year}", count)
    return (f"FX-{unit.code}-{year}-{n:04d}" for n in range(first, first + count))


def give_back_numbers(unit: Unit, year: int, count: int) -> None:
    """The last `count` of the numbers taken in this transaction are not used after all; nobody else can have taken any since."""
    numbers.give_back(f"risk:{unit.pk}:{year}", count)


def searched_texts(point: Any) -> list[str]:
    """The texts of a point that people search."""
    return [getattr(point, name) for name in search.FIELDS]


def set_search(point: RiskPoint) -> None:
    """Make the point findable by what it says now; saved with the point."""
    point.search = search.vector(*searched_texts(point))


def generation() -> str:
    """Changes with every write of the register: part of the key under which counts are kept for some seconds."""
    value = cache.get(_GENERATION)
    if value is None:
        cache.add(_GENERATION, 1, timeout=None)
        value = cache.get(_GENERATION)
    return str(value)


def kept(name: str, asked: object, make: Callable[[], T]) -> T:
    """What `make` finds in the register, kept for some seconds but never over a change of it. `asked` holds all that the answer depends on.

    One round trip: what is kept says itself of which generation it is.
    """
    key = f"risks.kept.{name}.{hashlib.sha256(repr(asked).encode()).hexdigest()}"
    found = cache.get_many([_GENERATION, key])
    present = str(found[_GENERATION]) if _GENERATION in found else generation()
    made_in, value = found.get(key, ("", None))
    if made_in != present:
        value = make()
        cache.set(key, (present, value), KEPT_SECONDS)
    return value  # type: ignore[no-any-return]


def changed() -> None:
    """Let nobody read a count from before this change: called by every write of points and measures, takes effect at the commit."""
    transaction.on_commit(_next_generation, robust=True)


def _next_generation() -> None:
    try:
        cache.incr(_GENERATION)
    except ValueError:
        # Unknown or lost key: an unlikely number, so that no count of an earlier life of the cache fits.
        with connection.cursor() as cursor:
            cursor.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
            cache.set(_GENERATION, cursor.fetchone()[0], timeout=None)


def reserve_ids(table: str, count: int) -> Sequence[int]:
    """Primary keys taken from the table's own sequence, for COPY."""
    with connection.cursor() as cursor:
        # The sequence is looked up once, not for every key. Keys without a gap, as they are unless others take some as well, are told by
        # the first; one array is read faster than so many rows.
        cursor.execute(
            "SELECT min(key), CASE WHEN max(key) - min(key) >= count(*) THEN array_agg(key) END FROM (SELECT nextval(s.key) AS key "
            "FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS key OFFSET 0) s, generate_series(1, %s)) taken",
            [table, count],
        )
        first, taken = cursor.fetchone()
    return taken or range(first or 0, (first or 0) + count)


def numbers_of(unit_id: int) -> set[str]:
    """All numbers of the unit's register, those of points taken off included."""
    return set(RiskPoint.objects.filter(unit_id=unit_id).order_by().values_list("number", flat=True))
