"""Reads of imports."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from positions.scopes import scope_of

if TYPE_CHECKING:
    from accounts.models import User


class ImportQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Imports into units the person sees as a whole."""
        scope = scope_of(user)
        return self.none() if scope.admin_role else self.filter(unit_id__in=scope.whole_unit_ids)
