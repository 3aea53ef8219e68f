"""Reads of jobs. Only their owner sees them."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from jobs.states import JobState

if TYPE_CHECKING:
    from accounts.models import User

UNFINISHED = (JobState.WAITING, JobState.RUNNING)


class JobQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The person's own."""
        return self.filter(owner_id=user.pk)

    def unfinished(self) -> Self:
        """Waiting or running."""
        return self.filter(state__in=UNFINISHED)

    def abandoned(self, now: datetime) -> Self:
        """Running, but whoever ran them no longer says so."""
        return self.filter(state=JobState.RUNNING).filter(Q(claimed_until=None) | Q(claimed_until__lt=now))

    def expired(self, now: datetime) -> Self:
        """Finished ones whose file is no longer kept."""
        return self.filter(expires_at__lt=now, file__isnull=False)
