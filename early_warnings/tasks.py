"""Work of the clock: time limits of warnings."""

from celery import shared_task
from django.utils import timezone

from early_warnings import tasks_exports, tasks_points  # noqa: F401 -- kinds of jobs
from early_warnings.services import deadlines


@shared_task(name="warnings.follow_deadlines")
def follow_deadlines() -> None:
    """Every morning and swept every hour; running twice tells nobody twice."""
    deadlines.follow(today=timezone.localdate())
