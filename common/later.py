"""The one place that starts tasks: after the commit, with ids only (quality.md, mistake 7)."""

from functools import partial

from celery import Task
from django.db import connection, transaction


def after_commit(task: Task, **ids: int) -> None:
    """Send the task when the surrounding transaction has committed (at once outside one); never when it rolled back.

    A broker that cannot be reached is logged and not raised: the row is committed, and a sweep sends what waits.
    """
    transaction.on_commit(lambda: task.apply_async(kwargs=ids, retry=False), robust=True)


def after_commit_once(task: Task) -> None:
    """As `after_commit` for a task without ids: however often a transaction asks for it, it is sent once."""
    send = partial(task.apply_async, retry=False)
    waiting = (entry[1] for entry in connection.run_on_commit)
    if not any(isinstance(it, partial) and it.func == send.func for it in waiting):
        transaction.on_commit(send, robust=True)
