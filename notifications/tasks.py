"""What leaves the product by the clock. All of it is safe to run twice, at once and late."""

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy

from common.schedule import Daily, Every, Hourly, scheduled
from notifications.services import delivering, gathering, upkeep


@scheduled("notifications.deliver", at=Every(60), title=gettext_lazy("Delivery of notices by e-mail and robots"), part="notifications")
def deliver() -> dict[str, int]:
    """Also finds what no task came for: Redis was emptied, a worker was lost."""
    return delivering.deliver()


@shared_task(name="notifications.wake")
def wake() -> None:
    """After the commit that caused a delivery."""
    delivering.deliver()


@scheduled("notifications.digests", at=Hourly(2), title=gettext_lazy("Daily e-mails of notices"), part="notifications")
def digests() -> dict[str, int]:
    """Each hour for those whose hour has come; the delivery task sends them."""
    return {"made": gathering.make_digests(now=timezone.now())}


@scheduled("notifications.clean_up", at=Daily(3, 20), title=gettext_lazy("Removal of old deliveries"), part="notifications")
def clean_up() -> dict[str, int]:
    """What was sent or given up three months ago."""
    return {"removed": upkeep.clean_up(now=timezone.now())}
