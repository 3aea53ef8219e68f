"""Objects of models with a statement that is put together once in a process, for pages that are opened all day (ADR 0026).

`common.prepared` gives plain rows. What pages hand to permissions and templates are objects, often with others joined to them; for them
Django takes longer to write the statement, and PostgreSQL to plan it, than both take to answer it:

    measures = Objects(lambda: Measure.objects.filter(risk=Given("risk")).select_related("who"))
    measures(risk=risk.pk)

Only the statement is kept: it is the same for everybody, and whoever asks has looked before whether the person may see the answer.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators  # type: ignore[attr-defined]

from common import prepared

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The statement, and how its rows become objects."""

    statement: str
    parameters: list[Any]
    model: type[Model]
    first: int
    last: int
    names: list[str]
    joined: list[Any]
    annotated: list[tuple[str, int]]
    converters: list[tuple[int, list[Any], Any]]

    def objects(self, rows: list[tuple[Any, ...]]) -> Iterator[Any]:
        for plain in rows:
            row = list(plain)
            for place, ways, column in self.converters:
                for way in ways:
                    row[place] = way(row[place], column, connection)
            found = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.first : self.last])
            for other in self.joined:
                other.populate(row, found)
            for name, place in self.annotated:
                setattr(found, name, row[place])
            yield found


class Objects(Generic[M]):
    """`objects(name=value, …)` gives what `make` finds when its `Given`s have these values, in one query."""

    def __init__(self, make: Callable[[], QuerySet[M]]) -> None:
        """`make` is called once, when it is first asked; nothing in it may depend on who asks, or on the day."""
        self._make = make
        self._reading: _Reading | None = None

    def __call__(self, **given: Any) -> list[M]:
        """Raises KeyError for a value that is missing."""
        reading = self._reading or self._put_together()
        with prepared.cursor(numbered=True) as asking:
            asking.execute(reading.statement, prepared.values(given, reading.parameters))
            rows = asking.fetchall()
        return list(reading.objects(rows))

    def _put_together(self) -> _Reading:
        compiler: Any = self._make().query.get_compiler(DEFAULT_DB_ALIAS)
        statement, parameters = prepared.numbered(*prepared.written_out(*compiler.as_sql()))
        select, about = compiler.select, compiler.klass_info
        first, last = about["select_fields"][0], about["select_fields"][-1] + 1
        columns = [column[0] for column in select[: compiler.col_count]]
        self._reading = _Reading(
            statement=statement,
            parameters=parameters,
            model=about["model"],
            first=first,
            last=last,
            names=[column[0].target.attname for column in select[first:last]],
            joined=get_related_populators(about, select, DEFAULT_DB_ALIAS),
            annotated=list(compiler.annotation_col_map.items()),
            converters=[(place, *how) for place, how in compiler.get_converters(columns).items()],
        )
        return self._reading


def keep(owner: Model, name: str, found: list[Any]) -> None:
    """Let `owner.name.all()` give these objects and ask nothing, as after prefetch_related."""
    kept = getattr(owner, name).all()
    kept._result_cache, kept._prefetch_done = found, True
    owner.__dict__.setdefault("_prefetched_objects_cache", {})[name] = kept
