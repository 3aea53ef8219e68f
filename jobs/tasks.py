"""What the worker is woken for. All are safe to run twice, at once, and late."""

from celery import shared_task
from django.utils.translation import gettext_lazy

from common.schedule import Every, Hourly, Result, scheduled
from jobs import scheduling, services


@shared_task(name="jobs.run")
def run(*, job_id: int) -> None:
    """Do one job if it still waits."""
    services.run(job_id=job_id)


@scheduled("jobs.sweep", at=Every(60), title=gettext_lazy("What is due is found in the database"), part="jobs")
def sweep() -> Result:
    """Every minute: find from the database what is due, of users' jobs and of the clock's work."""
    services.sweep()
    return {"sent": scheduling.sweep()}


@scheduled("jobs.tidy", at=Hourly(5), title=gettext_lazy("Old runs and files of nobody are removed"), part="jobs")
def tidy() -> Result:
    """Runs are kept for 90 days."""
    return {"removed": scheduling.prune() + services.remove_orphans()}
