"""Who keeps the catalogue of signs."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from positions.models import BodyKind
from positions.scopes import scope_of


def may_edit(user: User, unit_id: int) -> Verdict:
    """Members of the discipline committee."""
    if scope_of(user).sits_in(BodyKind.DISCIPLINE_COMMITTEE, unit_id):
        return YES
    return no(_("The discipline committee keeps the catalogue of signs."))
