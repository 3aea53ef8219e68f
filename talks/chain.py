"""Who stands above a person in the chain: talks with those are not read by the committee members below them (回避)."""

from typing import TYPE_CHECKING

from django.db.models import Q

from positions.scopes import scope_of

if TYPE_CHECKING:
    from accounts.models import User


def superiors_of(user: "User") -> frozenset[int]:
    """Heads of the person's departments, leaders in charge of them, heads of the units the person works in; never the person."""
    from positions.models import Appointment, DivisionOfWork, Rank

    scope = scope_of(user)
    above = Q(position__rank=Rank.DEPARTMENT_HEAD, position__department_id__in=scope.department_ids)
    above |= Q(position__rank=Rank.UNIT_HEAD, position__unit_id__in=scope.unit_ids)
    found = set(Appointment.objects.in_force().filter(above).values_list("person_id", flat=True))
    if scope.department_ids:
        divisions = DivisionOfWork.objects.in_force().filter(department_id__in=scope.department_ids)
        found.update(divisions.values_list("appointment__person_id", flat=True))
    return frozenset(found - {user.pk})
