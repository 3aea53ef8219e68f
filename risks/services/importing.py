"""Entering a whole register at once: COPY instead of 50,000 saves, history copied by PostgreSQL, one audit event (issue A, speed)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from accounts.models import User
from audit import services as audit
from positions.models import HolderLevel, Unit
from risks.models import DefenceLine, Level, Measure, MeasureKind, RiskPoint, Source
from risks.services import indexing, points
from risks.services.responsibility import Organisation, hold_organisation, organisation_of
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


_RISK_COLUMNS = (
    "id", "created_at", "updated_at", "version", "level_of", "title", "content", "manifestation", "aspect", "found_by", "method",
    "power_category", "major_matter", "probability", "harm", "influence", "answers", "involved_positions", "cooperating", "number", "state",
    "category_text", "indicator", "direct_holder_text", "is_shared", "source", "import_batch", "registered_on", "power_item_id", "unit_id",
    "department_id", "position_id", "initial_level_id", "current_level_id", "responsible_leader_id", "department_head_id",
    "direct_holder_id",
)  # fmt: skip
_MEASURE_COLUMNS = (
    "id", "created_at", "updated_at", "version", "order", "kind", "line", "text", "due_on", "state", "proof_note", "who_id", "risk_id",
)  # fmt: skip


@transaction.atomic
def bulk_enter_imported(*, unit: Unit, rows: Sequence[ImportedRisk], by: User | None, batch: int) -> int:
    """Enter the rows as points of the unit, all or none; returns how many.

    `batch` marks them as belonging together. The caller has checked the rows and whether `by` may import; what the database refuses
    (a number that exists, a key that does not) undoes everything. Initial and current level are the level given.
    """
    if not rows:
        return 0
    hold_organisation([unit.pk])
    now, today = timezone.now(), timezone.localdate()
    organisation = organisation_of(unit.pk)
    levels = {level.pk: level for level in Level.objects.all()}
    missing = sum(1 for row in rows if not row.number)
    fresh = iter(points.take_numbers(unit, today.year, missing) if missing else [])
    ids = points.reserve_ids(RiskPoint._meta.db_table, len(rows))
    measures = points.reserve_ids(Measure._meta.db_table, sum(len(row.measures) for row in rows))
    _copy(RiskPoint._meta.db_table, _RISK_COLUMNS, _risk_rows(unit, rows, ids, fresh, organisation, levels, now, today, batch))
    _copy(Measure._meta.db_table, _MEASURE_COLUMNS, _measure_rows(rows, ids, measures, now))
    copy_history(RiskPoint, None, by=by, kind="+", where=f"id BETWEEN {int(ids[0])} AND {int(ids[-1])} AND import_batch = {int(batch)}")
    if measures:
        first, last = int(ids[0]), int(ids[-1])
        copy_history(
            Measure, None, by=by, kind="+", where=f"id BETWEEN {measures[0]} AND {measures[-1]} AND risk_id BETWEEN {first} AND {last}"
        )
    audit.record("risk.imported", by=by, obj=unit, unit_id=unit.pk, detail={"batch": batch, "points": len(rows), "measures": len(measures)})
    points.changed()
    indexing.soon()
    return len(rows)


def _copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns)))
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _risk_rows(
    unit: Unit,
    rows: Sequence[ImportedRisk],
    ids: Sequence[int],
    fresh: Iterator[str],
    organisation: Organisation,
    levels: dict[int, Level],
    now: datetime,
    today: date,
    batch: int,
) -> Iterator[tuple[Any, ...]]:
    place = RiskPoint(unit_id=unit.pk)
    known: dict[tuple[Any, ...], tuple[int | None, int | None, int | None]] = {}  # who answers, by what it follows from
    for pk, row in zip(ids, rows, strict=True):
        number = row.number or next(fresh)
        key = (row.level_of, row.department_id, row.position_id, row.level_id, row.direct_holder_id, bool(row.direct_holder_text))
        people = known.get(key)
        if people is None:
            place.level_of, place.department_id, place.position_id = row.level_of, row.department_id, row.position_id
            place.direct_holder_id, place.direct_holder_text = row.direct_holder_id, row.direct_holder_text
            organisation.derive(place, levels[row.level_id])
            people = known[key] = (place.responsible_leader_id, place.department_head_id, place.direct_holder_id)
        yield (
            pk, now, now, 1, row.level_of, row.title, row.content, row.manifestation, row.aspect, "", "",
            row.power_category, row.major_matter, row.probability, row.harm, None, "{}", row.involved_positions, row.cooperating, number,
            RiskState.REGISTERED.value, row.category_text, row.indicator, row.direct_holder_text, False, Source.IMPORT.value, batch,
            row.registered_on or today, row.power_item_id, unit.pk, row.department_id, row.position_id, row.level_id, row.level_id,
            *people,
        )  # fmt: skip


def _measure_rows(rows: Sequence[ImportedRisk], ids: Sequence[int], keys: Sequence[int], now: datetime) -> Iterator[tuple[Any, ...]]:
    key = iter(keys)
    for risk_id, row in zip(ids, rows, strict=True):
        for order, measure in enumerate(row.measures, start=1):
            yield (
                next(key), now, now, 1, order, measure.kind, measure.line, measure.text, measure.due_on, MeasureState.PLANNED.value, "",
                measure.who_id, risk_id,
            )  # fmt: skip
