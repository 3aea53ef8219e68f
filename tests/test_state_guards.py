"""PostgreSQL refuses what the transition tables do not have, and nothing else. Every pair of states is really tried."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from common.states import REGISTRY, StateTable

EMPTY = "guard_under_test"


def guarded() -> list[tuple[type[models.Model], StateTable]]:
    """Every model with a `state`, and the table that has the same states."""
    found = []
    for model in apps.get_models():
        field = next((f for f in model._meta.get_fields() if f.name == "state"), None)
        if field is not None and not model.__name__.startswith("Historical") and not model._meta.app_label.startswith("django"):
            tables = [t for t in REGISTRY.values() if dict(t.states.choices).keys() == dict(field.choices or []).keys()]  # type: ignore[union-attr]
            assert len(tables) == 1, f"{model._meta.label}: {len(tables)} transition tables have its states"
            found.append((model, tables[0]))
    return found


GUARDED = guarded()
IDS = [model._meta.label for model, _table in GUARDED]


def test_every_table_guards_a_model() -> None:
    assert sorted(table.name for _model, table in GUARDED) == sorted(REGISTRY)


def guards(model: type[models.Model]) -> list[tuple[str, str, str]]:
    """(definition, source of the function, enabled) of the model's state guards in the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_triggerdef(t.oid), p.prosrc, t.tgenabled FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE t.tgrelid = %s::regclass AND t.tgname LIKE 'pgtrigger_state_table%%'",
            [model._meta.db_table],
        )
        return cursor.fetchall()


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "table"), GUARDED, ids=IDS)
def test_the_database_has_the_table(model: type[models.Model], table: StateTable) -> None:
    [(_definition, source, enabled)] = guards(model)
    listed = re.search(r"'\{([^}]*)\}'::text\[\]", source)
    assert listed
    assert sorted(tuple(pair.split(":")) for pair in listed[1].split(",")) == table.pairs()
    assert enabled == "O", "the trigger is there but switched off"


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "table"), GUARDED, ids=IDS)
def test_the_database_refuses_every_other_step(model: type[models.Model], table: StateTable) -> None:
    """On an empty copy of the table with the very trigger of the real one, so that no other constraint can stand in for it."""
    [(definition, _source, _enabled)] = guards(model)
    copied = re.sub(r" ON (\S+) ", f" ON {EMPTY} ", definition, count=1)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {EMPTY} AS SELECT * FROM {model._meta.db_table} WHERE false")
        cursor.execute(copied)
        for source in table.states.values:
            allowed = {target for target in table.states.values if _moves(cursor, source, target)}
            assert allowed == {source} | {b for a, b in table.pairs() if a == source}


def _moves(cursor: Any, source: str, target: str) -> bool:
    point = transaction.savepoint()
    try:
        cursor.execute(f"INSERT INTO {EMPTY} (state) VALUES (%s)", [source])
        cursor.execute(f"UPDATE {EMPTY} SET state = %s", [target])
    except DatabaseError as error:
        if "Invalid transition" not in str(error):
            raise
        return False
    else:
        return True
    finally:
        transaction.savepoint_rollback(point)
        transaction.savepoint_commit(point)
