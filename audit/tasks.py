"""Daily anchoring of the chain."""

from celery import shared_task

from audit import chain


@shared_task(name="audit.write_anchor")
def write_anchor() -> None:
    """Writing the same head twice does no harm."""
    chain.write_anchor()
