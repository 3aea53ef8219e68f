"""The one place that starts tasks: after the commit, with ids only (quality.md, mistake 7)."""

from celery import Task
from django.db import transaction


def after_commit(task: Task, **ids: int) -> None:
    """Send the task when the surrounding transaction has committed (at once outside one); never when it rolled back.

    A broker that cannot be reached is logged and not raised: the row is committed, and a sweep sends what waits.
    """
    transaction.on_commit(lambda: task.apply_async(kwargs=ids, retry=False), robust=True)
