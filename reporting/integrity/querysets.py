"""Who sees requests, looks, and signatures of integrity files; and whose files somebody may ask for. Every page starts here."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from leads.secrecy import standing_of, superiors_of
from positions.models import Appointment, BodyKind, BodyMembership, BodyRole, Unit
from positions.scopes import Scope, scope_of
from reporting.integrity.states import RequestState

if TYPE_CHECKING:
    from accounts.models import User

NONE: frozenset[int] = frozenset()
# Committees that approve: the discipline committee; the party committee where the head of the former may not (ADR 0024).
APPROVING = (BodyKind.DISCIPLINE_COMMITTEE, BodyKind.PARTY_COMMITTEE)
HEADS = (BodyRole.HEAD, BodyRole.SECRETARY)


def asking_unit_ids(scope: Scope) -> frozenset[int]:
    """Units in which the person may need anybody's file: both committees, the personnel office, the unit head."""
    if scope.admin_role:
        return NONE
    bodies = (BodyKind.DISCIPLINE_COMMITTEE, BodyKind.PARTY_COMMITTEE, BodyKind.PERSONNEL_OFFICE)
    return scope.headed_unit_ids.union(*(scope.bodies.get(kind, NONE) for kind in bodies))


def set_unit_ids(scope: Scope) -> frozenset[int]:
    """Units whose settings of integrity files the person decides: as member of the discipline committee."""
    return NONE if scope.admin_role else scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE, NONE)


def closed_to(user: "User") -> frozenset[int]:
    """People whose file the person neither asks for nor decides on: themselves, and who they depend on (as with warnings, ADR 0011)."""
    # A standing is kept for those who sit in a body; heads of departments and leaders may ask as well.
    above = standing_of(user).superior_ids if scope_of(user).bodies else superiors_of(user)
    return above | {user.pk}


def askable_posts(user: "User") -> "models.QuerySet[Appointment]":
    """Posts of the people whose file the person may ask for: of the own units, of departments headed or in charge of, and of the
    leaderships of units below. Of who has left every post, the posts held last count."""
    scope = scope_of(user)
    units = asking_unit_ids(scope)
    if (not units and not scope.reviewed_department_ids) or scope.admin_role:
        return Appointment.objects.none()
    mine = Q(position__unit_id__in=units) | Q(position__department_id__in=scope.reviewed_department_ids)
    for path in Unit.objects.filter(pk__in=units).values_list("path", flat=True):
        mine |= Q(position__unit__path__startswith=path, position__department=None)
    in_force = Appointment.objects.in_force()
    left = ~Exists(in_force.filter(person=OuterRef("person")))
    return Appointment.objects.filter(mine, Q(pk__in=in_force.values("pk")) | left).exclude(person_id__in=closed_to(user))


def approving_bodies(user: "User") -> "models.QuerySet[Any] | None":
    """Ids of the committees for which the person approves today, as their head; None for who certainly heads none."""
    scope = scope_of(user)
    if scope.user_id is None or scope.admin_role or not any(scope.bodies.get(kind) for kind in APPROVING):
        return None
    held = BodyMembership.objects.in_force().filter(person_id=scope.user_id, role__in=HEADS, body__kind__in=APPROVING)
    return held.values_list("body_id", flat=True)


def approving_body_ids(user: "User") -> frozenset[int]:
    """The same, asked."""
    return frozenset(approving_bodies(user) or ())


class FileRequestQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """One's own; and those one approves as head of the committee, none about oneself or who one depends on."""
        scope = scope_of(user)
        if scope.user_id is None or scope.admin_role:
            return self.none()
        return self.filter(Q(requested_by_id=scope.user_id) | self._approved_by(user))

    def to_decide(self, user: "User") -> Self:
        """Those that wait for the person."""
        return self.filter(self._approved_by(user), state=RequestState.WAITING).exclude(requested_by_id=user.pk)

    def open_on(self, day: date) -> Self:
        """Approved and not run out on the day."""
        return self.filter(state=RequestState.APPROVED, granted_until__gte=day)

    def _approved_by(self, user: "User") -> Q:
        bodies = approving_bodies(user)
        return Q(pk__in=[]) if bodies is None else Q(body_id__in=bodies) & ~Q(person_id__in=closed_to(user))


class FileLookQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """One's own looks; those under requests one approves; and, as head of the discipline committee, looks at own files in the unit."""
        from reporting.integrity.models import FileRequest

        scope = scope_of(user)
        if scope.user_id is None or scope.admin_role:
            return self.none()
        seen = Q(by_id=scope.user_id) | Q(request__in=FileRequest.objects.visible_to(user).values("pk"))
        if approving_body_ids(user):
            own = Q(request=None, unit_id__in=scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE, NONE)) & ~Q(person_id__in=closed_to(user))
            seen |= own
        return self.filter(seen)


class FileSignatureQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """One's own. Others read them in the file they are approved to read."""
        scope = scope_of(user)
        return self.none() if scope.user_id is None or scope.admin_role else self.filter(person_id=scope.user_id)


class FileSettingsQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The common row and those of one's units: how the own file is treated is no secret."""
        scope = scope_of(user)
        return self.filter(Q(unit=None) | Q(unit_id__in=scope.unit_ids)) if scope.unit_ids else self.none()

    def of_unit(self, unit_id: int) -> Self:
        """The common row and the unit's own."""
        return self.filter(Q(unit=None) | Q(unit_id=unit_id))
