"""Sending what waits. The row is the record of what is to be done, the broker only wakes a worker: what a lost worker was sending, and
what no task came for, is found from the database within a minute.

At least once to the channel: a worker killed after the server took an e-mail and before that was marked leaves it to the next one.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation

from notifications.channels import mail, robot
from notifications.failures import MAX_ATTEMPTS, PAUSES, NotSent
from notifications.models import Delivery, DeliveryChannel
from notifications.quiet import DEFAULT, QuietHours
from notifications.recipients import quiet_of
from notifications.services.gathering import gather
from notifications.states import DELIVERY_TABLE

BATCH = 20
LEASE = timedelta(minutes=10)  # longer than a batch takes when the server answers each time at the last moment
BUDGET = 240  # seconds for one run; the next one goes on

logger = logging.getLogger(__name__)

Send = Callable[[Delivery], None]


def deliver() -> dict[str, int]:
    """Send what is due, by channel; returns how many were sent and how many could not be. Safe to run any number of times at once."""
    _release()
    gather(now=timezone.now())
    counts = {"sent": 0, "failed": 0}
    end = monotonic() + BUDGET
    with translation.override(settings.LANGUAGE_CODE):
        for channel, send_batch in ((DeliveryChannel.ROBOT, _by_robot), (DeliveryChannel.EMAIL, _by_mail)):
            if channel == DeliveryChannel.EMAIL and not settings.NOTICES_BY_EMAIL:
                continue
            while monotonic() < end and (batch := claim(channel=channel)):
                if not send_batch(batch, counts):
                    break
    return counts


@transaction.atomic
def claim(*, channel: str, most: int = BATCH) -> list[Delivery]:
    """Take some that are due, the longest due first; nobody else gets them before the lease is over."""
    now = timezone.now()
    waiting = Delivery.objects.select_for_update(skip_locked=True).due(now).filter(channel=channel)
    ids = list(waiting.order_by("next_try_at", "pk").values_list("pk", flat=True)[:most])
    if not ids:
        return []
    target = DELIVERY_TABLE.get("claim").target
    Delivery.objects.filter(pk__in=ids).update(state=target, attempts=F("attempts") + 1, claimed_until=now + LEASE)
    # A robot's address is opened when it is used: one whose key is gone must not stop the others.
    rows = Delivery.objects.filter(pk__in=ids).select_related("person__notice_preference", "robot").defer("robot__address")
    return list(rows.prefetch_related("items__notice", "events").order_by("next_try_at", "pk"))


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
    for delivery in batch:
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
    held = Delivery.objects.filter(pk=delivery.pk, state=DELIVERY_TABLE.get(step).sources[0], claimed_until=delivery.claimed_until)
    return held.update(state=DELIVERY_TABLE.get(step).target, claimed_until=None, **facts)


def _release() -> None:
    """Put back what lost workers were sending, or give it up: one that kills each worker must not do so for ever."""
    now = timezone.now()
    lost = Delivery.objects.abandoned(now)
    back, up = DELIVERY_TABLE.get("put_back").target, DELIVERY_TABLE.get("give_up").target
    lost.filter(attempts__gte=MAX_ATTEMPTS).update(state=up, claimed_until=None, last_error="interrupted")
    lost.update(state=back, claimed_until=None, last_error="interrupted", next_try_at=now)


def quiet_for(delivery: Delivery) -> QuietHours:
    """The quiet hours of who is written to."""
    if delivery.person is None:
        return DEFAULT
    return quiet_of(getattr(delivery.person, "notice_preference", None))
