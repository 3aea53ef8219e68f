"""Work of the clock around rounds."""

from celery import shared_task
from django.utils import timezone

from assessments.services import phases


@shared_task(name="assessments.follow_phases")
def follow() -> None:
    """Every morning: reminders, the time for appeals, the end of a round. Running twice does and tells nothing twice."""
    phases.follow(today=timezone.localdate())
