"""Whom the steps of a warning tell."""

from accounts.models import User
from early_warnings.models import SubjectKind, Warning
from positions.models import Appointment, Rank


def warned(warning: Warning) -> list[User]:
    """The person warned, or who stands for the department or unit."""
    if warning.subject_kind == SubjectKind.PERSON:
        return [warning.person] if warning.person else []
    held = Appointment.objects.in_force().select_related("person")
    if warning.subject_kind == SubjectKind.DEPARTMENT:
        held = held.filter(position__department_id=warning.department_id, position__rank=Rank.DEPARTMENT_HEAD)
    else:
        held = held.filter(position__unit_id=warning.unit_id, position__rank=Rank.UNIT_HEAD)
    return [appointment.person for appointment in held]


def recipients(warning: Warning) -> list[User]:
    """Who is warned and who answers for it."""
    return [*warned(warning), *([warning.responsible] if warning.responsible else [])]
