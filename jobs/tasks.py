"""What the worker is woken for. Both are safe to run twice, at once, and late."""

from celery import shared_task
from django.utils.translation import gettext_lazy

from common.schedule import Every, scheduled
from jobs import services


@shared_task(name="jobs.run")
def run(*, job_id: int) -> None:
    """Do one job if it still waits."""
    services.run(job_id=job_id)


@scheduled("jobs.sweep", at=Every(60), title=gettext_lazy("What is due is found in the database"), part="jobs")
def sweep() -> None:
    """Every minute: find from the database what is due."""
    services.sweep()
