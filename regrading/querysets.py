"""Reads of re-grading. Every page, count and export starts from `visible_to`.

Scores and proposals hold open evidence only and are seen by whoever sees the risk point; what leads, warnings and unpublished grades add
lies in confidential findings, which only those find who may see every source (ADR 0020).
"""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import AdminRole
from leads.secrecy import standing_of
from positions.models import BodyKind
from positions.scopes import Scope, scope_of
from regrading.states import ConfidentialState, ProposalState, RuleSetState

if TYPE_CHECKING:
    from accounts.models import User
    from risks.models import RiskPoint


class RuleSetQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The common sets and those of units the person sees as a whole."""
        scope = scope_of(user)
        return self.filter(Q(unit=None) | Q(unit_id__in=scope.whole_unit_ids)) if scope.whole_unit_ids else self.none()

    def in_force(self) -> Self:
        """One a unit, and one common."""
        return self.filter(state=RuleSetState.IN_FORCE)


class RunQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Those of units the person sees as a whole: their counts are about all points. The system administrator keeps all going."""
        scope = scope_of(user)
        return self if scope.admin_role == AdminRole.SYSTEM else self.filter(unit_id__in=scope.whole_unit_ids)


def evaluated(unit_id: int, as_of: date) -> "models.QuerySet[RiskPoint]":
    """The points that a night evaluates, by open and by confidential evidence: what stood in the unit's register on that day."""
    from risks.models import RiskPoint

    return RiskPoint.objects.registered().filter(unit_id=unit_id, registered_on__lte=as_of)


class OfRiskQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Those of the risk points the person sees."""
        from risks.models import RiskPoint

        return self.filter(risk__in=RiskPoint.objects.visible_to(user).values("pk"))


def not_about_me_or_mine(user: "User") -> Q:
    """Rows whose risk point is neither the person's own nor that of somebody above them in the chain (as leads are, ADR 0009)."""
    scope, me = scope_of(user), standing_of(user)
    holder = Q(risk__direct_holder_id__in=me.superior_ids | {user.pk})
    # A point without a holder, or with none of these, must not fall out with the NULL.
    return ~Q(Q(risk__direct_holder_id__isnull=False) & holder) & ~Q(
        Q(risk__position_id__isnull=False) & Q(risk__position_id__in=scope.position_ids)
    )


BY_SCORE = Q(origin="score")


def concerned_by(scope: Scope, risk: "RiskPoint") -> bool:
    """Whether the person may read more of the point's proposals than those of the score: see `ProposalQuerySet`."""
    return bool(scope.whole_unit_ids) or risk.responsible_leader_id == scope.user_id


class ProposalQuerySet(OfRiskQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Those of the risk points the person sees.

        What the discipline committee put forward is read by those who see the whole unit and by who answers for the point, and neither
        by its holder nor by anybody below: that the committee speaks would tell them that there is something.
        """
        scope = scope_of(user)
        found = super().visible_to(user)
        concerned = Q(unit_id__in=scope.whole_unit_ids) | Q(risk__responsible_leader_id=scope.user_id)
        return found.filter(Q(origin="score") | concerned & not_about_me_or_mine(user))

    def of_point(self, user: "User", risk: "RiskPoint") -> Self:
        """Those of one point that `visible_to` finds, for a reader who has been shown the point.

        Who neither sees a whole unit nor answers for the point reads what the score proposes and nothing else, whatever there is: for
        them the chain above need not be asked for.
        """
        found, scope = self.filter(risk=risk), scope_of(user)
        if not concerned_by(scope, risk):
            return found.filter(BY_SCORE)
        concerned = Q(unit_id__in=scope.whole_unit_ids) | Q(risk__responsible_leader_id=scope.user_id)
        return found.filter(Q(origin="score") | concerned & not_about_me_or_mine(user))

    def open(self) -> Self:
        """To be decided."""
        return self.filter(state=ProposalState.OPEN)


class ConfidentialQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Members of the discipline committee who may see every source today and are neither holder nor below (ADR 0020)."""
        from regrading.models import ConfidentialSource

        units = scope_of(user).bodies.get(BodyKind.DISCIPLINE_COMMITTEE, frozenset())
        if not units:
            return self.none()
        hidden = ConfidentialSource.objects.filter(finding=OuterRef("pk")).exclude(
            pk__in=ConfidentialSource.objects.seen_by(user).values("pk")
        )
        return self.filter(not_about_me_or_mine(user), ~Exists(hidden), unit_id__in=units)

    def open(self) -> Self:
        """To be considered."""
        return self.filter(state=ConfidentialState.OPEN)


class ConfidentialSourceQuerySet(models.QuerySet[Any]):
    def seen_by(self, user: "User") -> Self:
        """Those whose lead, warning, result or survey the person may see by itself."""
        from assessments.models import Result, Survey
        from early_warnings.models import Warning
        from leads.models import Lead

        return self.filter(
            Q(lead__in=Lead.objects.visible_to(user).values("pk"))
            | Q(warning__in=Warning.objects.handled_by(user).values("pk"))
            # One by one: there are few sources, and every person has results.
            | Q(Exists(Result.objects.visible_to(user).filter(pk=OuterRef("result"))))
            | Q(survey__in=Survey.objects.visible_to(user).values("pk"))
        )

    def visible_to(self, user: "User") -> Self:
        """Those of the findings the person sees."""
        from regrading.models import ConfidentialFinding

        return self.filter(finding__in=ConfidentialFinding.objects.visible_to(user).values("pk"))
