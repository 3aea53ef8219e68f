"""Who reads what waits for the leading group, and who decides it (domain §3: a fall always needs their decision)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from positions.scopes import Scope, scope_of
from regrading.models import Origin, Proposal
from regrading.states import ProposalState
from risks.models import RiskPoint
from risks.permissions import register as risks
from risks.permissions.grading import session_unit_ids

DECIDED = _("It has been decided already, or has lapsed.")
LEVEL_MOVED = _("The level has changed since it was proposed.")
OWN_PROPOSAL = _("Whoever put it forward does not decide it.")


def reading_unit_ids(scope: Scope) -> frozenset[int]:
    """Units whose list of proposals the person reads: the leading group, its office, the unit head."""
    return session_unit_ids(scope)


def may_decide_somewhere(user: User) -> Verdict:
    """Head of a leading group, or member of its office."""
    scope = scope_of(user)
    decides = any(risks.decides_for(scope, unit_id) for unit_id in reading_unit_ids(scope))
    return YES if decides else no(risks.ONLY_GROUP)


def may_decide(user: User, proposal: Proposal) -> Verdict:
    """Accept it or keep the level: as for any other decision on the level of a point, and never about a risk one holds oneself.

    Here that goes for the unit head too, for the office can decide it, and for what a department or the unit holds.

    Reads `proposal.risk.current_level` and `proposal.to_level`.
    """
    if proposal.state != ProposalState.OPEN:
        return no(DECIDED)
    verdict = risks.may_adjust_level(user, proposal.risk)
    if not verdict:
        return verdict
    if holds(user, proposal.risk):
        return no(risks.OWN_RISK)
    if proposal.proposed_by_id == user.pk:
        return no(OWN_PROPOSAL)
    return YES if still_fits(proposal) else no(LEVEL_MOVED)


def holds(user: User, risk: RiskPoint) -> bool:
    """The person answers directly for it, or it is the risk of their position."""
    return risk.direct_holder_id == user.pk or risk.position_id in scope_of(user).position_ids


def still_fits(proposal: Proposal) -> bool:
    """A score asks to leave the level it found; the committee asks for at least a level."""
    current, wanted = proposal.risk.current_level, proposal.to_level
    if current.scale_id != wanted.scale_id:
        return False
    if proposal.origin == Origin.COMMITTEE:
        return wanted.severity > current.severity
    return proposal.from_level_id == current.pk
