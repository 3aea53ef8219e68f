"""Who keeps the rules of re-grading: head of the leading group and its office; whoever sees the whole unit reads them (domain §3)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from positions.scopes import scope_of
from regrading.models import RuleSet
from regrading.states import RuleSetState
from risks.permissions.register import decides_for

ONLY_GROUP = _("Only the head of the leading group and its office decide about these rules.")
COMMON = _("These rules are common to all units. Draft rules of your own unit instead.")


def may_keep(user: User, unit_id: int | None) -> Verdict:
    """Draft, change, drop and switch on the rules of a unit."""
    if unit_id is None:
        return no(COMMON)
    return YES if decides_for(scope_of(user), unit_id) else no(ONLY_GROUP)


def may_change(user: User, rule_set: RuleSet) -> Verdict:
    """A draft changes; what is or was in force never does."""
    verdict = may_keep(user, rule_set.unit_id)
    if verdict and rule_set.state != RuleSetState.DRAFT:
        return no(_("Only a draft can be changed. Draft a new version instead."))
    return verdict
