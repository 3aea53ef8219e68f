"""Writing many rows as they are: COPY with the dates of the story, history copied by PostgreSQL."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, models
from psycopg import sql

from risks.models import Declaration, EntryMeasure, Measure, RiskEntry, RiskPoint
from risks.services.points import reserve_ids
from risks.services.trace import copy_history

M = TypeVar("M", bound=models.Model)
_BLOCK = 500
# How rows of the story began, where they are written in the state to which they came: column → SQL. The dashboard looks back on it.
_BEGAN: dict[type[models.Model], dict[str, str]] = {
    Declaration: {"state": "'draft'", "signed_at": "NULL", "submitted_at": "NULL", "graded_at": "NULL"},
    Measure: {
        "state": "'planned'",
        "proof_note": "''",
        "done_by_id": "NULL",
        "done_at": "NULL",
        "confirmed_by_id": "NULL",
        "confirmed_at": "NULL",
    },
    RiskPoint: {
        "state": "'registered'",
        "retired_on": "NULL",
        "current_level_id": "CASE WHEN version > 1 THEN initial_level_id ELSE current_level_id END",
    },
}


class Writer:
    """Collects new objects, which have their keys from the start, and writes them all at once.

    Rows are written in their final state. References between them are checked at the commit, so their order does not matter; where a
    trigger looks at another table, flush that one first. Dates that a model would set itself stay as given; else they are `at`.
    """

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.rows: dict[type[models.Model], list[models.Model]] = {}
        self._keys: dict[type[models.Model], Iterator[int]] = {}

    def new(self, model: type[M], **fields: Any) -> M:
        """A new object with its key, not written yet."""
        row = model(**fields)
        row.pk = self._key(model)
        row._state.adding = False
        self.rows.setdefault(model, []).append(row)
        return row

    def _key(self, model: type[models.Model]) -> int:
        key = next(self._keys.get(model, iter(())), None)
        if key is None:
            self._keys[model] = iter(reserve_ids(model._meta.db_table, _BLOCK))
            key = next(self._keys[model])
        return key

    def flush(self) -> None:
        """Write what was collected since the last time, with its history: how each row began, and what became of it since."""
        # What a form declares goes before the form: once it stands there as handed in, the database adds nothing to it.
        for model, rows in sorted(self.rows.items(), key=lambda item: item[0] not in (RiskEntry, EntryMeasure)):
            _copy(model, rows, self.at)
            if hasattr(model, "history"):
                _history(model, [row.pk for row in rows])
        self.rows.clear()


def _history(model: type[models.Model], keys: list[int]) -> None:
    dated = {field.attname for field in model._meta.concrete_fields} >= {"created_at", "updated_at"}
    copy_history(model, keys, by=None, kind="+", at="created_at" if dated else "now()", instead=_BEGAN.get(model))
    if model in _BEGAN:
        listed = ", ".join(map(str, keys))
        copy_history(model, None, by=None, at="updated_at", where=f"id IN ({listed}) AND updated_at > created_at")


def _copy(model: type[models.Model], rows: Sequence[models.Model], at: datetime) -> None:
    fields = model._meta.concrete_fields
    names = sql.SQL(", ").join(sql.Identifier(field.column) for field in fields)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(model._meta.db_table), names)
    dated = {field.attname for field in fields if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)}
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            if any(getattr(row, name) is None for name in dated):
                made = getattr(row, "created_at", None) or at
                for name in dated:
                    setattr(row, name, getattr(row, name) or made)
            copy.write_row([field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields])
