"""Whom one may plan a talk with, who may hold and record it: the choices of the forms. The services decide."""

from django.db.models import Q

from accounts.models import User
from positions.models import Appointment, BodyKind, Rank, Unit
from positions.scopes import scope_of
from talks.models import TalkKind

Named = dict[int, str]


def _named(held: Q) -> Named:
    rows = (
        Appointment.objects.in_force()
        .filter(held)
        .distinct()
        .order_by("position__unit__path", "position__department__order", "position__order", "pk")
    )
    values = rows.values_list("person_id", "person__name", "position__department__name", "position__name")
    found: Named = {}
    for pk, name, department, post in values:
        found.setdefault(pk, " ".join(filter(None, [name, department, post])))
    return found


def committee_units(user: User) -> list[int]:
    """Units for which the user plans talks as a member of the discipline committee: their own and those below."""
    own = scope_of(user).bodies.get(BodyKind.DISCIPLINE_COMMITTEE, frozenset())
    below = Q(pk__in=own)
    for unit in Unit.objects.filter(pk__in=own):
        below |= Q(path__startswith=unit.path)
    return list(Unit.objects.filter(below).values_list("pk", flat=True)) if own else []


def people_to_talk_to(user: User, kind: str) -> Named:
    """Those the user may plan a talk with, as name, department and post."""
    scope = scope_of(user)
    mine = Q(position__department_id__in=scope.reviewed_department_ids) | Q(position__unit_id__in=scope.headed_unit_ids)
    units = committee_units(user)
    mine |= Q(position__unit_id__in=units)
    if kind in (TalkKind.COLLECTIVE, TalkKind.ADMONITION):
        mine |= Q(position__unit_id__in=scope.bodies.get(BodyKind.PERSONNEL_OFFICE, frozenset()))
    found = _named(mine)
    found.pop(user.pk, None)
    return found


def talkers(user: User) -> Named:
    """Who may hold it: for the discipline committee the leaders and its members; for others only they themselves."""
    units = committee_units(user)
    if not units:
        return {user.pk: user.name}
    leads = Q(position__unit_id__in=units) & ~Q(position__rank=Rank.STAFF)
    sits = Q(
        person__memberships__body__kind__in=[BodyKind.DISCIPLINE_COMMITTEE, BodyKind.PERSONNEL_OFFICE], person__memberships__ends_on=None
    )
    return {user.pk: user.name} | _named(leads | (Q(position__unit_id__in=units) & sits))


def recorders(user: User) -> Named:
    """Who may record it: people of the units the user works in."""
    return _named(Q(position__unit_id__in=scope_of(user).unit_ids))


def kinds_for(user: User) -> list[str]:
    """The kinds of talks the user may plan at all."""
    return [kind for kind in TalkKind.values if people_to_talk_to(user, kind)]


def unit_of(people: list[User]) -> Unit | None:
    """The unit a talk belongs to: where the first of the people works."""
    if not people:
        return None
    held = Appointment.objects.in_force().filter(person=people[0]).select_related("position__unit").order_by("-is_main", "pk").first()
    return held.position.unit if held else None
