"""How deliveries stand, for the administrator's page and for health checks. No text of any notice."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q

from accounts.models import User
from notifications.models import Delivery, DeliveryChannel, Robot
from notifications.states import DeliveryState

# A delivery that is due and has not left for so long: no worker, or a channel that is down. Servers that ask strangers to come back
# later (greylisting) have had three more attempts by then.
LATE_AFTER = timedelta(hours=1)
RECENT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Counters:
    """`due` could leave now, `held` waits for the end of quiet hours or for the next attempt; `sent` of the last seven days."""

    due: int
    held: int
    sending: int
    failed: int
    sent: int
    oldest: datetime | None  # since when the longest waiting one has been due

    def is_late(self, now: datetime) -> bool:
        """Whether something is wrong."""
        return self.oldest is not None and now - self.oldest > LATE_AFTER


def counters(now: datetime) -> Counters:
    """For the page of the system administrator: two queries that read what is not finished and what is recent."""
    waiting = Q(state=DeliveryState.WAITING)
    open_ones = Delivery.objects.exclude(state=DeliveryState.SENT).aggregate(
        due=Count("pk", filter=waiting & Q(next_try_at__lte=now)),
        held=Count("pk", filter=waiting & Q(next_try_at__gt=now)),
        sending=Count("pk", filter=Q(state=DeliveryState.SENDING)),
        failed=Count("pk", filter=Q(state=DeliveryState.FAILED)),
    )
    sent = Delivery.objects.filter(state=DeliveryState.SENT, created_at__gte=now - RECENT, sent_at__gte=now - RECENT).count()
    return Counters(**open_ones, sent=sent, oldest=oldest_due(now))


def oldest_due(now: datetime) -> datetime | None:
    """Since when the longest waiting delivery has been due; None when nothing waits that could have left."""
    found = Delivery.objects.filter(state__in=(DeliveryState.WAITING, DeliveryState.SENDING), due_at__lte=now)
    if not settings.NOTICES_BY_EMAIL:  # what was written before it was switched off
        found = found.exclude(channel=DeliveryChannel.EMAIL)
    return found.aggregate(oldest=Min("due_at"))["oldest"]


def is_late(now: datetime) -> bool:
    """For /healthz."""
    oldest = oldest_due(now)
    return oldest is not None and now - oldest > LATE_AFTER


def robots_by_unit(user: User) -> dict[int, Robot]:
    """The robots the person may see, by unit; without their addresses."""
    return {robot.unit_id: robot for robot in Robot.objects.visible_to(user).defer("address")}
