"""Who fills in, signs and takes back a form (domain §3): one's own posts, the head for the department, the leadership for the unit."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from positions.models import BodyKind, HolderLevel
from positions.scopes import Scope, scope_of
from risks.models import Decision, Declaration
from risks.states import CampaignState, FormState

EDITABLE = (FormState.DRAFT, FormState.RETURNED)


def holds(scope: Scope, declaration: Declaration) -> bool:
    """Whether what the form speaks for is still held by the person of the scope."""
    if declaration.kind == HolderLevel.POSITION:
        return declaration.position_id in scope.position_ids
    if declaration.kind == HolderLevel.DEPARTMENT:
        return declaration.department_id in scope.led_department_ids
    return declaration.unit_id in scope.headed_unit_ids


def may_edit(user: User, declaration: Declaration) -> Verdict:
    """Write in the form: its declarant; the unit's form by any member of the leadership, who fill it in together."""
    scope = scope_of(user)
    shared = declaration.kind == HolderLevel.UNIT and declaration.unit_id in scope.leadership_unit_ids
    if declaration.declarant_id != user.pk and not shared:
        return no(_("Only the person the form belongs to can fill it in."))
    if declaration.state not in EDITABLE:
        return no(_("The form has been handed in. It can be changed when it is taken back or returned."))
    if not shared and not holds(scope, declaration):
        return no(_("You no longer hold the post this form is for."))
    if declaration.campaign is not None and declaration.campaign.state != CampaignState.RUNNING:
        return no(_("The campaign is closed."))
    return YES


def may_sign(user: User, declaration: Declaration) -> Verdict:
    """Sign and hand in: the declarant alone; the unit's form is signed by the unit head."""
    if declaration.declarant_id != user.pk:
        if declaration.kind == HolderLevel.UNIT:
            return no(_("The unit's form is signed by the unit head."))
        return no(_("Only the person the form belongs to can sign it."))
    return may_edit(user, declaration)


def may_withdraw(user: User, declaration: Declaration) -> Verdict:
    """Take back what no reviewer has decided yet."""
    if declaration.declarant_id != user.pk:
        return no(_("Only the person the form belongs to can take it back."))
    if declaration.state != FormState.IN_REVIEW:
        return no(_("Only a form under review can be taken back."))
    if declaration.resume_order is not None or declaration.review_steps.exclude(decision=Decision.PENDING).exists():
        return no(_("A reviewer has already decided. Ask them to return the form."))
    return YES


def may_cancel(user: User, declaration: Declaration) -> Verdict:
    """Cancel a form: the office of the leading group; and everybody their own adjustment that was never handed in."""
    if declaration.state in (FormState.GRADED, FormState.CANCELLED):
        return no(_("The form is finished."))
    own_adjustment = declaration.declarant_id == user.pk and declaration.campaign_id is None and declaration.state in EDITABLE
    if own_adjustment or scope_of(user).sits_in(BodyKind.LEADING_GROUP_OFFICE, declaration.unit_id):
        return YES
    return no(_("Only the office of the leading group can cancel a form."))


def may_open_adjustment(user: User) -> Verdict:
    """动态调整: whoever holds a position, heads a department or leads the unit."""
    if scope_of(user).position_ids:
        return YES
    return no(_("You hold no position for which risks could be declared."))
