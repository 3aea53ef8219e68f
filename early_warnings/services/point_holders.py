"""What an entry keeps about its holder, read from the organisation as it was on the day of the fault."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from early_warnings.models import PointEntry
from early_warnings.points import Above, leader_of_department, leader_of_person, leader_share
from positions.models import LEADERSHIP_RANKS, Appointment, Department, Unit
from risks.services.responsibility import organisation_of


@dataclass(frozen=True, slots=True)
class Place:
    """The department (none for the leadership) and how the holder is called."""

    department: Department | None
    label: str


def place_of(holder: User | Department, unit: Unit, on: date) -> Place:
    """Raises DomainError for somebody who has left, or held no post in the unit on the day, and for a department that is gone."""
    if isinstance(holder, Department):
        if holder.unit_id != unit.pk or holder.closed_on:
            raise DomainError(_("The department does not belong to this unit, or no longer exists."))
        return Place(holder, holder.name)
    if not holder.is_active or holder.left_on or holder.admin_role:
        raise DomainError(_("%(name)s has left the unit: no points are entered any more.") % {"name": holder.name})
    held = Appointment.objects.in_force(on).filter(person=holder, position__unit=unit).select_related("position__department")
    rows = sorted(held, key=lambda a: (a.position.rank not in LEADERSHIP_RANKS, not a.is_main, a.starts_on, a.pk))
    if not rows:
        text = _("%(name)s held no post in this unit on %(day)s. Check the person and the date.")
        raise DomainError(text % {"name": holder.name, "day": on.isoformat()})
    post = rows[0].position
    return Place(post.department, " ".join([holder.name, *([post.department.name] if post.department else []), post.name])[:200])


def leader_id(unit_id: int, person_id: int | None, department_id: int | None, on: date) -> int | None:
    """Who answered as leader on that day; `department_id` is the account's, or where the person worked. Two queries."""
    organisation = organisation_of(unit_id, on)
    above = Above(
        department_head=organisation.heads.get(department_id) if department_id else None,
        deputy=organisation.deputies.get(department_id) if department_id else None,
        unit_head=organisation.unit_head,
    )
    return leader_of_department(above) if person_id is None else leader_of_person(person_id, above)


def share_leader_id(entry: PointEntry) -> int | None:
    """Who would get a share of this entry when it is confirmed; None where the scheme gives none, or for counter-entries and shares."""
    if entry.counter_of_id or entry.share_of_id or not leader_share(entry.points, entry.scheme.rules):
        return None
    found = leader_id(entry.unit_id, entry.person_id, entry.place_id, entry.occurred_on)
    # Who has left since gets none: there is no account any more.
    return found if found and User.objects.filter(pk=found, is_active=True, left_on=None).exists() else None
