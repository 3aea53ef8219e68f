"""The position risk index at the end of each quarter."""

from celery import shared_task
from django.utils import timezone

from assessments.services import index


@shared_task(name="assessments.follow_index")
def follow_index() -> None:
    """Every night; makes what is missing for the quarter that has ended. Running twice makes nothing twice."""
    index.follow_quarters(today=timezone.localdate())
