"""Reads of notices and deliveries. Only the person told sees a notice; deliveries, which hold no text, are the system administrator's."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import AdminRole
from notifications.states import DeliveryState

if TYPE_CHECKING:
    from accounts.models import User


class NoticeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The person's own."""
        return self.of_person(user.pk)

    def of_person(self, key: Any) -> Self:
        """The same for a key, or for one that is told when the statement is asked (common.prepared)."""
        return self.filter(person_id=key)

    def unread_first(self) -> Self:
        """Unread ones, then the others, newest first in both."""
        return self.annotate(is_read=Q(read_at__isnull=False)).order_by("is_read", "-id")


class PreferenceQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The person's own."""
        return self.filter(person_id=user.pk)


class DeliveryQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """All of them for the system administrator, who keeps them going; none for anybody else."""
        return self.all() if user.admin_role == AdminRole.SYSTEM else self.none()

    def due(self, now: datetime) -> Self:
        """Waiting, and neither quiet hours nor a pause between attempts holds them back."""
        return self.filter(state=DeliveryState.WAITING, next_try_at__lte=now)

    def abandoned(self) -> Self:
        """Being sent by a worker that no longer says so. The database's clock: those of two workers may differ."""
        return self.filter(state=DeliveryState.SENDING, claimed_until__lt=Now())


class RobotQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The security administrator keeps them, the system administrator sees that they are there."""
        return self.all() if user.admin_role in (AdminRole.SYSTEM, AdminRole.SECURITY) else self.none()
