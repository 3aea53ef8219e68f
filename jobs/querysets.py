"""Reads of jobs, which only their owner sees, and of runs of work of the clock, which two of the administrators see."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from accounts.models import AdminRole
from jobs.states import JobState, RunState

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


class ScheduledRunQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The system administrator, who keeps it going, and the audit administrator, who reads."""
        return self if user.admin_role in (AdminRole.SYSTEM, AdminRole.AUDIT) else self.none()

    def unfinished(self) -> Self:
        """Asked for or running."""
        return self.filter(state__in=(RunState.WAITING, RunState.RUNNING))
