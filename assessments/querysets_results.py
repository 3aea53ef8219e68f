"""Reads of scores, results and appeals. Every page, count, search and export starts from `visible_to` (domain §6: the chosen scope)."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from assessments.querysets import committee_units
from assessments.states import SHOWN
from assessments.states_appeals import AppealState
from assessments.states_results import PENDING, ResultState
from positions.models import BodyKind
from positions.scopes import Scope, scope_of

if TYPE_CHECKING:
    from accounts.models import User


def scoring_units(scope: Scope) -> frozenset[int]:
    """Units whose rounds the person scores: as member of the discipline committee."""
    return scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE, frozenset())


class ScoreQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Scores of others in the units whose results the person decides on; one's own stand in the published result."""
        scope = scope_of(user)
        return self.filter(assessed__round__unit_id__in=committee_units(scope)).exclude(assessed__person_id=scope.user_id)


class ResultQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Both committees and the unit head: all but their own; own ones and those within the chosen scope once they are shown."""
        scope = scope_of(user)
        if scope.user_id is None or scope.admin_role:
            return self.none()
        if committee_units(scope):
            return self.filter(self._decided_on(scope) | self._shown() & (Q(assessed__person_id=scope.user_id) | self._in_scope(scope)))
        return self.filter(self._shown(), assessed__in=self._told(scope))

    def in_detail(self, user: "User") -> Self:
        """Those whose calculation the person reads: the committees, the unit head, and the assessed. Colleagues see score and grade."""
        scope = scope_of(user)
        if scope.user_id is None or scope.admin_role:
            return self.none()
        return self.filter(self._decided_on(scope) | self._shown() & Q(assessed__person_id=scope.user_id))

    def shown(self) -> Self:
        """Confirmed and published."""
        return self.filter(self._shown())

    def confirmed(self) -> Self:
        """What counts, or counted before it was corrected."""
        return self.filter(state=ResultState.CONFIRMED)

    def counting(self) -> Self:
        """Of every person in a round the one that counts: the last confirmed."""
        later = self.model._default_manager.filter(
            assessed=OuterRef("assessed"), state=ResultState.CONFIRMED, number__gt=OuterRef("number")
        )
        return self.confirmed().exclude(Exists(later))

    def current(self) -> Self:
        """Of every person in a round the one that stands now, confirmed or not."""
        later = self.model._default_manager.filter(assessed=OuterRef("assessed"), number__gt=OuterRef("number"))
        return self.exclude(state=ResultState.DROPPED).exclude(Exists(later.exclude(state=ResultState.DROPPED)))

    def pending(self) -> Self:
        """Not confirmed yet."""
        return self.filter(state__in=PENDING)

    def _shown(self) -> Q:
        return Q(state=ResultState.CONFIRMED, assessed__round__state__in=SHOWN)

    def _decided_on(self, scope: Scope) -> Q:
        return Q(assessed__round__unit_id__in=committee_units(scope)) & ~Q(assessed__person_id=scope.user_id)

    def _in_scope(self, scope: Scope) -> Q:
        """Conditions on each result: for who sees nearly all of them."""
        round_, group = OuterRef("assessed__round"), OuterRef("assessed__group")
        of_unit = Q(assessed__round__unit_id__in=scope.unit_ids) & _told_to("unit", round_, group)
        return of_unit | Q(assessed__department_id__in=_departments(scope)) & _told_to("department", round_, group)

    def _told(self, scope: Scope) -> "models.QuerySet[Any]":
        """The same and one's own as a list of those assessed, which PostgreSQL goes through first: most people see few, and with conditions
        it would read the results of everybody."""
        from assessments.models import Assessed

        everybody = Assessed.objects.order_by().values("pk")
        round_, group = OuterRef("round"), OuterRef("group")
        of_unit = everybody.filter(_told_to("unit", round_, group), round__unit_id__in=scope.unit_ids)
        of_department = everybody.filter(_told_to("department", round_, group), department_id__in=_departments(scope))
        return everybody.filter(person_id=scope.user_id).union(of_unit, of_department, all=True)


def _departments(scope: Scope) -> frozenset[int]:
    return scope.department_ids | scope.reviewed_department_ids


def _told_to(chosen: str, round_: OuterRef, group: OuterRef) -> Exists:
    """Whether the rules of the group show its results to the unit, or to the department (models.ResultScope)."""
    from assessments.models import RoundGroup

    return Exists(RoundGroup.objects.filter(round=round_, group=group, rules__scope=chosen))


class AppealQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """One's own; those of others in the units whose results the person decides on."""
        scope = scope_of(user)
        if scope.user_id is None or scope.admin_role:
            return self.none()
        units = Q(result__assessed__round__unit_id__in=committee_units(scope))
        return self.filter(units | Q(by_id=scope.user_id))

    def waiting(self) -> Self:
        """Not answered."""
        return self.filter(state=AppealState.WAITING)

    def to_answer(self, user: "User") -> Self:
        """Waiting ones in the units in whose discipline committee the person sits, but for the own one."""
        units = scoring_units(scope_of(user))
        return self.waiting().filter(result__assessed__round__unit_id__in=units).exclude(by_id=user.pk)
