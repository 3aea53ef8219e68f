"""Work of the clock: what is due of talks."""

from celery import shared_task
from django.utils import timezone

from talks.services.reminders import remind


@shared_task(name="talks.remind")
def remind_of_talks() -> None:
    """Every morning; running twice tells nobody twice."""
    remind(today=timezone.localdate())
