"""Who keeps the organisation: the system administrator; posts also the personnel office of the unit (domain §1)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import AdminRole, User
from common.verdicts import YES, Verdict, no
from positions.models import BodyKind, Unit
from positions.scopes import scope_of


def may_edit_structure(user: User, unit: Unit | None = None) -> Verdict:
    """Units, departments, positions and bodies with their members: the system administrator."""
    if user.admin_role == AdminRole.SYSTEM:
        return YES
    return no(_("Only the system administrator changes units, departments, positions and bodies."))


def may_edit_posts(user: User, unit: Unit, person: User | None = None) -> Verdict:
    """Appointments and the division of work: the system administrator and the unit's personnel office, but nobody their own."""
    if person is not None and person.pk == user.pk:
        return no(_("Nobody changes their own posts."))
    if user.admin_role == AdminRole.SYSTEM or scope_of(user).sits_in(BodyKind.PERSONNEL_OFFICE, unit.pk):
        return YES
    return no(_("Only the personnel office and the system administrator change posts."))


def may_import(user: User, unit: Unit | None = None) -> Verdict:
    """A whole organisation from a file: the system administrator."""
    return YES if user.admin_role == AdminRole.SYSTEM else no(_("Only the system administrator imports an organisation."))
