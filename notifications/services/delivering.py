"""Sending what waits. The row is the record of what is to be done, the broker only wakes a worker: what a lost worker was sending, and
what no task came for, is found from the database within a minute.

At least once to the channel: a worker killed after the server took an e-mail and before that was marked leaves it to the next one.
The claim of a batch is short and said anew before each of its messages; what was taken over meanwhile is not sent by us.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest, Now
from django.utils import timezone, translation

from notifications.channels import mail, robot
from notifications.failures import MAX_ATTEMPTS, PAUSES, NotSent
from notifications.models import Delivery, DeliveryChannel
from notifications.querysets import DeliveryQuerySet
from notifications.quiet import DEFAULT, QuietHours
from notifications.recipients import quiet_of
from notifications.services.gathering import gather
from notifications.states import DELIVERY_TABLE, DeliveryState

BATCH = 20
# Longer than one message takes when the server answers each time at the last moment (EMAIL_TIMEOUT). With the work of every minute what a
# lost worker was sending goes on within 3 minutes.
LEASE = timedelta(minutes=2)
BUDGET = 240  # seconds for one run; the next one goes on

logger = logging.getLogger(__name__)

Send = Callable[[Delivery], None]


def deliver(*, now: datetime | None = None) -> dict[str, int]:
    """Send what is due, by channel; returns how many were sent and how many could not be. Safe to run any number of times at once.

    `now`, by which something is due and people's quiet hours are open: each time the clock's when not given.
    """
    _release()
    gather(now=now or timezone.now())
    counts = {"sent": 0, "failed": 0}
    end = monotonic() + BUDGET
    with translation.override(settings.LANGUAGE_CODE):
        for channel, send_batch in ((DeliveryChannel.ROBOT, _by_robot), (DeliveryChannel.EMAIL, _by_mail)):
            if channel == DeliveryChannel.EMAIL and not settings.NOTICES_BY_EMAIL:
                continue
            while monotonic() < end and (batch := claim(channel=channel, now=now or timezone.now())):
                if not send_batch(batch, counts):
                    break
    return counts


def claim(*, channel: str, now: datetime, most: int = BATCH) -> list[Delivery]:
    """Take some that are due, the longest due first; nobody else gets them before the lease is over.

    Whose quiet hours have begun since (a long queue, a server that was away, new wishes) waits until they are over.
    """
    while True:
        looked_at, ids = _claim(channel, now, most)
        if ids:
            # A robot's address is opened when it is used: one whose key is gone must not stop the others.
            rows = Delivery.objects.filter(pk__in=ids).select_related("person__notice_preference", "robot").defer("robot__address")
            return list(rows.prefetch_related("items__notice", "events").order_by("next_try_at", "pk"))
        if not looked_at:
            return []


@transaction.atomic
def _claim(channel: str, now: datetime, most: int) -> tuple[int, list[int]]:
    """How many were due, and the ids of those now held."""
    waiting = Delivery.objects.select_for_update(of=("self",), skip_locked=True).due(now).filter(channel=channel)
    due = list(waiting.select_related("person__notice_preference").order_by("next_try_at", "pk")[:most])
    held_back = []
    for delivery in due:
        opens = now if delivery.is_test else quiet_for(delivery).next_open(now)
        if opens > now:
            delivery.next_try_at = opens
            held_back.append(delivery)
    if held_back:
        Delivery.objects.bulk_update(held_back, ["next_try_at"])
    later = {delivery.pk for delivery in held_back}
    ids = [delivery.pk for delivery in due if delivery.pk not in later]
    target = DELIVERY_TABLE.get("claim").target
    Delivery.objects.filter(pk__in=ids).update(state=target, attempts=F("attempts") + 1, claimed_until=Now() + LEASE)
    return len(due), ids


def _by_mail(batch: Sequence[Delivery], counts: dict[str, int]) -> bool:
    try:
        with mail.connected() as connection:
            return _each(batch, lambda delivery: mail.send(delivery, connection), counts)
    except NotSent as error:
        for delivery in batch:
            _not_sent(delivery, error, counts)
        return False


def _by_robot(batch: Sequence[Delivery], counts: dict[str, int]) -> bool:
    return _each(batch, robot.send, counts)


def _each(batch: Sequence[Delivery], send: Send, counts: dict[str, int]) -> bool:
    """Send them one by one, each marked at once; False when the channel is down, which puts back the rest."""
    down: NotSent | None = None
    for n, delivery in enumerate(batch):
        if down is None and delivery.pk not in _renew(batch[n:]):
            continue  # taken over by another worker
        try:
            if down is not None:
                raise down
            send(delivery)
        except NotSent as error:
            down = error if error.channel_down else None
            _not_sent(delivery, error, counts)
        except Exception as error:  # noqa: BLE001 -- one delivery that cannot be put together does not hold up the others
            # Its message and its frames may hold what was to be sent.
            logger.error("delivery %d: %s", delivery.pk, type(error).__name__)
            _not_sent(delivery, NotSent("unexpected"), counts)
        else:
            counts["sent"] += _mark(delivery, "finish", sent_at=timezone.now(), last_error="")
    return down is None


def _not_sent(delivery: Delivery, error: NotSent, counts: dict[str, int]) -> None:
    counts["failed"] += 1
    if error.for_good or delivery.attempts >= MAX_ATTEMPTS:
        _mark(delivery, "give_up", last_error=error.code)
        return
    again = timezone.now() + PAUSES[delivery.attempts - 1]
    _mark(delivery, "put_back", last_error=error.code, next_try_at=quiet_for(delivery).next_open(again))


def _mark(delivery: Delivery, step: str, **facts: object) -> int:
    """Take the step while the delivery is still held under this claim; 0 when it is no longer."""
    return _held([delivery]).update(state=DELIVERY_TABLE.get(step).target, claimed_until=None, **facts)


def _renew(batch: Sequence[Delivery]) -> set[int]:
    """Say that all of them are still being seen to; returns the ids of those that nobody took over."""
    held = _held(batch)
    ids = {delivery.pk for delivery in batch}
    return ids if held.update(claimed_until=Now() + LEASE) == len(ids) else set(held.values_list("pk", flat=True))


def _held(batch: Sequence[Delivery]) -> DeliveryQuerySet:
    """Those of the batch still held under their claims: each claim is one more attempt."""
    claims = (Q(pk=delivery.pk, attempts=delivery.attempts) for delivery in batch)
    return Delivery.objects.filter(reduce(or_, claims), state=DeliveryState.SENDING)


def _release() -> None:
    """Put back what lost workers were sending, or give it up: one that kills each worker must not do so for ever."""
    lost = Delivery.objects.abandoned()
    back, up = DELIVERY_TABLE.get("put_back").target, DELIVERY_TABLE.get("give_up").target
    lost.filter(attempts__gte=MAX_ATTEMPTS).update(state=up, claimed_until=None, last_error="interrupted")
    lost.update(state=back, claimed_until=None, last_error="interrupted", next_try_at=Greatest("due_at", Now()))


def quiet_for(delivery: Delivery) -> QuietHours:
    """The quiet hours of who is written to."""
    if delivery.person is None:
        return DEFAULT
    return quiet_of(getattr(delivery.person, "notice_preference", None))
