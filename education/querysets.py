"""Reads of mottos: the list of who keeps them, and the one of the day."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import BooleanField, Case, ExpressionWrapper, F, Q, Value, When
from django.db.models.expressions import Combinable

from positions.models.bodies import BodyKind
from positions.scopes import Scope, scope_of

if TYPE_CHECKING:
    from accounts.models import User


def kept_units(scope: Scope) -> frozenset[int]:
    """Units whose mottos the person keeps: as the leading group's office, or in the discipline committee."""
    nothing: frozenset[int] = frozenset()
    return scope.bodies.get(BodyKind.LEADING_GROUP_OFFICE, nothing) | scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE, nothing)


class MottoQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """Those one keeps. What hangs on the start page for everybody of the unit is `of_day`."""
        return self.filter(unit_id__in=kept_units(scope_of(user)))

    def in_use(self) -> Self:
        """Not switched off."""
        return self.filter(is_active=True)

    def in_turn(self) -> Self:
        """In the order in which they come: what was never shown, then what was shown longest ago."""
        return self.order_by(F("shown_on").asc(nulls_first=True), "order", "pk")

    def of_day(self, path: Combinable, today: Any, *, month: Any, day: Any) -> Self:
        """What may stand at the top of the unit with this path of the tree, the one that does first; one row is read.

        A motto kept for the day wins. A unit without any has those of the nearest unit above that has some. What was marked as today's
        stays it, else the one shown longest ago comes: so each comes once before one comes again, also when some are added or taken out.
        """
        kept = Q(month=month, day=day)
        return (
            self.in_use()
            .filter(kept | Q(month=None))
            .annotate(own_path=path)
            .filter(own_path__startswith=F("unit__path"))
            .annotate(
                is_kept=ExpressionWrapper(Q(kept, month__isnull=False), output_field=BooleanField()),
                is_marked=Case(When(shown_on=today, then=Value(1)), default=Value(0)),
            )
            .order_by("-is_kept", "-unit__depth", "-is_marked", F("shown_on").asc(nulls_first=True), "order", "pk")
        )
