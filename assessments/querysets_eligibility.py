"""Who sees restrictions and eligibility checks: the discipline committee and the personnel office of the unit, never about themselves or
those they depend on. Every page and file starts from `visible_to`.
"""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from leads.secrecy import standing_of
from positions.models.bodies import BodyKind
from positions.scopes import Scope, scope_of

if TYPE_CHECKING:
    from accounts.models import User


def checking_unit_ids(scope: Scope) -> frozenset[int]:
    """Units for which the person runs checks."""
    if scope.admin_role:
        return frozenset()
    return scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE, frozenset()) | scope.bodies.get(BodyKind.PERSONNEL_OFFICE, frozenset())


def following_unit_ids(scope: Scope) -> frozenset[int]:
    """Units whose restrictions the person knows: who applies them, and who decides on the results they come from."""
    if scope.admin_role:
        return frozenset()
    return checking_unit_ids(scope) | scope.headed_unit_ids | scope.bodies.get(BodyKind.PARTY_COMMITTEE, frozenset())


def closed_to(user: "User") -> frozenset[int]:
    """People about whom the person neither asks nor reads: themselves, and everybody they depend on (as with warnings, ADR 0011)."""
    return standing_of(user).superior_ids | {user.pk}


class RestrictionQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """One's own; those of the units one follows, without those of people one depends on."""
        scope = scope_of(user)
        if scope.user_id is None or scope.admin_role:
            return self.none()
        units = following_unit_ids(scope)
        if not units:
            return self.filter(person_id=scope.user_id)
        followed = Q(unit_id__in=units) & ~Q(person_id__in=standing_of(user).superior_ids)
        return self.filter(Q(person_id=scope.user_id) | followed)

    def running(self, on: date) -> Self:
        """Neither over nor lifted on the day; those of awards count to the end of their year."""
        return self.filter(Q(lifted_on=None) | Q(lifted_on__gt=on), effective_on__lte=on, ends_on__gte=on)


class EligibilityLineQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Answers of the checks of the units one checks for; none about oneself or who one depends on."""
        units = checking_unit_ids(scope_of(user))
        if not units:
            return self.none()
        return self.filter(eligibility_check__unit_id__in=units).exclude(person_id__in=closed_to(user))


class EligibilityCheckQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Checks of which one sees at least one answer."""
        from assessments.models import EligibilityLine

        if not checking_unit_ids(scope_of(user)):
            return self.none()
        return self.filter(Exists(EligibilityLine.objects.visible_to(user).filter(eligibility_check=OuterRef("pk"))))

    def with_counts(self, user: "User") -> Self:
        """How many answers of each kind, counting only those the person sees: `people`, `yes`, `ask`, `no`."""
        seen = ~Q(lines__person_id__in=closed_to(user))
        outcomes = {word: Count("lines", filter=seen & Q(lines__outcome=word)) for word in ("yes", "ask", "no")}
        return self.annotate(people=Count("lines", filter=seen), **outcomes)
