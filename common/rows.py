"""Rows of a list by their keys, with a statement that is made once in a process.

For a page of fifty rows with names from other tables Django takes longer to write the statement than PostgreSQL to answer it, and it is the
same each time but for the keys. Which rows may be read is still asked each time: the keys come as a queryset.
"""

from collections import namedtuple
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, ForeignKey, Model, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from common import prepared

_KEYS = "the keys stand here"


class RowsByKey:
    """`rows(keys)` gives the rows of these keys in their order, as named tuples of `fields`.

    Names of other tables (`department__name`) are looked up row by row, not joined: a page has fifty rows, and to plan a join of eight
    tables takes PostgreSQL ten times as long as to look those names up.
    """

    def __init__(self, make: Callable[[], QuerySet[Any]], fields: Sequence[str]) -> None:
        """`make` gives the queryset with its annotations; it is called once, when the first rows are read."""
        self.make, self.fields = make, tuple(fields)

    @cached_property
    def _made(self) -> tuple[Any, str, tuple[Any, ...], list[tuple[int, list[Any], Any]]]:
        """The kind of row, the statement after the keys with its values, and what Django does to columns that are read."""
        found = self.make().filter(pk__in=RawSQL(_KEYS, [])).order_by()  # noqa: S611 - our own word
        found = found.values_list(*(_column(found.model, name) for name in self.fields))
        compiler = found.query.get_compiler(connection=connection)
        statement, values = compiler.as_sql()
        # Not joined: with more than eight tables PostgreSQL would join all rows of all of them before it looks at the keys.
        statement = statement.replace(f"IN ({_KEYS})", "= ANY((SELECT keys FROM asked)::bigint[])")
        assert _KEYS not in statement, "the condition is written otherwise by this version of Django"
        table, column = connection.ops.quote_name(found.model._meta.db_table), connection.ops.quote_name(found.model._meta.pk.column)
        statement += f" ORDER BY array_position((SELECT keys FROM asked), {table}.{column})"  # noqa: S608 - names of ours
        columns = [column[0] for column in compiler.select[: compiler.col_count]]
        converters = [(place, *how) for place, how in compiler.get_converters(columns).items()]
        return namedtuple("Row", self.fields), statement, tuple(values), converters  # type: ignore[misc]

    def __call__(self, keys: QuerySet[Any, Any] | Sequence[int], *, planned: bool = False) -> list[Any]:
        """The rows of these keys: a list, or a queryset of `values("pk")`, ordered and cut. One query.

        `planned`: the queryset is the same for many requests but for values that have a type by themselves (`common.prepared.cursor`).
        """
        kind, statement, last, converters = self._made
        values: tuple[Any, ...]
        if isinstance(keys, QuerySet):
            try:
                asked, values = keys.query.sql_with_params()
            except EmptyResultSet:  # a reader who sees nothing
                return []
        else:
            asked, values = "SELECT unnest(%s::bigint[])", (list(keys),)
        with prepared.cursor() if planned else connection.cursor() as cursor:
            cursor.execute(f"WITH asked AS MATERIALIZED (SELECT ARRAY({asked}) AS keys) {statement}", (*values, *last))
            rows = cursor.fetchall()
        if converters:
            rows = [self._converted(list(row), converters) for row in rows]
        return [kind._make(row) for row in rows]

    def _converted(self, row: list[Any], converters: list[tuple[int, list[Any], Any]]) -> list[Any]:
        for place, ways, column in converters:
            for way in ways:
                row[place] = way(row[place], column, connection)
        return row


def _column(model: type[Model], name: str) -> Any:
    """The column itself, or what stands in another table, as a lookup of its own."""
    near, _, far = name.partition("__")
    if not far:
        return F(name)
    key = model._meta.get_field(near)
    assert isinstance(key, ForeignKey)
    assert not isinstance(key.related_model, str)
    return Subquery(key.related_model._base_manager.filter(pk=OuterRef(key.attname)).values(far))
