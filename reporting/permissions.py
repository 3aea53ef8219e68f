"""Who brings registers in: the office of the leading group and the unit head (issue A, real input)."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from positions.models import Unit
from positions.scopes import scope_of
from reporting.models import RegisterImport
from reporting.querysets import kept_unit_ids


def may_import(user: User, unit: Unit) -> Verdict:
    """Bring a register into the unit."""
    if unit.pk in kept_unit_ids(scope_of(user)):
        return YES
    return no(_("Only the office of the leading group and the unit head bring registers in."))


def import_url(*, user: User) -> str:
    """The page of imports for who brings registers in, else nothing (risks.providers)."""
    return reverse("reporting:imports") if kept_unit_ids(scope_of(user)) else ""


def may_work_on(user: User, register_import: RegisterImport) -> Verdict:
    """Change, try, carry out, undo or discard an import: who uploaded the file, while still keeping the register.

    Imports of `manage.py import_register` have nobody; anyone who keeps the register may undo them.
    """
    verdict = may_import(user, register_import.unit)
    if verdict and register_import.by_id not in (None, user.pk):
        return no(_("Only who uploaded the file goes on with it."))
    return verdict
