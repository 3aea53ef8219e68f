"""May this person do this to a point of the register? Buttons and services share the sentence (domain §3)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from positions.models import BodyKind, HolderLevel
from positions.scopes import Scope, scope_of
from risks.models import RiskPoint
from risks.states import RiskState

ONLY_GROUP = _("Only the head of the leading group and its office decide this.")
OWN_RISK = _("Nobody decides about the risk of their own position.")
RETIRED = _("It has been taken off the register. Enter it again first.")


def decides_for(scope: Scope, unit_id: int) -> bool:
    """Head of the leading group, or its office, which does the daily work (002)."""
    return scope.chairs(BodyKind.LEADING_GROUP, unit_id) or scope.sits_in(BodyKind.LEADING_GROUP_OFFICE, unit_id)


def _decides(user: User, risk: RiskPoint) -> Verdict:
    scope = scope_of(user)
    if not decides_for(scope, risk.unit_id):
        return no(ONLY_GROUP)
    own = risk.level_of == HolderLevel.POSITION and (risk.direct_holder_id == user.pk or risk.position_id in scope.position_ids)
    # Above the unit head there is nobody in the unit (risks.responsibility).
    if own and risk.unit_id not in scope.headed_unit_ids:
        return no(OWN_RISK)
    return YES


def _in_register(risk: RiskPoint) -> Verdict:
    return YES if risk.state == RiskState.REGISTERED else no(RETIRED)


def may_adjust_level(user: User, risk: RiskPoint) -> Verdict:
    """The leading group's decision is the final level; its office records it between campaigns."""
    return _decides(user, risk) and _in_register(risk)


def may_set_target(user: User, risk: RiskPoint) -> Verdict:
    """The level the measures are to reach."""
    return may_adjust_level(user, risk)


def may_retire(user: User, risk: RiskPoint) -> Verdict:
    """Take off the register."""
    return may_adjust_level(user, risk)


def may_restore(user: User, risk: RiskPoint) -> Verdict:
    """Enter again what was taken off."""
    if risk.state != RiskState.RETIRED:
        return no(_("It stands in the register."))
    return _decides(user, risk)


def may_share(user: User, risk: RiskPoint) -> Verdict:
    """Show a position's point to the whole department: its holder or the head of the department."""
    if risk.level_of != HolderLevel.POSITION or risk.department_id is None:
        return no(_("Only points of positions are shared; others the department sees anyway."))
    if risk.direct_holder_id == user.pk or risk.department_id in scope_of(user).led_department_ids:
        return _in_register(risk)
    return no(_("The holder of the position or the head of the department decides this."))


def may_set_holder(user: User, risk: RiskPoint) -> Verdict:
    """Name who is directly responsible, where that does not follow from a position."""
    if risk.position_id is not None:
        return no(_("It follows the appointment to the position."))
    scope = scope_of(user)
    if risk.department_id in scope.led_department_ids or decides_for(scope, risk.unit_id):
        return _in_register(risk)
    return no(_("The head of the department or the office of the leading group decides this."))


def may_start_adjustment(user: User, risk: RiskPoint) -> Verdict:
    """Change what a point says, through a form that is reviewed and graded (动态调整): its holder, or the head of the department."""
    scope = scope_of(user)
    if risk.level_of == HolderLevel.POSITION and risk.position_id in scope.position_ids:
        return _in_register(risk)
    if risk.level_of == HolderLevel.DEPARTMENT and risk.department_id in scope.led_department_ids:
        return _in_register(risk)
    if risk.level_of == HolderLevel.UNIT and (risk.unit_id in scope.headed_unit_ids or decides_for(scope, risk.unit_id)):
        return _in_register(risk)
    return no(_("Whoever holds the risk starts the form: the holder of the position, the head of the department, the head of the unit."))


def may_export(user: User) -> Verdict:
    """Everybody may take along what they see."""
    return YES if scope_of(user).unit_ids else no(_("You belong to no unit."))
