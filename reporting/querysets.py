"""Reads of imports."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from positions.models import BodyKind
from positions.scopes import Scope, scope_of

if TYPE_CHECKING:
    from accounts.models import User


class ImportQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Imports into the units whose register the person keeps: office of the leading group and unit head (reporting.permissions)."""
        return self.filter(unit_id__in=kept_unit_ids(scope_of(user)))


def kept_unit_ids(scope: Scope) -> frozenset[int]:
    """Units whose register somebody brings in."""
    return scope.headed_unit_ids | scope.bodies.get(BodyKind.LEADING_GROUP_OFFICE, frozenset())
