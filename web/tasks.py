"""The worker's sign of life, for /healthz."""

from django.utils.translation import gettext_lazy

from common.schedule import Every, scheduled
from web import health


@scheduled("web.heartbeat", at=Every(60), title=gettext_lazy("Sign of life of the workers"), part="web")
def heartbeat() -> None:
    """Sent by beat and done by a worker: silence means that one of them is gone."""
    health.beat()
