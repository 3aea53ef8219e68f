"""History rows of set-based writes: copied by PostgreSQL, because simple-history sees only saved objects (quality.md, mistake 4)."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, models

from accounts.models import User


def copy_history(
    model: type[models.Model],
    ids: list[int] | None,
    *,
    by: User | None,
    reason: str = "",
    kind: str = "~",
    where: str = "",
    at: str = "now()",
    instead: Mapping[str, str] | None = None,
) -> int:
    """Append the present state of the rows to the model's history; `kind` is + or ~. Returns how many.

    Rows are named by `ids`, or by `where`, a condition of our own (never of a visitor) with the bare names of columns. `at`: when it became
    so, and `instead`: what some columns were, both as SQL of our own; for the demo, which tells of days gone by.
    """
    named = [] if where else [ids]
    with connection.cursor() as cursor:
        cursor.execute(history_statement(model, where or "id = ANY(%s)", at, instead), [*noted(by, reason, kind), *named])
        return int(cursor.rowcount)


def noted(by: User | None, reason: str = "", kind: str = "~") -> list[Any]:
    """What is noted in history besides the row, as the statement's first parameters."""
    return [reason[:100] or None, kind, by.pk if by else None]


def history_statement(model: type[models.Model], where: str, at: str = "now()", instead: Mapping[str, str] | None = None) -> str:
    """The statement behind `copy_history`; takes what was `noted`, then what `where` asks for."""
    table = model._meta.db_table
    historical: Any = model.history.model  # type: ignore[attr-defined]
    own = {field.column for field in model._meta.concrete_fields}
    columns = [field.column for field in historical._meta.concrete_fields if field.column in own]
    quote = connection.ops.quote_name
    listed = ", ".join(map(quote, columns))
    taken = ", ".join((instead or {}).get(column, quote(column)) for column in columns)
    return (
        f"INSERT INTO {quote(historical._meta.db_table)} "  # noqa: S608 -- names from our own models
        f"({listed}, history_date, history_change_reason, history_type, history_user_id) "
        f"SELECT {taken}, {at}, %s, %s, %s FROM {quote(table)} WHERE {where} ORDER BY id"
    )
