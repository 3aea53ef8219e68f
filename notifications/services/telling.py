"""Telling people. Notices are rows of the causing transaction, and so are the deliveries made for them: a rollback takes both back, a
commit cannot lose them. The number of statements does not depend on the number of people.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from common.later import after_commit_once
from notifications import kinds, recipients
from notifications.models import Delivery, DeliveryChannel, DeliveryItem, EmailMode, Notice, Robot, RobotEvent
from notifications.recipients import Recipient

_CHUNK = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """One notice to several people, see `notify`. `people` may be given by their ids."""

    people: Iterable[User | int]
    kind: str
    text: object
    url: str = ""
    key: str = ""
    sensitive: bool = False
    except_for: User | None = None
    unit_id: int | None = None


def notify(
    people: Iterable[User | int],
    *,
    kind: str,
    text: object,
    url: str = "",
    key: str = "",
    sensitive: bool = False,
    except_for: User | None = None,
    unit_id: int | None = None,
) -> None:
    """Put one notice into each person's inbox, once for each `key`. The one who acted is left out by `except_for`.

    E-mails leave as each person wants them. With `unit_id` the robot of the unit's group chat counts one more of this kind: give it on
    one call for each matter. Of what is `sensitive` e-mails and robots say only that something waits.
    """
    notify_many([Message(people, kind, text, url, key, sensitive, except_for, unit_id)])


@transaction.atomic(savepoint=False)
def notify_many(messages: Iterable[Message]) -> int:
    """`notify` for many messages at once, in about as many statements; returns how many notices were new."""
    messages = list(messages)
    wanted = [(message, pk) for message in messages for pk in _ids(message)]
    known = recipients.find({pk for _message, pk in wanted})
    rows = [(message, known[pk]) for message, pk in wanted if pk in known]
    now = timezone.now()
    told: set[Message] = set()
    made = 0
    is_due = False
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        new = _insert(chunk, now)
        made += len(new)
        told |= {message for message, _recipient, _pk in new if message.unit_id is not None}
        is_due |= _write_to([(recipient, pk) for _message, recipient, pk in new], now)
    _count_for_robots([message for message in messages if message in told])
    if is_due:
        _wake()
    return made


def mark_read(*, by: User, ids: Iterable[int] | None = None) -> int:
    """Mark the person's own notices read (all of them when `ids` is None); returns how many were unread. A digest then passes them by."""
    mine = Notice.objects.filter(person=by, read_at=None)
    if ids is not None:
        mine = mine.filter(pk__in=list(ids))
    return mine.update(read_at=timezone.now(), for_digest=False)


def _ids(message: Message) -> list[int]:
    given = (person if isinstance(person, int) else person.pk for person in message.people)
    return [pk for pk in dict.fromkeys(given) if message.except_for is None or pk != message.except_for.pk]


def _insert(rows: Sequence[tuple[Message, Recipient]], now: datetime) -> list[tuple[Message, Recipient, int]]:
    """The notices that were not there yet, with their keys: one statement. (bulk_create cannot pass over rows and say which it made.)"""
    texts = [str(message.text)[:300] for message, _recipient in rows]
    columns = {
        "person_id": ("bigint", [recipient.pk for _message, recipient in rows]),
        "kind": ("text", [message.kind for message, _recipient in rows]),
        "text": ("text", texts),
        "url": ("text", [message.url for message, _recipient in rows]),
        "key": ("text", [message.key for message, _recipient in rows]),
        "sensitive": ("boolean", [message.sensitive for message, _recipient in rows]),
        "for_digest": ("boolean", [_waits_for_digest(recipient) for _message, recipient in rows]),
    }
    names = ", ".join(columns)
    arrays = ", ".join(f"%s::{kind}[]" for kind, _values in columns.values())
    values: list[Any] = [now, *(values for _kind, values in columns.values())]
    by_content = {(r.pk, m.kind, text, m.url, m.key): (m, r) for (m, r), text in zip(rows, texts, strict=True)}
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO notifications_notice ({names}, created_at) SELECT *, %s FROM unnest({arrays}) "  # noqa: S608 -- names of columns
            "ON CONFLICT DO NOTHING RETURNING person_id, kind, text, url, key, id",
            values,
        )
        return [(*by_content[tuple(row[:5])], row[5]) for row in cursor.fetchall()]


def _waits_for_digest(recipient: Recipient) -> bool:
    return settings.NOTICES_BY_EMAIL and recipient.mode == EmailMode.DIGEST


def _write_to(told: Sequence[tuple[Recipient, int]], now: datetime) -> bool:
    """An e-mail for each new notice of those who want single ones, after their quiet hours. Whether one may leave now."""
    if not settings.NOTICES_BY_EMAIL:
        return False
    told = [(recipient, pk) for recipient, pk in told if recipient.mode == EmailMode.SINGLE]
    opens = {recipient: recipient.quiet.next_open(now) for recipient, _pk in told}
    made = Delivery.objects.bulk_create(
        Delivery(channel=DeliveryChannel.EMAIL, person_id=recipient.pk, due_at=opens[recipient], next_try_at=opens[recipient])
        for recipient, _pk in told
    )
    DeliveryItem.objects.bulk_create(
        DeliveryItem(delivery=delivery, notice_id=pk) for delivery, (_recipient, pk) in zip(made, told, strict=True)
    )
    return any(moment <= now for moment in opens.values())


def _count_for_robots(messages: Sequence[Message]) -> None:
    """One event for each message of a unit whose robot tells its kind; the delivery task gathers them."""
    if not messages:
        return
    robots = {
        robot.unit_id: robot for robot in Robot.objects.filter(unit_id__in={m.unit_id for m in messages}, is_on=True).defer("address")
    }
    events = []
    for message in messages:
        robot = robots.get(message.unit_id or 0)
        code = kinds.code_of(message.kind, sensitive=message.sensitive)
        if robot is not None and code in robot.kinds:
            events.append(RobotEvent(robot=robot, kind=code))
    RobotEvent.objects.bulk_create(events)


def _wake() -> None:
    from notifications.tasks import wake

    after_commit_once(wake)
