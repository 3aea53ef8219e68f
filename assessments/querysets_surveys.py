"""Who sees surveys: the unit's discipline committee all of them; its head and its party committee what is closed; nobody else."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from assessments.states_surveys import SurveyState
from positions.models import BodyKind
from positions.scopes import Scope, scope_of

if TYPE_CHECKING:
    from accounts.models import User


def making_unit_ids(scope: Scope) -> frozenset[int]:
    """Units whose surveys the person makes."""
    return scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE, frozenset())


def reading_unit_ids(scope: Scope) -> frozenset[int]:
    """Units of whose surveys the person reads results."""
    return making_unit_ids(scope) | scope.headed_unit_ids | scope.bodies.get(BodyKind.PARTY_COMMITTEE, frozenset())


class SurveyQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """See the top of this file."""
        scope = scope_of(user)
        if scope.user_id is None or scope.admin_role:
            return self.none()
        making, reading = making_unit_ids(scope), reading_unit_ids(scope)
        if not (making or reading):
            return self.none()
        return self.filter(Q(unit_id__in=making) | Q(unit_id__in=reading, state=SurveyState.CLOSED))

    def closed(self) -> Self:
        """Those with a result."""
        return self.filter(state=SurveyState.CLOSED)

    def on_start_page(self, unit_ids: frozenset[int], making: frozenset[int], today: date) -> Self:
        """Open ones: internal surveys of these units that take answers today, and of those the person makes the ones whose time is over."""
        to_answer = Q(unit_id__in=unit_ids, kind="internal", open_from__lte=today, open_until__gte=today)
        return self.filter(to_answer | Q(unit_id__in=making, open_until__lt=today), state=SurveyState.OPEN).order_by("open_until", "pk")


class QuestionnaireQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """For discipline committees: the common ones and their own."""
        scope = scope_of(user)
        units = making_unit_ids(scope)
        if scope.user_id is None or scope.admin_role or not units:
            return self.none()
        return self.filter(Q(unit=None) | Q(unit_id__in=units))

    def of_unit(self, unit_id: int) -> Self:
        """What a unit's surveys may ask."""
        return self.filter(Q(unit=None) | Q(unit_id=unit_id))
