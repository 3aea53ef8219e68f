"""What a request changed in the database, row by row, and whose objects rows point to."""

import json
import re
from collections import Counter
from typing import Any

from django.apps import apps
from django.db import connection, models

MOMENTS = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*(\+\d\d:\d\d|Z)?")
# Encrypted texts: the same one reads differently each time.
SEALED = re.compile(r"gAAAAA[\w=-]+")
# Tables that every request writes, and the chain, whose hashes differ each time.
BESIDE = {"django_session", "audit_auditlink"}
UNEQUAL = {
    "id",
    "history_id",
    "key",
    "code_hash",
    "lineage",
    "password",
    "request_id",
    "object_id",
    "sha256",
    "content",
    "search",
    "claimed_until",
    "path",
    "sealed",
    "marks",
    "assessments_ballotkey.name",
    "notifications_delivery.mark",
    "api_apitoken.digest",
    "api_apitoken.hint",
    "api_historicalapitoken.hint",
    "risks_importedpoints.first",
    "risks_importedpoints.last",
    "risks_importedpoints.unindexed_from",
}


def touched() -> dict[str, list[int]]:
    """Rows written in this transaction so far, for each table; the counts stay when a savepoint is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables")
        return {name: counts for name, *counts in cursor.fetchall()}


def written(before: dict[str, list[int]]) -> set[str]:
    """The tables that were written since."""
    return {name for name, counts in touched().items() if counts != before.get(name, [0, 0, 0])} - BESIDE


class World:
    """Which rows there were before any request, to tell new rows from old."""

    def __init__(self) -> None:
        self.models = {model._meta.db_table: model for model in apps.get_models()}
        # Keys that are drawn by lot have no last one.
        counted = {table: model for table, model in self.models.items() if not isinstance(model._meta.pk, models.UUIDField)}
        self.last = {table: model.objects.aggregate(m=models.Max("pk"))["m"] for table, model in counted.items()}

    def rows(self, tables: set[str]) -> Counter[str]:
        """The rows as text without what differs between two equal acts: moments, new ids, random keys."""
        found: Counter[str] = Counter()
        for table in sorted(tables):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT row_to_json(t)::text FROM {connection.ops.quote_name(table)} t")
                for (text,) in cursor.fetchall():
                    found[f"{table} {self._plain(table, json.loads(text))}"] += 1
        return found

    def _plain(self, table: str, row: dict[str, Any]) -> str:
        model = self.models.get(table)
        targets = {f.column: f.related_model._meta.db_table for f in model._meta.concrete_fields if f.is_relation} if model else {}
        kept = {}
        for name, value in row.items():
            if name in UNEQUAL or f"{table}.{name}" in UNEQUAL:
                continue
            if name in targets and isinstance(value, int) and value > (self.last.get(targets[name]) or 0):
                value = "new"
            elif name in ("url", "detail", "arguments", "report"):
                value = re.sub(r"\d+", "n", json.dumps(value, sort_keys=True))
            kept[name] = value
        return SEALED.sub("sealed", MOMENTS.sub("T", json.dumps(kept, ensure_ascii=False, sort_keys=True)))


class Fence:
    """Rows that point to objects of another unit: none may come to be through a request of somebody of this one."""

    def __init__(self, foreign: dict[type[models.Model], set[int]]) -> None:
        self.foreign = foreign
        self.fields = {
            model._meta.db_table: [(model, f) for f in model._meta.concrete_fields if f.is_relation and f.related_model in foreign]
            for model in apps.get_models()
        }
        self.before = {table: self.crossing({table}) for table in self.fields}

    def crossing(self, tables: set[str], *, people: bool = True) -> set[tuple[str, Any]]:
        """(table and field, key) of the rows of these tables that point to foreign objects."""
        found = set()
        for table in tables:
            for model, field in self.fields.get(table, []):
                if not people and field.related_model._meta.label == "accounts.User":
                    continue
                ids = self.foreign[field.related_model]
                keys = model._base_manager.filter(**{f"{field.name}__in": ids}).values_list("pk", flat=True)
                found |= {(f"{table}.{field.name}", key) for key in keys}
        return found

    def broken(self, tables: set[str], *, people: bool = True) -> list[str]:
        """Sentences about pointers that were not there before."""
        new = set()
        for table in tables & self.fields.keys():
            new |= self.crossing({table}, people=people) - self.before[table]
        return [f"{where} of row {key} points to another unit" for where, key in sorted(new, key=str)]
