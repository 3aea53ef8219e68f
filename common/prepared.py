"""Statements that are put together once, by us and by PostgreSQL, and asked many times with other values (ADR 0026).

The ORM takes longer to put a statement together, and PostgreSQL to plan it, than both take to answer it. For what pages ask on every
request there is therefore

* `Prepared`: many small questions at once, written with `Given` in the place of the values:

      questions = Prepared(lambda: User.objects.filter(pk=Given("me")), lambda: {
          "talks": Exists(Talk.objects.filter(one_of("unit_id", "units"), talker=Given("me"))),
      })
      questions.ask({"me": user.pk, "units": [1, 2]})["talks"]

* `rows`: a list whose statement follows from who asks, such as everything that starts from `visible_to`; `rows_planned_anew`: the same
  where few or many rows are read, as the values are;
* `cursor`: the same for SQL written by hand;
* `common.prepared_objects`: objects instead of rows.

Only statements are kept, never an answer, and nobody's rights: those are part of what a statement is looked up by.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

import psycopg
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.utils import CursorDebugWrapper
from django.db.models import BigIntegerField, BooleanField, Expression, F, Func, Q, QuerySet
from psycopg.pq import Format

_KEPT = 4096  # statements in this process: some twenty for each of two hundred people, of a few kilobytes
_PLANNED_AFTER = 2  # times a connection was asked the same
_PLANS = 400  # on each connection; psycopg's own hundred are forgotten before people of the same kind ask again
_PLAIN = re.compile(r"[a-z][a-z0-9_]*")  # what needs no quoting
_known: dict[Hashable, Any] = {}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Blank:
    """Where a value goes, among the parameters of a statement."""

    name: str


class Given(Expression):
    """A value that is told when the statement is asked; a key, unless said otherwise."""

    def __init__(self, name: str, output_field: Any = None) -> None:
        super().__init__(output_field=output_field or BigIntegerField())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """A placeholder of its type, with its name among the parameters."""
        return f"(%s::{self.output_field.db_type(connection)})", [Blank(self.name)]


class _IsOneOf(Func):
    template = "(%(expressions)s)"
    arg_joiner = " = ANY "
    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, *arguments: Any, **more: Any) -> tuple[str, Any]:
        """Never true for a list known to be empty: Django then leaves out what hangs on it, up to the whole question."""
        given: Any = self.source_expressions[1]
        if given.name in _empty.get():
            raise EmptyResultSet
        return super().as_sql(compiler, connection, *arguments, **more)


# Names of the lists that are empty for whom a statement is put together.
_empty: ContextVar[frozenset[str]] = ContextVar("_empty", default=frozenset())


def one_of(field: str, name: str, of: Any = None) -> Q:
    """The condition that a field has one of the values of a list that is told when the statement is asked; none fits an empty list."""
    return Q(_IsOneOf(F(field), Given(name, ArrayField(of or BigIntegerField()))))


class Prepared:
    """Questions by name: expressions over one row of `base`.

    There is a statement for each set of lists that are empty, without the questions that cannot be true then: PostgreSQL takes longer to
    make ready for a long statement than to find nothing. An array asked for in vain is None.
    """

    def __init__(self, base: Callable[[], QuerySet[Any]], questions: Callable[[], Mapping[str, Any]]) -> None:
        self._base, self._questions = base, questions
        self._statements: dict[frozenset[str], tuple[str, list[Any], tuple[str, ...]]] = {}

    def ask(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The answers; nothing at all where `base` finds no row. Arrays of JSON come as lists of texts. Raises KeyError for a value
        that is missing."""
        empty = frozenset(name for name, value in given.items() if isinstance(value, list) and not value)
        statement, parameters, names = self._statements.get(empty) or self._put_together(empty)
        with cursor(numbered=True) as asking:
            asking.execute(statement, values(given, parameters))
            row = asking.fetchone()
        return dict(zip(names, row, strict=True)) if row else {}

    def _put_together(self, empty: frozenset[str]) -> tuple[str, list[Any], tuple[str, ...]]:
        known = _empty.set(empty)
        try:
            questions = self._questions()
            query = self._base().order_by().values_list(*questions.values()).query
            self._statements[empty] = *numbered(*written_out(*query.sql_with_params())), tuple(questions)
        finally:
            _empty.reset(known)
        return self._statements[empty]


def written_out(statement: str, parameters: Sequence[Any]) -> tuple[str, list[Any]]:
    """With states and kinds, which are the same in every run, as part of the text: PostgreSQL, which plans without the values, would take
    a rare state for as frequent as the others, and read them all."""
    left: list[Any] = []
    waiting = iter(parameters)

    def place(sign: re.Match[str]) -> str:
        if sign[0] == "%%":
            return "%%"
        value = next(waiting)
        if isinstance(value, Enum) and _PLAIN.fullmatch(str(value.value)):
            return f"'{value.value}'"
        left.append(value)
        return "%s"

    return re.sub("%s|%%", place, statement), left


def numbered(statement: str, parameters: Sequence[Any]) -> tuple[str, list[Any]]:
    """With PostgreSQL's own placeholders: each value is sent once, and psycopg need not look through a long statement every time."""
    found: list[Any] = []
    waiting = iter(parameters)

    def place(sign: re.Match[str]) -> str:
        if sign[0] == "%%":
            return "%"
        value = next(waiting)
        if not (isinstance(value, Blank) and value in found):
            found.append(value)
            return f"${len(found)}"
        return f"${found.index(value) + 1}"

    return re.sub("%s|%%", place, statement), found


def numbered_by_name(statement: str, parameters: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """The same for placeholders like `%(name)s`."""
    places: dict[str, int] = {}

    def place(sign: re.Match[str]) -> str:
        return "%" if sign[0] == "%%" else f"${places.setdefault(sign[1], len(places) + 1)}"

    text = re.sub(r"%\((\w+)\)s|%%", place, statement)
    return text, [parameters[name] for name in places]


def _value(given: Mapping[str, Any], parameter: Any) -> Any:
    if not isinstance(parameter, Blank):
        return parameter
    value = given[parameter.name]
    # As a literal, a list is of one type whatever it holds: else PostgreSQL would plan anew for short and for long numbers.
    return "{" + ",".join(map(str, value)) + "}" if isinstance(value, list) else value


def values(given: Mapping[str, Any], parameters: Sequence[Any]) -> list[Any]:
    """What a statement is asked with. Raises KeyError for a value that is missing."""
    return [_value(given, one) for one in parameters]


def rows(name: str, asker: Hashable, make: Callable[[], QuerySet[Any]], **given: Any) -> list[tuple[Any, ...]]:
    """The rows of `make()`, a `values_list`, as PostgreSQL gives them. The statement is put together once for each asker.

    `asker` holds everything the statement depends on: scope and standing of the person, the day, ids that go in; but for the values of
    its `Given`s, which come as `given`. Putting it together must ask the database nothing (RuntimeError), or what it asked would be kept.
    """
    return _rows(name, asker, make, given, is_binary=False)


def long_rows(name: str, asker: Hashable, make: Callable[[], QuerySet[Any]], **given: Any) -> list[tuple[Any, ...]]:
    """The same for long values of bytes, which would come as text of twice the length."""
    return _rows(name, asker, make, given, is_binary=True)


def rows_planned_anew(name: str, asker: Hashable, make: Callable[[], QuerySet[Any]], **given: Any) -> list[tuple[Any, ...]]:
    """The same, but PostgreSQL plans it for these values each time: for what counts or lists a whole register or a part of it."""
    statement, parameters = once((name, asker), lambda: _as_text(make))
    if not statement:
        return []
    with connection.cursor() as asking:
        asking.execute(statement, values(given, parameters))
        return list(asking.fetchall())


def _as_text(make: Callable[[], QuerySet[Any]]) -> tuple[str, Sequence[Any]]:
    try:
        return make().query.sql_with_params()
    except EmptyResultSet:
        return "", ()


def _rows(
    name: str, asker: Hashable, make: Callable[[], QuerySet[Any]], given: Mapping[str, Any], *, is_binary: bool
) -> list[tuple[Any, ...]]:
    statement, parameters = _statement((name, asker), make)
    if not statement:
        return []
    with cursor(numbered=True, binary=is_binary) as asking:
        asking.execute(statement, values(given, parameters) if given else parameters)
        return list(asking.fetchall())


def _statement(key: Hashable, make: Callable[[], QuerySet[Any]]) -> tuple[str, Sequence[Any]]:
    def put_together() -> tuple[str, Sequence[Any]]:
        try:
            return numbered(*written_out(*make().query.sql_with_params()))
        except EmptyResultSet:
            return "", ()

    return once(key, put_together)


def once(key: Hashable, make: Callable[[], T]) -> T:
    """What `make()` gives: a statement, put together once for each key, which holds everything it depends on (as `asker` of `rows`)."""
    found = _known.get(key)
    if found is None:
        with connection.execute_wrapper(_refuse):
            found = make()
        if len(_known) >= _KEPT:
            _known.pop(next(iter(_known)), None)  # the oldest
        _known[key] = found
    return found  # type: ignore[no-any-return]


def _refuse(*_arguments: Any) -> Any:
    raise RuntimeError("A statement that is kept must follow from who asks alone; this one asks the database while it is put together.")


@contextmanager
def cursor(*, numbered: bool = False, binary: bool = False) -> Iterator[Any]:
    """A cursor whose statements PostgreSQL plans once on each connection; `numbered`: its placeholders are $1, $2, …; `binary`: answers
    come as PostgreSQL holds them, not as text.

    Through a pooler that hands out another connection for each transaction (DISABLE_SERVER_SIDE_CURSORS) they are planned each time.
    """
    connection.ensure_connection()
    raw: Any = connection.connection
    if not settings.DATABASES["default"].get("DISABLE_SERVER_SIDE_CURSORS") and raw.prepare_threshold != _PLANNED_AFTER:
        # A connection's first time. Only statements of these cursors are prepared, so the others are planned as ever.
        raw.execute("SET plan_cache_mode = force_generic_plan")
        raw.prepare_threshold = _PLANNED_AFTER
        raw.prepared_max = _PLANS
    planned: Any = psycopg.RawCursor(raw) if numbered else psycopg.Cursor(raw)
    planned.format = Format.BINARY if binary else Format.TEXT
    with planned:
        yield _Logged(planned, connection) if connection.queries_logged else connection.make_cursor(planned)


class _Logged(CursorDebugWrapper):
    """Logs statements as they are put: what was sent of a planned one, which Django would log, is nothing but its name."""

    def debug_sql(self, sql: Any = None, params: Any = None, use_last_executed_query: bool = False, many: bool = False) -> Any:
        """See Django."""
        return super().debug_sql(sql, params, use_last_executed_query=False, many=many)
