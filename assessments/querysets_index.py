"""Who reads the risk index of leadership positions: both committees, the leading group and the unit head; the holder the own one."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from positions.models.bodies import BodyKind
from positions.scopes import Scope, scope_of

if TYPE_CHECKING:
    from accounts.models import User

_NONE: frozenset[int] = frozenset()


def kept_unit_ids(scope: Scope) -> frozenset[int]:
    """Units whose index the person keeps: its discipline committee."""
    return scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE, _NONE)


def whole_unit_ids(scope: Scope) -> frozenset[int]:
    """Units of whose index the person reads everything: both committees and the unit head, who see every result as well."""
    return kept_unit_ids(scope) | scope.bodies.get(BodyKind.PARTY_COMMITTEE, _NONE) | scope.headed_unit_ids


def reading_unit_ids(scope: Scope) -> frozenset[int]:
    """Units of which the person reads the index of every leadership position."""
    return whole_unit_ids(scope) | scope.bodies.get(BodyKind.LEADING_GROUP, _NONE)


class IndexSettingsQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The common row and that of the units whose index one reads."""
        units = reading_unit_ids(scope_of(user))
        return self.filter(Q(unit=None) | Q(unit_id__in=units)) if units else self.none()

    def of_unit(self, unit_id: int) -> Self:
        """The common row and the unit's own."""
        return self.filter(Q(unit=None) | Q(unit_id=unit_id))


class PositionIndexQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """See the top of this file."""
        scope = scope_of(user)
        if scope.user_id is None or scope.admin_role:
            return self.none()
        return self.filter(Q(unit_id__in=reading_unit_ids(scope)) | Q(holder_id=scope.user_id))

    def newest(self) -> Self:
        """The newest of each position and holder."""
        rows = self.order_by("position_id", "holder_id", "-as_of", "-pk").distinct("position_id", "holder_id")
        return self.filter(pk__in=rows.values("pk"))
