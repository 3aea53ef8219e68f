"""Nightly: what begins or ends by date takes effect."""

from celery import shared_task
from django.utils import timezone

from positions.services.appointments import follow_dates as follow


@shared_task(name="positions.follow_dates")
def follow_dates() -> None:
    """Running twice moves nothing more."""
    follow(on=timezone.localdate())
