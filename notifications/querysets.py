"""Reads of notices. Only the person told sees them."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import User


class NoticeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The person's own."""
        return self.filter(person_id=user.pk)

    def unread(self) -> Self:
        """Not read yet."""
        return self.filter(read_at=None)

    def unread_first(self) -> Self:
        """Unread ones, then the others, newest first in both."""
        return self.annotate(is_read=Q(read_at__isnull=False)).order_by("is_read", "-id")
