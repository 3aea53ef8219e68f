"""Reads of intervals and of the ledger. Every page starts from `visible_to`."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from accounts.models import AdminRole
from deadlines.registry import open_kinds, quiet_kinds
from positions.models.bodies import BodyKind
from positions.scopes import Scope, scope_of

if TYPE_CHECKING:
    from accounts.models import User


def kept_units(scope: Scope) -> frozenset[int]:
    """Units whose intervals and ledger the person keeps: as the leading group's office, head of the discipline committee, unit head."""
    office = scope.bodies.get(BodyKind.LEADING_GROUP_OFFICE, frozenset())
    return office | scope.chaired.get(BodyKind.DISCIPLINE_COMMITTEE, frozenset()) | scope.headed_unit_ids


class RuleQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Those of the units one keeps."""
        return self.filter(unit_id__in=kept_units(scope_of(user)))


class ReminderQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """What was told in the units one keeps; of sensitive matters and of who is asked in an appraisal only what oneself was told.
        The audit administrator sees that there was a reminder (deadlines.tables hides what of), and of quiet kinds not even that:
        from their units and days one could count the leads (ADR 0017)."""
        if scope_of(user).admin_role == AdminRole.AUDIT:
            return self.filter(kind__in=[kind.code for kind in open_kinds()])
        return self.filter(Q(unit_id__in=kept_units(scope_of(user))) & ~Q(kind__in=quiet_kinds()) | Q(person=user))
