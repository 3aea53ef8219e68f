"""Entering a whole register at once: COPY instead of 50,000 saves, history copied by PostgreSQL, one audit event (issue A, speed)."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, repeat
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from psycopg import Copy, sql

from accounts.models import User
from audit import services as audit
from positions.models import HolderLevel, Unit
from risks.models import DefenceLine, Level, Measure, MeasureKind, RiskPoint, Source
from risks.services import indexing, points
from risks.services.responsibility import hold_organisation, organisation_of
from risks.services.trace import copy_history
from risks.states import MeasureState, RiskState


@dataclass(slots=True)
class ImportedMeasure:
    """A measure as a register gives it; planned, with no proof."""

    text: str
    kind: str = MeasureKind.POSITION
    line: str = DefenceLine.BEFORE
    due_on: date | None = None
    who_id: int | None = None


@dataclass(slots=True)
class ImportedRisk:
    """A checked row. Keys are of rows that exist; `number` empty takes the next of the series, else it must be free in the unit."""

    title: str
    level_id: int
    level_of: str = HolderLevel.POSITION
    content: str = ""
    manifestation: str = ""
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
    category_text: str = ""
    indicator: str = ""
    number: str = ""
    registered_on: date | None = None
    involved_positions: str = ""
    cooperating: str = ""
    measures: Sequence[ImportedMeasure] = field(default_factory=tuple)


_PORTIONS = (500, 2_000, 10_000)
"""Points for which keys and numbers are taken together: few for a small file, the last again and again for a large one."""
_BLOCK = 500
"""Lines handed on at once; PostgreSQL takes them in while the next are made."""

_RISK_COLUMNS = (
    "id", "title", "content", "manifestation", "involved_positions", "cooperating", "category_text", "indicator", "direct_holder_text",
    "number", "level_of", "department_id", "position_id", "initial_level_id", "current_level_id", "responsible_leader_id",
    "department_head_id", "direct_holder_id", "aspect", "power_item_id", "power_category", "major_matter", "probability", "harm",
    "registered_on", "unit_id", "import_batch", "source", "state", "found_by", "method", "answers", "is_shared", "version", "created_at",
    "updated_at",
)  # fmt: skip
_MEASURE_COLUMNS = (
    "risk_id", "order", "text", "kind", "line", "due_on", "who_id", "state", "proof_note", "version", "created_at", "updated_at",
)  # fmt: skip


@transaction.atomic
def bulk_enter_imported(*, unit: Unit, rows: Iterable[ImportedRisk], by: User | None, batch: int) -> int:
    """Enter the rows as points of the unit, all or none; returns how many. They are written while `rows` gives them, so it must not use
    the database.

    `batch` marks them as belonging together. The caller has checked the rows and whether `by` may import; what the database refuses
    (a number that exists, a key that does not) undoes everything. Initial and current level are the level given.
    """
    hold_organisation([unit.pk])
    writing = _Writing(unit, batch)
    coming, sizes = iter(rows), chain(_PORTIONS, repeat(_PORTIONS[-1]))
    while writing.portion(coming, next(sizes)):
        pass
    if not writing.points:
        return 0
    # Numbers of our own, no texts.
    mine = f"id BETWEEN {writing.first} AND {writing.last} AND import_batch = {int(batch)}"
    copy_history(RiskPoint, None, by=by, kind="+", where=mine)
    copy_history(Measure, None, by=by, kind="+", where=f"risk_id IN (SELECT id FROM risks_riskpoint WHERE {mine})")  # noqa: S608
    detail = {"batch": batch, "points": writing.points, "measures": writing.measures}
    audit.record("risk.imported", by=by, obj=unit, unit_id=unit.pk, detail=detail)
    points.changed()
    indexing.soon()
    return writing.points


class _Writing:
    """What one import has written so far."""

    def __init__(self, unit: Unit, batch: int) -> None:
        self.points = self.measures = self.first = self.last = 0
        self._unit, self._today, now = unit, timezone.localdate(), timezone.now()
        self._organisation = organisation_of(unit.pk)
        self._levels = {level.pk: level for level in Level.objects.all()}
        self._place = RiskPoint(unit_id=unit.pk)
        self._known: dict[tuple[Any, ...], str] = {}  # what follows from a row's place, level and people
        self._ends = _line(unit.pk, batch, Source.IMPORT.value, RiskState.REGISTERED.value, "", "", "{}", False, 1, now, now)
        self._measure_ends = _line(MeasureState.PLANNED.value, "", 1, now, now)

    def portion(self, coming: Iterator[ImportedRisk], size: int) -> bool:
        """Write the next points with their measures; whether more may come."""
        ids = points.reserve_ids(RiskPoint._meta.db_table, size)
        year = self._today.year
        fresh = iter(points.take_numbers(self._unit, year, size))
        measures: list[str] = []
        before = self.points
        with _copying(RiskPoint._meta.db_table, _RISK_COLUMNS) as copy:
            lines = []
            for pk, row in zip(ids, coming, strict=False):
                lines.append(self._risk(pk, row, row.number or next(fresh)))
                for order, measure in enumerate(row.measures, start=1):
                    measures.append(self._measure(pk, order, measure))
                self.last = pk
                self.points += 1
                if len(lines) == _BLOCK:
                    copy.write("".join(lines))
                    lines.clear()
            copy.write("".join(lines))
        points.give_back_numbers(self._unit, year, sum(1 for _number in fresh))
        if measures:
            with _copying(Measure._meta.db_table, _MEASURE_COLUMNS) as copy:
                copy.write("".join(measures))
        self.measures += len(measures)
        self.first = self.first or ids[0]
        return self.points - before == size

    def _risk(self, pk: int, row: ImportedRisk, number: str) -> str:
        key = (
            row.level_of, row.department_id, row.position_id, row.level_id, row.direct_holder_id, not row.direct_holder_text, row.aspect,
            row.power_item_id, row.power_category, row.major_matter, row.probability, row.harm, row.registered_on,
        )  # fmt: skip
        follows = self._known.get(key)
        if follows is None:
            follows = self._known[key] = self._follows(row)
        texts = _texts(
            row.title, row.content, row.manifestation, row.involved_positions, row.cooperating, row.category_text, row.indicator,
            row.direct_holder_text, number,
        )  # fmt: skip
        return f"{pk}\t{texts}\t{follows}\t{self._ends}\n"

    def _follows(self, row: ImportedRisk) -> str:
        place = self._place
        place.level_of, place.department_id, place.position_id = row.level_of, row.department_id, row.position_id
        place.direct_holder_id, place.direct_holder_text = row.direct_holder_id, row.direct_holder_text
        self._organisation.derive(place, self._levels[row.level_id])
        return _line(
            row.level_of, row.department_id, row.position_id, row.level_id, row.level_id, place.responsible_leader_id,
            place.department_head_id, place.direct_holder_id, row.aspect, row.power_item_id, row.power_category, row.major_matter,
            row.probability, row.harm, row.registered_on or self._today,
        )  # fmt: skip

    def _measure(self, risk_id: int, order: int, measure: ImportedMeasure) -> str:
        key = (measure.kind, measure.line, measure.due_on, measure.who_id)
        tells = self._known.get(key)
        if tells is None:
            tells = self._known[key] = _line(*key)
        return f"{risk_id}\t{order}\t{_texts(measure.text)}\t{tells}\t{self._measure_ends}\n"


# ---- COPY's text format: tabs between the values, \N for none


@contextmanager
def _copying(table: str, columns: Sequence[str]) -> Iterator[Copy]:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns)))
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
        connection.execute_wrapper(_refuse),
    ):
        yield copy


def _refuse(*_statement: Any) -> None:
    # The connection is busy: the statement would wait for the end of COPY, and COPY for the statement.
    raise RuntimeError("no other statement can be sent while rows are written")


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
