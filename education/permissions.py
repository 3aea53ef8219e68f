"""Who keeps the mottos of a unit."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from education.querysets import kept_units
from positions.scopes import scope_of


def may_keep(user: User, unit_id: int) -> Verdict:
    """Members of the discipline committee and of the office of the leading group."""
    if unit_id in kept_units(scope_of(user)):
        return YES
    return no(_("The discipline committee and the office of the leading group keep the mottos of the unit."))
