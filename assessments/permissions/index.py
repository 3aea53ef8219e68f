"""Who keeps the position risk index and who reads how much of it (003; domain §6)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models import PositionIndex
from assessments.querysets_index import kept_unit_ids, whole_unit_ids
from common.verdicts import YES, Verdict, no
from positions.scopes import scope_of


def may_keep(user: User, unit_id: int) -> Verdict:
    """Compute it and say how it is computed."""
    if unit_id in kept_unit_ids(scope_of(user)):
        return YES
    return no(_("The discipline committee of the unit keeps the position risk index."))


def may_see_appraisal(user: User, index: PositionIndex) -> Verdict:
    """Moral risk is the appraisal of a person: for those who read every result in detail, and for the person.

    Without it there is no total either, from which it could be worked out.
    """
    if index.unit_id in whole_unit_ids(scope_of(user)) or (index.holder_id is not None and index.holder_id == user.pk):
        return YES
    return no(_("The appraisal of a person is shown to both committees, the unit head and the person."))
