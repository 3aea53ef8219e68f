"""What the worker is woken for. Both are safe to run twice, at once, and late."""

from celery import shared_task

from jobs import services


@shared_task(name="jobs.run")
def run(*, job_id: int) -> None:
    """Do one job if it still waits."""
    services.run(job_id=job_id)


@shared_task(name="jobs.sweep")
def sweep() -> None:
    """Every minute: find from the database what is due."""
    services.sweep()
