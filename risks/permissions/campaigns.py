"""Who may run a campaign: the office of the leading group and the unit head (domain §3, 002)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from positions.models import BodyKind, Unit
from positions.scopes import Scope, scope_of
from risks.models import Campaign
from risks.states import CampaignState


def managed_unit_ids(user: User) -> frozenset[int]:
    """Units whose campaigns the person runs."""
    scope = scope_of(user)
    return scope.headed_unit_ids | scope.bodies.get(BodyKind.LEADING_GROUP_OFFICE, frozenset())


def may_manage(user: User, unit: Unit | int) -> Verdict:
    """Create, change, start, close, remind."""
    unit_id = unit if isinstance(unit, int) else unit.pk
    if unit_id in managed_unit_ids(user):
        return YES
    return no(_("Only the unit head and the office of the leading group run a campaign."))


def may_edit(user: User, campaign: Campaign) -> Verdict:
    """Phases and texts, until it is closed."""
    if campaign.state == CampaignState.CLOSED:
        return no(_("A closed campaign can no longer be changed."))
    return may_manage(user, campaign.unit_id)


def may_see_progress(user: User, unit_id: int) -> Verdict:
    """Who stands where: those who see the whole unit; leaders and heads for their departments."""
    scope = scope_of(user)
    if unit_id in scope.whole_unit_ids or scope.reviewed_department_ids:
        return YES
    return no(_("Progress is shown to the leadership, the office of the leading group and heads of departments."))


def sees_all(scope: Scope, unit_id: int) -> bool:
    """Whether progress and coverage of every department are shown."""
    return unit_id in scope.whole_unit_ids
