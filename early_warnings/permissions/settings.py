"""May this person change how the unit handles warnings? Schemes, settings and dispositions are the discipline committee's."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from positions.models import BodyKind, Unit
from positions.scopes import scope_of


def may_change(user: User, unit: Unit) -> Verdict:
    """Settings, schemes, dispositions of the unit: members of its discipline committee."""
    if scope_of(user).sits_in(BodyKind.DISCIPLINE_COMMITTEE, unit.pk):
        return YES
    return no(_("The discipline committee of the unit decides this."))
