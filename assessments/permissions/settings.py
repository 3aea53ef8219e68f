"""Who says how a unit assesses: its discipline committee."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from positions.models import BodyKind
from positions.scopes import scope_of


def may_keep(user: User, unit_id: int | None) -> Verdict:
    """Change weights, grades and indicators of a unit."""
    if unit_id is not None and scope_of(user).sits_in(BodyKind.DISCIPLINE_COMMITTEE, unit_id):
        return YES
    return no(_("The discipline committee of the unit keeps these settings."))
