"""Reads of the organisation, its powers and rules. Every page starts from `visible_to`."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from treebeard.mp_tree import MP_NodeQuerySet

from accounts.models import AdminRole
from positions.scopes import Scope, scope_of

if TYPE_CHECKING:
    from accounts.models import User


def _within(start: str, end: str, on: date) -> Q:
    return Q(**{f"{start}__lte": on}) & (Q(**{end: None}) | Q(**{f"{end}__gte": on}))


def known_units(scope: Scope) -> Q | None:
    """Units whose organisation the person may browse, as a condition on `pk`; None for all of them.

    Everybody knows the organisation of their own units; system and security administrators keep that of all.
    """
    if scope.admin_role in (AdminRole.SYSTEM, AdminRole.SECURITY):
        return None
    return Q(pk__in=scope.unit_ids | scope.whole_unit_ids)


class UnitQuerySet(MP_NodeQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Units the person may browse."""
        condition = known_units(scope_of(user))
        return self.all() if condition is None else self.filter(condition)

    def open_below(self, unit_ids: Iterable[int]) -> set[int]:
        """Ids of units below the given ones that are open to the higher unit, together with every unit between."""
        rows = list(self.model._default_manager.order_by("path").values_list("pk", "path", "open_to_higher"))
        wanted = set(unit_ids)
        seen = {path for pk, path, _ in rows if pk in wanted}
        found: set[int] = set()
        steplen = self.model.steplen
        for pk, path, is_open in rows:
            if is_open and path[:-steplen] in seen:
                seen.add(path)
                found.add(pk)
        return found


class _OfUnit(models.QuerySet[Any]):
    """Rows with a `unit` that everybody of that unit may browse."""

    def visible_to(self, user: "User") -> Self:
        """Rows of the units the person may browse."""
        scope = scope_of(user)
        if scope.admin_role in (AdminRole.SYSTEM, AdminRole.SECURITY):
            return self.all()
        return self.filter(unit_id__in=scope.unit_ids | scope.whole_unit_ids)


class DepartmentQuerySet(_OfUnit):
    def open(self, on: date | None = None) -> Self:
        """Departments that exist on the day."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=on or timezone.localdate()))


class PositionQuerySet(DepartmentQuerySet):
    pass


class BodyQuerySet(DepartmentQuerySet):
    pass


class AppointmentQuerySet(models.QuerySet[Any]):
    def in_force(self, on: date | None = None) -> Self:
        """Appointments that count on the day (default today); those of disabled accounts do not."""
        return self.filter(_within("starts_on", "ends_on", on or timezone.localdate()), person__is_active=True)

    def visible_to(self, user: "User") -> Self:
        """Appointments in the units the person may browse."""
        scope = scope_of(user)
        if scope.admin_role in (AdminRole.SYSTEM, AdminRole.SECURITY):
            return self.all()
        return self.filter(position__unit_id__in=scope.unit_ids | scope.whole_unit_ids)


class DivisionQuerySet(models.QuerySet[Any]):
    def in_force(self, on: date | None = None) -> Self:
        """Divisions that count on the day: their own dates and those of the leader's appointment."""
        day = on or timezone.localdate()
        return self.filter(
            _within("starts_on", "ends_on", day),
            _within("appointment__starts_on", "appointment__ends_on", day),
            appointment__person__is_active=True,
        )

    def visible_to(self, user: "User") -> Self:
        """Divisions in the units the person may browse."""
        scope = scope_of(user)
        if scope.admin_role in (AdminRole.SYSTEM, AdminRole.SECURITY):
            return self.all()
        return self.filter(department__unit_id__in=scope.unit_ids | scope.whole_unit_ids)


class MembershipQuerySet(models.QuerySet[Any]):
    def in_force(self, on: date | None = None) -> Self:
        """Memberships that count on the day."""
        return self.filter(_within("starts_on", "ends_on", on or timezone.localdate()), person__is_active=True, body__closed_on=None)

    def visible_to(self, user: "User") -> Self:
        """Memberships in the units the person may browse."""
        scope = scope_of(user)
        if scope.admin_role in (AdminRole.SYSTEM, AdminRole.SECURITY):
            return self.all()
        return self.filter(body__unit_id__in=scope.unit_ids | scope.whole_unit_ids)


class CatalogueQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Published versions for everybody of the unit; open ones as well, but with `PowerItemQuerySet.visible_to` for what is in them."""
        scope = scope_of(user)
        return self.filter(unit_id__in=scope.unit_ids | scope.whole_unit_ids)

    def published(self) -> Self:
        """The versions in force."""
        return self.filter(state="published")

    def fixed(self) -> Self:
        """Versions that no longer change: in force or superseded."""
        return self.filter(state__in=["published", "superseded"])

    def unfinished(self) -> Self:
        """The version being compiled, at most one a unit."""
        return self.exclude(state__in=["published", "superseded"])


class PowerItemQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Published items for everybody of the unit. Items being compiled: their holders, the department's people, its leader in charge,
        the unit's leadership, leading group, its office, legal office and discipline committee (domain §2)."""
        scope = scope_of(user)
        compiling = scope.whole_unit_ids | scope.leadership_unit_ids | scope.bodies.get("legal_office", frozenset())
        return self.filter(
            Q(catalogue__state__in=["published", "superseded"], unit_id__in=scope.unit_ids | scope.whole_unit_ids)
            | Q(unit_id__in=compiling)
            | Q(department_id__in=scope.department_ids | scope.charge_department_ids)
            | Q(position_id__in=scope.position_ids)
        )

    def in_force(self) -> Self:
        """Items of the published version."""
        return self.filter(catalogue__state="published")


class RuleQuerySet(_OfUnit):
    pass
