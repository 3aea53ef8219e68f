"""One statement that answers many small questions at once, put together once in the life of a process.

The ORM takes longer to put a statement together than PostgreSQL to answer it. Where the same questions are asked on every request, only
with other values, they are written with `Given` in the place of the values and put together at the first request:

    questions = Prepared(lambda: User.objects.filter(pk=Given("me")), lambda: {
        "talks": Exists(Talk.objects.filter(one_of("unit_id", "units"), talker=Given("me"))),
    })
    questions.ask({"me": user.pk, "units": [1, 2]})["talks"]

Nothing of an answer is kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, BooleanField, Expression, F, Func, Q, QuerySet


@dataclass(frozen=True, slots=True)
class _Blank:
    """Where a value goes."""

    name: str


class Given(Expression):
    """A value that is told when the statement is asked."""

    def __init__(self, name: str, output_field: Any = None) -> None:
        super().__init__(output_field=output_field or BigIntegerField())
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """A placeholder, with its name among the parameters."""
        return "(%s)", [_Blank(self.name)]


class _IsOneOf(Func):
    template = "(%(expressions)s)"
    arg_joiner = " = ANY "
    output_field = BooleanField()


def one_of(field: str, name: str, output_field: Any = None) -> Q:
    """The condition that a field has one of the values of a list that is told when the statement is asked; none fits an empty list."""
    return Q(_IsOneOf(F(field), Given(name, output_field)))


class Prepared:
    """Questions by name: expressions over one row of `base`."""

    def __init__(self, base: Callable[[], QuerySet[Any]], questions: Callable[[], Mapping[str, Any]]) -> None:
        self._base, self._questions = base, questions
        self._statement: tuple[str, tuple[Any, ...], tuple[str, ...]] | None = None

    def ask(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The answers; nothing at all where `base` finds no row. Arrays of JSON come as lists of texts. Raises KeyError for a value
        that is missing."""
        statement, parameters, names = self._statement or self._put_together()
        with connection.cursor() as cursor:
            cursor.execute(statement, [given[value.name] if isinstance(value, _Blank) else value for value in parameters])
            row = cursor.fetchone()
        return dict(zip(names, row, strict=True)) if row else {}

    def _put_together(self) -> tuple[str, tuple[Any, ...], tuple[str, ...]]:
        questions = self._questions()
        query = self._base().order_by().values_list(*(expression for expression in questions.values())).query
        statement, parameters = query.sql_with_params()
        self._statement = statement, tuple(parameters), tuple(questions)
        return self._statement
