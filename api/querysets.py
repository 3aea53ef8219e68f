"""Reads of tokens. The secret of one is nowhere: only its digest is kept."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models

from accounts.models import AdminRole
from api.states import TokenState

if TYPE_CHECKING:
    from accounts.models import User


class TokenQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """One's own; all of them for the system and security administrators, who see no data through them."""
        if user.admin_role in (AdminRole.SYSTEM, AdminRole.SECURITY):
            return self
        return self.filter(holder=user)

    def usable(self, today: date) -> Self:
        """Approved, not run out, of somebody who may sign in and is no administrator."""
        return self.filter(state=TokenState.ACTIVE, expires_on__gte=today, holder__is_active=True, holder__admin_role="")
