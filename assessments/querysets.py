"""Reads of rounds and of who is asked in them. Every page, count, search and export starts from `visible_to`."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from assessments.states import OPEN, RoundState
from positions.models.bodies import BodyKind
from positions.scopes import Scope, scope_of

if TYPE_CHECKING:
    from accounts.models import User


class OfUnitOrCommonQuerySet(models.QuerySet[Any]):
    """Settings: common rows have no unit."""

    def visible_to(self, user: "User") -> Self:
        """The common rows and those of the person's units."""
        scope = scope_of(user)
        return self.filter(Q(unit=None) | Q(unit_id__in=scope.unit_ids | scope.whole_unit_ids)) if scope.unit_ids else self.none()

    def of_unit(self, unit_id: int) -> Self:
        """The common rows and the unit's own."""
        return self.filter(Q(unit=None) | Q(unit_id=unit_id))


def committee_units(scope: Scope) -> frozenset[int]:
    """Units whose rounds the person follows as a whole: both committees and the unit head."""
    discipline = scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE, frozenset())
    return discipline | scope.bodies.get(BodyKind.PARTY_COMMITTEE, frozenset()) | scope.headed_unit_ids


class RoundQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Rounds of the units where the person sits in the discipline or party committee, or is the unit head."""
        return self.filter(unit_id__in=committee_units(scope_of(user)))

    def open(self) -> Self:
        """Neither final nor cancelled."""
        return self.filter(state__in=OPEN)


class AssessedQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The people of the rounds one follows. What somebody sees of an own result is asked of the results."""
        return self.filter(round__unit_id__in=committee_units(scope_of(user)))


class RaterQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Whom one is asked about; all of it for members of the discipline committee, who set it up, but not who is asked about them."""
        units = scope_of(user).bodies.get(BodyKind.DISCIPLINE_COMMITTEE, frozenset())
        return self.filter(Q(person=user) | Q(assessed__round__unit_id__in=units) & ~Q(assessed__person=user))

    def asked_now(self, user: "User") -> Self:
        """Whom one is asked about in rounds whose appraisal is open, whether answered or not."""
        return self.filter(person=user, assessed__round__state=RoundState.RATING)
