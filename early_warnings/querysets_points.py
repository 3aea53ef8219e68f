"""Reads of point schemes, behaviours and entries. Every page, count and file starts from `visible_to`."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, Expression, OuterRef, Q

from early_warnings.states_points import PointState
from leads.models import Lead
from leads.secrecy import standing_of
from positions.models import BodyKind
from positions.scopes import Scope, scope_of

if TYPE_CHECKING:
    from accounts.models import User


class _CommonOrOwn(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The common ones and those of the person's units: the rules of counting are no secret."""
        scope = scope_of(user)
        return self.filter(Q(unit=None) | Q(unit_id__in=scope.unit_ids | scope.whole_unit_ids)) if scope.unit_ids else self.none()


class PointSchemeQuerySet(_CommonOrOwn):
    def in_force(self, unit_id: int | Expression, on: date | Expression) -> Self:
        """The scheme that holds for the unit on a day, as a list of one at most: its own, newest first, before the common one."""
        return self.filter(Q(unit_id=unit_id) | Q(unit=None), in_force_from__lte=on).order_by(
            models.F("unit").asc(nulls_last=True), "-in_force_from"
        )[:1]


class PointBehaviourQuerySet(_CommonOrOwn):
    def of_unit(self, unit_id: int) -> Self:
        """The unit's catalogue: its own rows, and the common ones whose code it has not put a row of its own in the place of."""
        own = self.model._default_manager.filter(unit_id=unit_id, code=OuterRef("code"))
        return self.filter(Q(unit_id=unit_id) | Q(unit=None) & ~Exists(own))

    def active(self) -> Self:
        """Those that new entries may use."""
        return self.filter(is_active=True)


def watching_unit_ids(scope: Scope) -> frozenset[int]:
    """Units of whose points the person has the whole picture: discipline committee and unit head."""
    return frozenset(scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE, frozenset()) | scope.headed_unit_ids)


def shut_out_ids(user: "User") -> tuple[frozenset[int], frozenset[int]]:
    """People and departments in the handling of whose accounts the person takes no part: their own, those of everybody above them, and of
    the departments of all these.

    The rule of leads and warnings (ADR 0009), so that an account gives nothing away that they keep.
    """
    me = standing_of(user)
    return me.superior_ids | {user.pk}, me.department_ids


def shut_out(user: "User") -> Q:
    """The same as a condition on entries."""
    people, departments = shut_out_ids(user)
    return Q(person__isnull=False, person_id__in=people) | Q(department__isnull=False, department_id__in=departments)


def secretary_unit_ids(user: "User") -> frozenset[int]:
    """Units whose party committee the person heads, or is secretary of."""
    return scope_of(user).spoken_for.get(BodyKind.PARTY_COMMITTEE, frozenset())


class PointEntryQuerySet(models.QuerySet[Any]):
    def handled_by(self, user: "User") -> Self:
        """What the person proposes and decides on as a member of the committee that handles it, or as secretary of the party committee.

        While it is not confirmed, an entry drawn from a lead is kept from who may not see that lead.
        """
        scope = scope_of(user)
        if scope.user_id is None or scope.admin_role:
            return self.none()
        units = secretary_unit_ids(user)
        bodies = standing_of(user).body_ids
        if not units and not bodies:
            return self.none()
        readable = Q(state=PointState.CONFIRMED) | Q(lead=None) | Q(lead__in=Lead.objects.visible_to(user).values("pk"))
        return self.filter(Q(body_id__in=bodies) | Q(unit_id__in=units), readable).exclude(shut_out(user))

    def visible_to(self, user: "User") -> Self:
        """Confirmed entries: one's own, those of departments one heads or is in charge of, all of the unit for its head.

        In every state: what one handles. A proposal is nobody else's business, least of all that of whom it is about.
        """
        scope = scope_of(user)
        if scope.user_id is None or scope.admin_role:
            return self.none()
        seen = Q(person_id=scope.user_id)
        if scope.headed_unit_ids:
            seen |= Q(unit_id__in=scope.headed_unit_ids)
        if scope.reviewed_department_ids:
            seen |= Q(place_id__in=scope.reviewed_department_ids)
        handled = self.model._default_manager.handled_by(user).values("pk")
        return self.filter(Q(state=PointState.CONFIRMED) & seen | Q(pk__in=handled))

    def confirmed(self) -> Self:
        """What counts."""
        return self.filter(state=PointState.CONFIRMED)

    def waiting(self) -> Self:
        """Proposed and not decided."""
        return self.filter(state=PointState.PROPOSED)

    def within(self, start: date, end: date) -> Self:
        """Of faults on these days."""
        return self.filter(occurred_on__range=(start, end))


class PointClosingQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Year-end closings: the discipline committee and the unit head."""
        scope = scope_of(user)
        return self.none() if scope.admin_role else self.filter(unit_id__in=watching_unit_ids(scope))
