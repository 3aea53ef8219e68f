"""Reads of imported lists."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from positions.scopes import scope_of

if TYPE_CHECKING:
    from accounts.models import User


class ListImportQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """One's own, while one may still add to that list; and all into lists that one keeps as a whole."""
        from reporting.list_imports.kinds import KINDS

        scope = scope_of(user)
        seen = Q(pk__in=[])
        for kind in KINDS.values():
            if kept := kind.keeper_ids(scope):
                seen |= Q(kind=kind.code, unit_id__in=kept)
            if own := kind.unit_ids(user, scope):
                seen |= Q(kind=kind.code, unit_id__in=own, by=scope.user_id)
        return self.filter(seen)
