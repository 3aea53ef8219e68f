"""What an administrator does with deliveries, and what is no longer kept."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import NotPossible
from common.later import after_commit_once
from notifications import permissions
from notifications.hooks import channels_changed
from notifications.models import Delivery
from notifications.services.delivering import quiet_for
from notifications.states import DELIVERY_TABLE, DeliveryState

KEPT = timedelta(days=90)
MOST = 1000  # sent again at once
_CHUNK = 2000


@transaction.atomic
def send_again(*, by: User, ids: Iterable[int] | None = None) -> int:
    """Let deliveries that failed wait again with all their attempts, outside quiet hours; all failed ones when `ids` is None.

    Returns how many. Raises NotAllowed, and NotPossible when none of them has failed.
    """
    permissions.may_deliver(by).require()
    failed = Delivery.objects.visible_to(by).filter(state=DeliveryState.FAILED)
    if ids is not None:
        failed = failed.filter(pk__in=list(ids))
    rows = failed.select_for_update(of=("self",)).select_related("person__notice_preference").order_by("pk")[:MOST]
    deliveries = list(rows)
    if not deliveries:
        raise NotPossible(_("None of them has failed. Reload the page to see where they stand now."))
    now = timezone.now()
    for delivery in deliveries:
        DELIVERY_TABLE.move(delivery, "send_again")
        delivery.attempts, delivery.last_error = 0, ""
        delivery.next_try_at = now if delivery.is_test else quiet_for(delivery).next_open(now)
    Delivery.objects.bulk_update(deliveries, ["state", "attempts", "last_error", "next_try_at"], batch_size=500)
    detail = {"n": len(deliveries), "ids": [delivery.pk for delivery in deliveries]}
    channels_changed(action=DELIVERY_TABLE.get("send_again").audit, by=by, obj=deliveries[0], detail=detail)
    _wake()
    return len(deliveries)


def clean_up(*, now: datetime) -> int:
    """Remove what was sent or given up more than ninety days ago; the notices stay in their inboxes."""
    over = Delivery.objects.filter(state__in=(DeliveryState.SENT, DeliveryState.FAILED), created_at__lt=now - KEPT)
    removed = 0
    while ids := list(over.values_list("pk", flat=True)[:_CHUNK]):
        removed += Delivery.objects.filter(pk__in=ids).delete()[1].get("notifications.Delivery", 0)
    return removed


def _wake() -> None:
    from notifications.tasks import wake

    after_commit_once(wake)
