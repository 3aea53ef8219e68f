"""What beat sends for leads."""

from celery import shared_task

from leads.services import desks


@shared_task(name="leads.recheck_desks")
def recheck_desks() -> None:
    """Leads that nobody may see where they lie, after a change of posts, move up. Safe to run twice."""
    desks.recheck_open()
