"""Who keeps the rules library (domain §2): the department in charge of a rule, and the office of the leading group."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from common.verdicts import YES, Verdict, no
from positions.models import BodyKind, Rule, Unit
from positions.scopes import scope_of
from positions.states import RuleState

if TYPE_CHECKING:
    from accounts.models import User


def may_add(user: "User", unit: Unit) -> Verdict:
    """Enter a rule of the unit."""
    scope = scope_of(user)
    if scope.sits_in(BodyKind.LEADING_GROUP_OFFICE, unit.pk) or unit.pk in scope.headed_unit_ids:
        return YES
    if unit.pk in scope.unit_ids and scope.led_department_ids | scope.department_ids:
        return YES
    return no(_("Rules are entered by the departments of the unit."))


def may_edit(user: "User", rule: Rule) -> Verdict:
    """Change its title, key points and file. A rule that was repealed stays as it was."""
    if rule.state == RuleState.REPEALED:
        return no(_("A repealed rule is kept as it was."))
    scope = scope_of(user)
    if scope.sits_in(BodyKind.LEADING_GROUP_OFFICE, rule.unit_id) or rule.department_id in scope.department_ids:
        return YES
    return no(_("It is kept by the department in charge and the office of the leading group."))


def may_remove(user: "User", rule: Rule) -> Verdict:
    """Take out a rule that was entered by mistake. One that was repealed stays: it was in force once."""
    return may_edit(user, rule)


def _decides(user: "User", rule: Rule) -> bool:
    scope = scope_of(user)
    if scope.sits_in(BodyKind.LEADING_GROUP_OFFICE, rule.unit_id) or rule.unit_id in scope.headed_unit_ids:
        return True
    return rule.department_id is not None and rule.department_id in scope.reviewed_department_ids


def may_enact(user: "User", rule: Rule) -> Verdict:
    """Put it in force with number and date."""
    if rule.state != RuleState.TO_MAKE:
        return no(_("It is not waiting to be made."))
    return YES if _decides(user, rule) else no(_("It is put in force by the head of the department in charge."))


def may_repeal(user: "User", rule: Rule) -> Verdict:
    """Take it out of force."""
    if rule.state != RuleState.IN_FORCE:
        return no(_("Only a rule in force can be repealed."))
    return YES if _decides(user, rule) else no(_("It is repealed by the head of the department in charge."))
