"""Pages of the register and of the ledger of measures.

A page costs the same at 1,000 and at 100,000 rows: its keys come from an index in the order of the list (from the end, when that is
nearer); only then are fifty rows read. Count and keys are kept for some seconds under the query's own text, which holds the reader's scope,
and under the register's generation, which every write changes. Rows are plain: making objects of them took longer than reading them.
"""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.db.models import F, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.functional import cached_property
from django_tables2.data import TableListData

from common.rows import RowsByKey
from risks.models import Measure, RiskPoint
from risks.providers import row_annotations
from risks.row_words import MEASURES
from risks.selectors import counted
from risks.services.points import kept

# Up to here a page of several units is merged from what each of them has; from there on one sort is cheaper.
MERGED = 5_000
# Rows gone through to find a page of a search are about 100,000 × rows of the page / rows found, at a third of the price of gathering one.
WALK = 30_000
_LONGEST_NUMBER = 20  # digits of a page that is looked at


class KeptPage(Paginator):
    """A page without reading what lies before it. `found` is filtered and not ordered; `seen`: all that the reader may see."""

    fields: tuple[str, ...] = ()
    rows_by_key: RowsByKey

    def __init__(self, found: QuerySet[Any], order: Sequence[str], *, seen: QuerySet[Any]) -> None:
        super().__init__([], settings.PAGE_SIZE)
        self.found, self.order, self.seen = found, order, seen
        self.rows: list[Any] | None = None

    @cached_property
    def count(self) -> int:
        """How many rows in all."""
        return counted(self.found)

    def page(self, number: Any) -> Page:
        """The page; the nearest one for numbers that are none or lie outside.

        What has become invisible to the reader since its keys were kept is left out.
        """
        text = str(number)[:_LONGEST_NUMBER]
        asked = (self.found.order_by().query.sql_with_params(), self.order, self.per_page, text)
        self.count, shown, keys = kept("page", asked, lambda: self._find(text))
        if self.rows is None and not keys:
            self.rows = []
        elif self.rows is None:
            # As rows of a subquery: of a list of constants the planner expects more than a page.
            listed = RawSQL("SELECT unnest(%s::bigint[])", [keys])
            rows = {row.pk: row for row in self.rows_by_key(self.seen.filter(pk__in=listed).order_by().values("pk"), planned=True)}
            self.rows = [rows[key] for key in keys if key in rows]
        return Page(self.rows, shown, self)

    def _find(self, text: str) -> tuple[int, int, list[int]]:
        """Count, number of the page, keys of its rows in order. The rows are read on the way."""
        try:
            number = self.validate_number(text)
        except PageNotAnInteger:
            number = 1
        except EmptyPage:
            number = self.num_pages if text.lstrip("+").isdigit() and int(text) > 0 else 1
        start = (number - 1) * self.per_page
        size = max(min(self.per_page, self.count - start), 0)
        backwards = start > self.count // 2
        self.rows = self._rows(max(self.count - start - size, 0) if backwards else start, size or self.per_page, backwards)
        if backwards:
            self.rows.reverse()
        return self.count, number, [row.pk for row in self.rows]

    @abstractmethod
    def _rows(self, first: int, size: int, backwards: bool) -> list[Any]:
        """So many from the `first` on, counted and ordered from the end when `backwards`."""


class PageOfPoints(KeptPage):
    """Fifty points of the register."""

    fields = (
        "pk", "number", "title", "aspect", "power_category", "major_matter", "level_of", "state", "source", "registered_on",
        "direct_holder_text", "initial_level_id", "current_level_id", "unit_id", "department__name", "position__name",
        "responsible_leader__name", "direct_holder__name", "unit__name", "category_text", "power_item__name", "content", "manifestation",
        "probability", "harm", "department_head__name",
    )  # fmt: skip

    def __init__(
        self,
        found: QuerySet[RiskPoint],
        order: Sequence[str],
        *,
        seen: QuerySet[RiskPoint],
        walked: Callable[[], QuerySet[RiskPoint]] | None = None,
        units: Sequence[int] = (),
    ) -> None:
        """`units`: those that the points lie in, where they are known to be few; `walked`: see `risks.filters.register`."""
        super().__init__(found, order, seen=seen)
        self.walked, self.units = walked, units

    def _rows(self, first: int, size: int, backwards: bool) -> list[Any]:
        order = [name[1:] if name.startswith("-") else f"-{name}" for name in self.order] if backwards else list(self.order)
        points = self.found
        if self.walked is not None and self.count**2 > WALK * (first + self.per_page):
            points = self.walked()
        last = first + size
        if len(self.units) > 1 and "unit_id" not in order[0] and last <= MERGED:
            keys: Any = self._merged(points, order, first, last)
        else:
            keys = points.order_by(*order).values("pk")[first:last]
        return self.rows_by_key(keys)

    def _merged(self, points: QuerySet[RiskPoint], order: list[str], first: int, last: int) -> list[int]:
        """Keys in an order that is not by unit: an index holds it for each unit, so the first of each are merged."""
        columns = [name.lstrip("-") for name in order]
        parts = [points.filter(unit_id=unit).order_by(*order).values_list("pk", *columns)[:last] for unit in self.units]
        return [row[0] for row in parts[0].union(*parts[1:], all=True).order_by(*order)[first:last]]


class PageOfMeasures(KeptPage):
    """Fifty measures, the most urgent first, those without a date last."""

    fields = (
        "pk", "text", "kind", "due_on", "state", "who__name", "risk_id", "risk__number", "risk__title", "risk__department__name",
        "risk__unit__name", "line", "proof_note", "proof__name", "done_at", "confirmed_by__name",
    )  # fmt: skip

    def __init__(self, found: QuerySet[Measure], *, seen: QuerySet[Measure]) -> None:
        super().__init__(found, ("due_on", "pk"), seen=seen)

    def _rows(self, first: int, size: int, backwards: bool) -> list[Any]:
        order = (F("due_on").desc(nulls_first=True), "-pk") if backwards else (F("due_on").asc(nulls_last=True), "pk")
        keys = self.found.order_by(*order).values("pk")[first : first + size]
        return self.rows_by_key(keys)


PageOfPoints.rows_by_key = RowsByKey(
    lambda: RiskPoint.objects.annotate(joined_measures=MEASURES, **row_annotations()),
    [*PageOfPoints.fields, "joined_measures", "spark", "levels_proposed"],
)
PageOfMeasures.rows_by_key = RowsByKey(Measure.objects.all, PageOfMeasures.fields)


class PageData(TableListData):
    """Rows that come ordered; the table only shows by what."""

    def order_by(self, aliases: Any) -> None:
        """Nothing to do."""
