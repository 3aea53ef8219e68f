"""What the migrations made is what the models say: columns, constraints, indexes and guards, held against tables made straight from them.

`manage.py migrate` (common) makes fewer models anew than Django's; this is what keeps it honest.
"""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

pytestmark = pytest.mark.django_db
OTHER = "straight_from_the_models"
FACTS = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
               pg_get_expr(d.adbin, d.adrelid)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraints": """
        SELECT c.relname, o.conname, pg_get_constraintdef(o.oid) FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
        WHERE c.relnamespace = %s::regnamespace AND o.contype <> 'n'""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = %s",
    "guards": """
        SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND c.relnamespace = %s::regnamespace""",
}
# The register's tables are written by the hundred thousand: what nobody looks up by has no index, or one of rows that have a value, and
# their references are held by guards of statements; what imports need not say has a default (ADR 0013). The column of a link table of
# Django's own is older than our setting.
REGISTER = ("risks_riskpoint", "risks_measure", "risks_historicalriskpoint", "risks_historicalmeasure")
KNOWN = {("auth_group_permissions", "id")}


def _facts(schema: str) -> dict[str, set[tuple[Any, ...]]]:
    found = {}
    with connection.cursor() as cursor:
        for name, statement in FACTS.items():
            cursor.execute(statement, [schema])
            rows = [tuple(str(value).replace(f"{schema}.", "") for value in row) for row in cursor.fetchall()]
            found[name] = {row for row in rows if row[0] != "django_migrations" and row[:2] not in KNOWN}
    return found


def test_the_tables_are_those_of_the_models() -> None:
    made = _facts("public")
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {OTHER}")
        cursor.execute(f"SET LOCAL search_path = {OTHER}")
    with connection.schema_editor(atomic=False) as editor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                editor.create_model(model)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = public")
    said = _facts(OTHER)

    assert len(said["columns"]) > 2500
    assert len(said["guards"]) > 100
    own = {(table, column): value.strip("'") for table, column, value in import_module("risks.migrations.0012_fewer_entries").COLUMNS}
    with_defaults = made["columns"] - said["columns"]
    assert {row[:-1] for row in with_defaults} == {row[:-1] for row in said["columns"] - made["columns"]}
    assert {row[:2]: row[-1].split("::")[0].strip("'") for row in with_defaults} == own
    assert made["constraints"] == said["constraints"]
    differing = {(table, "WHERE" in definition) for table, _name, definition in made["indexes"] - said["indexes"]}
    assert differing == {("risks_riskpoint", True), ("risks_measure", True)}
    assert {table for table, *_rest in said["indexes"] - made["indexes"]} == set(REGISTER)
    assert said["guards"] <= made["guards"]
    assert {name.split("_keeps_")[0] for _table, name, _definition in made["guards"] - said["guards"]} == {
        "risks_riskpoint",
        "risks_measure",
    }
