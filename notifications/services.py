"""Telling people. Notices are rows of the causing transaction: a rollback takes them back, a commit cannot lose them."""

from collections.abc import Iterable

from django.utils import timezone

from accounts.models import User
from notifications.models import Notice


def notify(
    people: Iterable[User],
    *,
    kind: str,
    text: object,
    url: str = "",
    key: str = "",
    sensitive: bool = False,
    except_for: User | None = None,
) -> None:
    """Put one notice into each person's inbox, once for each `key`. The one who acted is left out by `except_for`."""
    seen: set[int] = set()
    rows = []
    for person in people:
        if person.pk in seen or not person.is_active or (except_for is not None and person.pk == except_for.pk):
            continue
        seen.add(person.pk)
        rows.append(Notice(person=person, kind=kind, text=str(text)[:300], url=url, key=key, sensitive=sensitive))
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def mark_read(*, by: User, ids: Iterable[int] | None = None) -> int:
    """Mark the person's own notices read (all of them when `ids` is None); returns how many were unread."""
    mine = Notice.objects.filter(person=by, read_at=None)
    if ids is not None:
        mine = mine.filter(pk__in=list(ids))
    return mine.update(read_at=timezone.now())
