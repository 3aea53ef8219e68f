"""Pages by key: the next one begins after the last key, so that the thousandth costs as much as the first and nothing is read twice."""

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext_noop
from ninja import Field, Query, Schema

T = TypeVar("T")
MOST = 200
_LARGEST = 2**63 - 1


class Page(Schema, Generic[T]):
    """`next`: what to send as `after` for the following page; none on the last."""

    items: list[T]
    next: int | None = None


class Paging(Schema):
    """Which page."""

    after: int = Field(0, ge=0, le=_LARGEST, description=gettext_noop("key of the last item read"))
    limit: int = Field(100, ge=1, le=MOST, description=gettext_noop("items a page"))


PageQuery = Annotated[Paging, Query()]


def page(rows: QuerySet[Any], paging: Paging, tell: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """One page of the rows in the order of their keys."""
    found = list(rows.filter(pk__gt=paging.after).order_by("pk")[: paging.limit + 1])
    shown = found[: paging.limit]
    return {"items": [tell(row) for row in shown], "next": shown[-1].pk if len(found) > paging.limit else None}
