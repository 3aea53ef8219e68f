"""Who keeps the intervals of a unit."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from positions.models import BodyKind
from positions.scopes import scope_of


def may_change(user: User, unit_id: int) -> Verdict:
    """Change when the unit reminds: the office of its leading group and the head of its discipline committee."""
    scope = scope_of(user)
    if scope.sits_in(BodyKind.LEADING_GROUP_OFFICE, unit_id) or scope.chairs(BodyKind.DISCIPLINE_COMMITTEE, unit_id):
        return YES
    return no(_("The office of the leading group and the head of the discipline committee set this."))
