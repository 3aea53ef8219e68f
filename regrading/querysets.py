"""Reads of re-grading. Every page, count and export starts from `visible_to`.

Scores and proposals hold open evidence only and are seen by whoever sees the risk point; what leads, warnings and unpublished grades add
lies in confidential findings, which only those find who may see every source (ADR 0020).
"""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from positions.scopes import scope_of
from regrading.states import ProposalState, RuleSetState

if TYPE_CHECKING:
    from accounts.models import User


class RuleSetQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The common sets and those of units the person sees as a whole."""
        scope = scope_of(user)
        return self.filter(Q(unit=None) | Q(unit_id__in=scope.whole_unit_ids)) if scope.whole_unit_ids else self.none()

    def in_force(self) -> Self:
        """One a unit, and one common."""
        return self.filter(state=RuleSetState.IN_FORCE)


class OfRiskQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Those of the risk points the person sees."""
        from risks.models import RiskPoint

        return self.filter(risk__in=RiskPoint.objects.visible_to(user).values("pk"))


class ProposalQuerySet(OfRiskQuerySet):
    def open(self) -> Self:
        """To be decided."""
        return self.filter(state=ProposalState.OPEN)
