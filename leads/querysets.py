"""Reads of leads. Every page, count, search, export, notice and file starts from `visible_to` (ADR 0009)."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from leads.states import ENDED, LeadState
from positions.scopes import scope_of

if TYPE_CHECKING:
    from accounts.models import User


class LevelQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The common levels and those of the person's units."""
        scope = scope_of(user)
        return self.filter(Q(unit=None) | Q(unit_id__in=scope.unit_ids | scope.whole_unit_ids)) if scope.unit_ids else self.none()

    def of_unit(self, unit_id: int | None) -> Self:
        """What the unit judges by: its own levels, or the common ones when it has none."""
        own = self.filter(unit_id=unit_id)
        return own if unit_id is not None and own.exists() else self.filter(unit=None)


class SignQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The common signs and those of the person's units: what to look out for is no secret."""
        scope = scope_of(user)
        return self.filter(Q(unit=None) | Q(unit_id__in=scope.unit_ids | scope.whole_unit_ids)) if scope.unit_ids else self.none()

    def of_unit(self, unit_id: int) -> Self:
        """The unit's catalogue: its own rows and the common ones it has not put its own in the place of, switched off or not."""
        replaced = self.model._default_manager.filter(unit_id=unit_id, replaces=OuterRef("pk"))
        return self.filter(Q(unit_id=unit_id) | Q(unit=None) & ~Exists(replaced))

    def active(self) -> Self:
        """Signs in use."""
        return self.filter(is_active=True)


class LeadQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Leads on the desk of a body the person sits in today, without those the person is shut out from. One condition for everything."""
        from leads.secrecy import visible

        return self.filter(visible(user))

    def open(self) -> Self:
        """Not yet ended."""
        return self.exclude(state__in=ENDED)

    def waiting(self) -> Self:
        """To be taken up, or to be judged."""
        return self.filter(state__in=[LeadState.RECEIVED, LeadState.STUDYING, LeadState.PROPOSED])

    def overdue(self, today: date) -> Self:
        """Open ones whose date has passed."""
        return self.open().filter(due_on__lt=today)
