"""The worker's sign of life, for /healthz."""

from celery import shared_task

from web import health


@shared_task(name="web.heartbeat")
def heartbeat() -> None:
    """Every minute, sent by beat and run by a worker: silence means that one of them is gone."""
    health.beat()
