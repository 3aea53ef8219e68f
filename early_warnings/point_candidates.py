"""Whom a member of a discipline committee may enter points for, as the choices of a form."""

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from early_warnings.querysets_points import shut_out_ids
from positions.models import Appointment, BodyKind, Department, Rank, Unit
from positions.scopes import scope_of

Groups = list[tuple[str, list[tuple[str, str]]]]


def key(unit_id: int, holder: User | Department) -> str:
    """How the form names a holder: “3-p12” is person 12 in unit 3, “3-d5” department 5."""
    return f"{unit_id}-{'p' if isinstance(holder, User) else 'd'}{holder.pk}"


def candidates(user: User) -> Groups:
    """People and departments of the units whose committee the person sits in, and the heads of the units below.

    Without themselves and those they depend on (`shut_out_ids`).
    """
    units = list(Unit.objects.filter(pk__in=scope_of(user).bodies.get(BodyKind.DISCIPLINE_COMMITTEE, frozenset())).order_by("path"))
    people, departments = shut_out_ids(user)
    found: Groups = []
    for unit in units:
        found += _people(unit, people, with_unit=len(units) > 1)
        rows = Department.objects.open().filter(unit=unit).exclude(pk__in=departments)
        found.append(
            (_("Departments") if len(units) == 1 else f"{unit.name} {_('Departments')}", [(key(unit.pk, d), d.name) for d in rows])
        )
    below = Q()
    for unit in units:
        below |= Q(position__unit__path__startswith=unit.path)
    heads = (
        Appointment.objects.in_force()
        .filter(below, position__rank=Rank.UNIT_HEAD)
        .exclude(position__unit__in=units)
        .exclude(person_id__in=people)
        .select_related("person", "position__unit")
    )
    rows_of_heads = [
        (key(row.position.unit_id, row.person), f"{row.person.name} {row.position.unit.name} {row.position.name}") for row in heads
    ]
    if units and rows_of_heads:
        found.append((_("Heads of units below"), rows_of_heads))
    return [(label, rows) for label, rows in found if rows]


def _people(unit: Unit, without: frozenset[int], *, with_unit: bool) -> Groups:
    groups: dict[str, list[tuple[str, str]]] = {}
    held = Appointment.objects.in_force().filter(position__unit=unit, person__left_on=None, is_main=True).exclude(person_id__in=without)
    order = ("position__department__order", "position__order", "starts_on", "pk")
    for row in held.select_related("person", "position__department").order_by(*order):
        place = row.position.department.name if row.position.department else _("leadership")
        label = f"{unit.name} {place}" if with_unit else place
        groups.setdefault(label, []).append((key(unit.pk, row.person), f"{row.person.name} {place} {row.position.name}"))
    leadership = _("leadership")
    return sorted(groups.items(), key=lambda group: not group[0].endswith(leadership))


def chosen(user: User, value: str) -> tuple[Unit, User | Department] | None:
    """The holder a form names, if it is among the candidates."""
    if value not in {key for _label, rows in candidates(user) for key, _text in rows}:
        return None
    unit_id, _sep, holder = value.partition("-")
    unit = Unit.objects.get(pk=int(unit_id))
    if holder.startswith("p"):
        return unit, User.objects.get(pk=int(holder[1:]))
    return unit, Department.objects.get(pk=int(holder[1:]))
