"""The inbox, a page at a time: how much there is in one query, the rows in another. It is opened as often as the start page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from accounts.models import User
from common import prepared
from common.prepared import Given
from notifications.models import Notice


class NoticeRow(NamedTuple):
    """What a line of the inbox shows; `read_at` is None while it is unread."""

    pk: int
    text: str
    read_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of notices, and how many of all are unread."""

    page: Page
    unread: int


class _Counted(Paginator):
    """Pages of what has been counted."""

    def __init__(self, rows: QuerySet[Any], per_page: int, count: int) -> None:
        super().__init__(rows, per_page)
        self.count = count


def inbox(user: User, number: str | None, *, per_page: int) -> Inbox:
    """The page of this number, the nearest one for numbers that are none or lie outside: unread notices first, newest first."""
    total, unread = next(iter(prepared.rows("notices.counts", "", _counts, person=user.pk)), (0, 0))
    page = _Counted(_of_person().none(), per_page, total).get_page(number)
    first = (page.number - 1) * per_page

    def shown() -> QuerySet[Any]:
        return _of_person().unread_first().values_list(*NoticeRow._fields)[first : first + per_page]

    page.object_list = [NoticeRow(*row) for row in prepared.rows("notices.page", (first, per_page), shown, person=user.pk)]
    return Inbox(page, unread)


def _of_person() -> Any:
    return Notice.objects.of_person(Given("person"))


def _counts() -> QuerySet[Any]:
    of_one = _of_person().order_by().values("person_id").annotate(total=Count("pk"), unread=Count("pk", filter=Q(read_at=None)))
    return of_one.values_list("total", "unread")  # type: ignore[no-any-return]
