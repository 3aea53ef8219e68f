"""Entering a whole register at once: COPY instead of 50,000 saves, history copied by PostgreSQL, one audit event (issue A, speed)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain, repeat
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from psycopg import Connection, Cursor, sql

from accounts.models import User
from audit import services as audit
from common.beside import Beside
from positions.models import HolderLevel, Unit
from risks.models import DefenceLine, Level, Measure, MeasureKind, RiskPoint, Source
from risks.services import indexing, points
from risks.services.responsibility import hold_organisation, organisation_of
from risks.services.trace import history_statement, noted

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class ImportedMeasure:
    """A measure as a register gives it; planned, with no proof. Rows with the same one may share it."""

    text: str
    kind: str = MeasureKind.POSITION
    line: str = DefenceLine.BEFORE
    due_on: date | None = None
    who_id: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ImportedFacts:
    """What the rows of one place, level and person have in common. They share the object: what follows from it is worked out once."""

    level_id: int
    level_of: str = HolderLevel.POSITION
    department_id: int | None = None
    position_id: int | None = None
    direct_holder_id: int | None = None
    direct_holder_text: str = ""
    aspect: str = ""
    power_item_id: int | None = None
    power_category: str = ""
    major_matter: str = ""
    probability: int | None = None
    harm: int | None = None
    registered_on: date | None = None
    involved_positions: str = ""


@dataclass(slots=True)
class ImportedRisk:
    """A checked row. Keys are of rows that exist; `number` empty takes the next of the series, else it must be free in the unit."""

    title: str
    facts: ImportedFacts
    content: str = ""
    manifestation: str = ""
    category_text: str = ""
    indicator: str = ""
    number: str = ""
    measures: Sequence[ImportedMeasure] = ()


_RESERVED = (500, 2_000, 10_000)
"""Keys and numbers taken at once when nobody says how many are expected: few for a small file, the last again and again for a large one."""
_MOST_RESERVED = 50_000
"""However many are expected: a forgotten cell in the last row of a sheet makes it a million rows high."""
_PORTIONS = (250, 500, 1_000, 2_000, 3_500, 5_000)
"""Points handed to PostgreSQL at once, the last again and again: it begins soon, and waits seldom for the next statement."""
_WORK_MEMORY = "32MB"
"""All points of a statement are kept for its checks; so much holds the longest of them."""
_BLOCK = 500
"""Lines sent at once."""
_MOST_KNOWN = 10_000
"""Facts, and measures, whose part of a line is kept for the rows that share them."""

# What is not named here has a default in the database (migration 0012): state, times, first version and what imports leave empty.
_RISK_COLUMNS = (
    "id", "title", "content", "manifestation", "category_text", "indicator", "number",  # what a row says itself
    "level_of", "department_id", "position_id", "initial_level_id", "current_level_id", "responsible_leader_id", "department_head_id",
    "direct_holder_id", "aspect", "power_item_id", "power_category", "major_matter", "probability", "harm", "registered_on",
    "unit_id", "import_batch", "source", "involved_positions", "direct_holder_text", "cooperating",
)  # fmt: skip
_MEASURE_COLUMNS = ("risk_id", "order", "text", "kind", "line", "due_on", "who_id")


@transaction.atomic
def bulk_enter_imported(*, unit: Unit, rows: Iterable[ImportedRisk], by: User | None, batch: int, expected: int = 0) -> int:
    """Enter the rows as points of the unit, all or none; returns how many. They are written while `rows` gives them, so it must not use
    the database.

    `batch` marks them as belonging together; `expected`: about how many rows come. The caller has checked the rows and whether `by` may
    import; what the database refuses (a number that exists, a key that does not) undoes everything. Initial and current level are the
    level given.
    """
    hold_organisation([unit.pk])
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, true)", [_WORK_MEMORY])
    with Beside() as postgres:
        writing = _Writing(unit, batch, by, postgres, expected)
        for row in rows:
            writing.add(row)
        writing.finish()
    if not writing.points:
        return 0
    writing.tell_where()
    detail = {"batch": batch, "points": writing.points, "measures": writing.measures}
    audit.record("risk.imported", by=by, obj=unit, unit_id=unit.pk, detail=detail)
    points.changed()
    indexing.soon()
    return writing.points


class _Writing:
    """Makes the lines of points and measures, and hands them on with what their history takes."""

    def __init__(self, unit: Unit, batch: int, by: User | None, postgres: Beside, expected: int) -> None:
        self.points = self.measures = 0
        self._batch, self._postgres, self._noted = batch, postgres, noted(by, kind="+")
        self._risks: list[str] = []
        self._measures: list[str] = []
        self._begin = self._first = self._last = 0
        self._unused = 0
        self._sizes = chain(_PORTIONS, repeat(_PORTIONS[-1]))
        self._size = next(self._sizes)
        self._year = timezone.localdate().year
        with postgres.between():
            self._organisation = organisation_of(unit.pk)
            self._levels = {level.pk: level for level in Level.objects.all()}
        self._ids = self._reserved(expected, lambda size: points.reserve_ids(RiskPoint._meta.db_table, size))
        self._numbers = self._reserved(expected, self._take_numbers)
        self._unit, self._today = unit, timezone.localdate()
        self._place = RiskPoint(unit_id=unit.pk)
        self._ends = _line(unit.pk, batch, Source.IMPORT.value)
        self._line_of_facts, self._line_of_measure = _remembered(self._facts), _remembered(_measure)

    def _reserved(self, expected: int, take: Callable[[int], Iterable[T]]) -> Iterator[T]:
        return chain.from_iterable(self._portions(expected, take))

    def _portions(self, expected: int, take: Callable[[int], T]) -> Iterator[T]:
        for size in chain([min(expected, _MOST_RESERVED)] if expected else _RESERVED, repeat(_RESERVED[-1])):
            with self._postgres.between():
                values = take(size)
            yield values

    def _take_numbers(self, size: int) -> Iterator[str]:
        self._unused += size
        return points.take_numbers(self._unit, self._year, size)

    def add(self, row: ImportedRisk) -> None:
        """One more point."""
        pk = next(self._ids)
        number = row.number
        if not number:
            number = next(self._numbers)
            self._unused -= 1
        texts = _texts(row.title, row.content, row.manifestation, row.category_text, row.indicator, number)
        self._risks.append(f"{pk}\t{texts}\t{self._line_of_facts(row.facts)}")
        for order, measure in enumerate(row.measures, start=1):
            self._measures.append(f"{pk}\t{order}\t{self._line_of_measure(measure)}")
        self._begin, self._first, self._last = self._begin or pk, self._first or pk, pk
        if len(self._risks) == self._size:
            self._hand_on()
            self._size = next(self._sizes)

    def finish(self) -> None:
        """The last rows; numbers that were taken for more are given back."""
        self._hand_on()
        with self._postgres.between():
            points.give_back_numbers(self._unit, self._year, self._unused)

    def tell_where(self) -> None:
        """Keep where the points lie, and that they have no search vector yet; a batch may be written in several parts."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO risks_importedpoints AS known (batch, first, last, unindexed_from) VALUES (%s, %s, %s, %s) "
                "ON CONFLICT (batch) DO UPDATE SET first = LEAST(known.first, EXCLUDED.first), "
                "last = GREATEST(known.last, EXCLUDED.last), unindexed_from = LEAST(known.unindexed_from, EXCLUDED.unindexed_from)",
                [self._batch, self._begin, self._last, self._begin],
            )

    def _hand_on(self) -> None:
        if not self._risks:
            return
        self.points += len(self._risks)
        self.measures += len(self._measures)
        portion = _Portion(self._risks, self._measures, self._first, self._last, self._batch, self._noted)
        self._postgres.send(portion.write)
        self._risks, self._measures, self._first = [], [], 0

    def _facts(self, facts: ImportedFacts) -> str:
        place = self._place
        place.level_of, place.department_id, place.position_id = facts.level_of, facts.department_id, facts.position_id
        place.direct_holder_id, place.direct_holder_text = facts.direct_holder_id, facts.direct_holder_text
        self._organisation.derive(place, self._levels[facts.level_id])
        follows = _line(
            facts.level_of, facts.department_id, facts.position_id, facts.level_id, facts.level_id, place.responsible_leader_id,
            place.department_head_id, place.direct_holder_id, facts.aspect, facts.power_item_id, facts.power_category, facts.major_matter,
            facts.probability, facts.harm, facts.registered_on or self._today,
        )  # fmt: skip
        return f"{follows}\t{self._ends}\t{_texts(facts.involved_positions, facts.direct_holder_text, '')}\n"


def _measure(measure: ImportedMeasure) -> str:
    return f"{_texts(measure.text)}\t{_line(measure.kind, measure.line, measure.due_on, measure.who_id)}\n"


def _remembered(line_of: Callable[[T], str]) -> Callable[[T], str]:
    """The same function, which works out once what it says of an object."""
    return lru_cache(maxsize=_MOST_KNOWN)(line_of)


@dataclass(frozen=True, slots=True)
class _Portion:
    """Lines of points with those of their measures."""

    risks: list[str]
    measures: list[str]
    first: int
    last: int
    batch: int
    noted: list[Any]

    def write(self, postgres: Connection[Any]) -> None:
        """COPY, then history. Numbers of our own, no texts."""
        mine = f"id BETWEEN {self.first} AND {self.last}"
        theirs = f"risk_{mine}"
        if self.last - self.first >= len(self.risks):
            # Another import took keys between ours.
            mine += f" AND import_batch = {self.batch}"
            theirs += f" AND risk_id IN (SELECT id FROM {RiskPoint._meta.db_table} WHERE {mine})"  # noqa: S608
        with postgres.cursor() as cursor:
            _copy(cursor, RiskPoint, _RISK_COLUMNS, self.risks)
            statement, noted = history_statement(RiskPoint, mine), self.noted
            if self.measures:
                _copy(cursor, Measure, _MEASURE_COLUMNS, self.measures)
                # Both histories at once: PostgreSQL need not wait for us in between.
                statement, noted = f"WITH points AS ({statement}) {history_statement(Measure, theirs)}", [*noted, *noted]
            cursor.execute(statement, noted)


# ---- COPY's text format: tabs between the values, \N for none


def _copy(cursor: Cursor[Any], model: type[Model], columns: Sequence[str], lines: list[str]) -> None:
    table = sql.Identifier(model._meta.db_table)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(table, sql.SQL(", ").join(map(sql.Identifier, columns)))
    with cursor.copy(statement) as copy:
        for at in range(0, len(lines), _BLOCK):
            copy.write("".join(lines[at : at + _BLOCK]))


def _texts(*texts: str) -> str:
    line = "\t".join(texts)
    # Texts of several lines, or with a backslash, are the rare ones.
    if "\n" in line or "\\" in line or "\r" in line or line.count("\t") >= len(texts):
        return "\t".join(text.translate(_ESCAPED) for text in texts)
    return line


_ESCAPED = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def _line(*values: object) -> str:
    """Values that are no people's texts."""
    return "\t".join("\\N" if value is None else str(value) for value in values)
