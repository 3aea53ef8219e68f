"""Letting the services run at the time of the story: what they write bears the day on which it would have been written."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import timezone


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """While it is entered, `timezone.now()` says `moment`. Only for the demo, which loads in one thread of one process."""
    former = timezone.now
    timezone.now = lambda: moment  # type: ignore[assignment]
    try:
        yield
    finally:
        timezone.now = former
