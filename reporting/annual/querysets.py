"""Who reads annual reports. Every page starts here."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from positions.models import BodyKind
from positions.scopes import Scope, scope_of
from reporting.annual.states import ReportState

if TYPE_CHECKING:
    from accounts.models import User

NONE: frozenset[int] = frozenset()
READY = (ReportState.APPROVED, ReportState.SUPERSEDED)
_COMMITTEES = (BodyKind.DISCIPLINE_COMMITTEE, BodyKind.PARTY_COMMITTEE)


def writing_unit_ids(scope: Scope) -> frozenset[int]:
    """Units whose report the person writes: as member of the discipline committee."""
    return NONE if scope.admin_role else scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE, NONE)


def reading_unit_ids(scope: Scope) -> frozenset[int]:
    """Units whose approved reports the person reads: both committees, leadership, leading group and its office, units above where open."""
    if scope.admin_role:
        return NONE
    return writing_unit_ids(scope) | scope.bodies.get(BodyKind.PARTY_COMMITTEE, NONE) | scope.leadership_unit_ids | scope.whole_unit_ids


def approving_unit_ids(user: "User") -> frozenset[int]:
    """Units whose reports the person approves: as head or secretary of the discipline or the party committee."""
    scope = scope_of(user)
    return NONE if scope.admin_role else NONE.union(*(scope.own_spoken_for.get(kind, NONE) for kind in _COMMITTEES))


class AnnualReportQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Approved ones for everybody above; what is submitted for who approves it as well; drafts for who writes them."""
        scope = scope_of(user)
        if scope.user_id is None or scope.admin_role:
            return self.none()
        seen = Q(unit_id__in=writing_unit_ids(scope)) | Q(unit_id__in=reading_unit_ids(scope), state__in=READY)
        if scope.bodies.get(BodyKind.PARTY_COMMITTEE):
            seen |= Q(unit_id__in=approving_unit_ids(user), state=ReportState.SUBMITTED)
        return self.filter(seen)
