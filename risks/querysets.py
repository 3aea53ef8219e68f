"""Reads of campaigns, forms and the register. Every page, count, search and export starts from `visible_to`."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from positions.scopes import Scope, scope_of
from risks.states import CampaignState, FormState, MeasureState, RiskState

if TYPE_CHECKING:
    from accounts.models import User


class SchemeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The common schemes and those of the person's units."""
        scope = scope_of(user)
        return self.filter(Q(unit=None) | Q(unit_id__in=scope.unit_ids | scope.whole_unit_ids)) if scope.unit_ids else self.none()


class CampaignQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Campaigns of the person's units."""
        scope = scope_of(user)
        return self.filter(unit_id__in=scope.unit_ids | scope.whole_unit_ids)

    def running(self) -> Self:
        """At most one a unit."""
        return self.filter(state=CampaignState.RUNNING)


class DeclarationQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """One's own forms; and those handed in, as head, leader in charge, reviewer or member of a body that sees the whole unit.

        A draft that was never handed in is seen by its declarant alone; the unit's form by the whole leadership, who fill it in together.
        """
        scope = scope_of(user)
        if scope.user_id is None or scope.admin_role:
            return self.none()
        handed_in = ~Q(state__in=[FormState.DRAFT, FormState.CANCELLED])
        return self.filter(
            Q(declarant_id=scope.user_id)
            | Q(kind="unit", unit_id__in=scope.leadership_unit_ids)
            | handed_in
            & (
                Q(unit_id__in=scope.whole_unit_ids)
                | Q(department_id__in=scope.reviewed_department_ids)
                # A subquery, not a join: a form with several steps must not be counted several times.
                | Q(pk__in=_reviewed_by(scope.user_id))
            )
        )

    def active(self) -> Self:
        """All but cancelled ones."""
        return self.exclude(state=FormState.CANCELLED)


def _reviewed_by(user_id: int) -> models.QuerySet[Any]:
    from risks.models import ReviewStep

    return ReviewStep.objects.filter(Q(reviewer_id=user_id) | Q(decided_by_id=user_id)).values("declaration_id")


class EntryQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Entries of the forms the person may see."""
        from risks.models import Declaration

        return self.filter(declaration__in=Declaration.objects.visible_to(user).values("pk"))


def register_scope(scope: Scope, prefix: str = "") -> Q | None:
    """Which points of the register a person sees, as one condition; None when there are none.

    The whole unit: unit head, leading group and its office, discipline committee. Leadership: the unit-level points as well. Leaders in
    charge and heads: their departments. Everybody: the points of their own positions, their department's own points and what it shares.
    """
    if scope.user_id is None or scope.admin_role:
        return None
    condition = Q(**{f"{prefix}direct_holder_id": scope.user_id})
    if scope.whole_unit_ids:
        condition |= Q(**{f"{prefix}unit_id__in": scope.whole_unit_ids})
    if scope.leadership_unit_ids:
        condition |= Q(**{f"{prefix}unit_id__in": scope.leadership_unit_ids, f"{prefix}level_of": "unit"})
    if scope.reviewed_department_ids:
        condition |= Q(**{f"{prefix}department_id__in": scope.reviewed_department_ids})
    if scope.position_ids:
        condition |= Q(**{f"{prefix}position_id__in": scope.position_ids})
    shared = scope.department_ids - scope.reviewed_department_ids
    if shared:
        condition |= Q(**{f"{prefix}department_id__in": shared}) & (
            Q(**{f"{prefix}level_of": "department"}) | Q(**{f"{prefix}is_shared": True})
        )
    return condition


def only_whole_units(scope: Scope) -> bool:
    """Whether the person sees whole units and nothing outside them: what all readers of the same units see is then the same."""
    return bool(scope.whole_unit_ids) and scope.whole_unit_ids >= scope.unit_ids | scope.leadership_unit_ids


class RiskQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The points the person may see, see `register_scope`."""
        scope = scope_of(user)
        # Somebody who sees a whole unit and nothing outside it gets the one condition that the list's indexes serve.
        if only_whole_units(scope):
            return self.filter(unit_id__in=scope.whole_unit_ids)
        condition = register_scope(scope)
        return self.none() if condition is None else self.filter(condition)

    def registered(self) -> Self:
        """What stands in the register now."""
        return self.filter(state=RiskState.REGISTERED)

    def of_import(self, batch: int) -> Self:
        """The points of one import that are still there, found by their keys."""
        lying = apps.get_model("risks", "ImportedPoints")._default_manager.filter(pk=batch)
        first, last = (models.Subquery(lying.values(end)) for end in ("first", "last"))
        return self.filter(import_batch=batch, pk__gte=first, pk__lte=last)


class MeasureQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Measures of the visible points, and those the person is to carry out."""
        scope = scope_of(user)
        if only_whole_units(scope):
            return self.filter(risk__unit_id__in=scope.whole_unit_ids)
        condition = register_scope(scope, "risk__")
        return self.none() if condition is None else self.filter(condition | Q(who_id=scope.user_id))

    def visible_by_parts(self, user: "User") -> Self:
        """The rows of `visible_to`, those of visible points and one's own each found by its index, for counting all of them.

        The one condition over both tables makes PostgreSQL read them whole, however little the person sees.
        """
        scope = scope_of(user)
        if scope.whole_unit_ids or register_scope(scope) is None:
            return self.visible_to(user)
        of_points = self.model._default_manager.filter(register_scope(scope, "risk__")).order_by()
        own = self.model._default_manager.filter(who_id=scope.user_id).order_by()
        return self.filter(pk__in=of_points.values("pk").union(own.values("pk"), all=True))

    def open(self) -> Self:
        """Neither reported done nor dropped."""
        return self.filter(state=MeasureState.PLANNED)

    def overdue(self, today: date) -> Self:
        """Open and past their date."""
        return self.open().filter(due_on__lt=today)
