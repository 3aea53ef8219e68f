"""May this person do this to a measure? (domain §3, risks.states)"""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from positions.scopes import scope_of
from risks.models import Measure, RiskPoint
from risks.permissions.register import RETIRED, decides_for
from risks.states import MEASURE_TABLE, MeasureState, RiskState


def _leads(user: User, risk: RiskPoint) -> bool:
    """Head of the department, leader in charge of it, or who answers for the point; for the unit's points also the group's office."""
    scope = scope_of(user)
    if risk.responsible_leader_id == user.pk or risk.department_id in scope.reviewed_department_ids:
        return True
    return risk.department_id is None and decides_for(scope, risk.unit_id)


def _state(measure: Measure, step: str) -> Verdict:
    if measure.risk.state != RiskState.REGISTERED:
        return no(RETIRED)
    if measure.state in MEASURE_TABLE.get(step).sources:
        return YES
    return no(_("Not possible while the measure is “%(state)s”.") % {"state": MeasureState(measure.state).label})


def may_add(user: User, risk: RiskPoint) -> Verdict:
    """Add a measure: the holder of the risk and those above."""
    if risk.state != RiskState.REGISTERED:
        return no(RETIRED)
    if risk.direct_holder_id == user.pk or _leads(user, risk):
        return YES
    return no(_("The holder of the risk, the head of the department or the leader in charge adds measures."))


def may_edit(user: User, measure: Measure) -> Verdict:
    """Change text, person and date while nothing has been reported."""
    if measure.state != MeasureState.PLANNED:
        return no(_("Only planned measures are changed."))
    return may_add(user, measure.risk)


def may_report(user: User, measure: Measure) -> Verdict:
    """Report done: who does it (the holder of the risk, where nobody is named), or the head of the department."""
    doer = measure.who_id or measure.risk.direct_holder_id
    if user.pk == doer or measure.risk.department_id in scope_of(user).led_department_ids:
        return _state(measure, "report")
    return no(_("Who carries the measure out reports it, or the head of the department."))


def may_confirm(user: User, measure: Measure) -> Verdict:
    """Confirm: head of the department or leader in charge, never who reported it (four eyes)."""
    if not _leads(user, measure.risk):
        return no(_("The head of the department or the leader in charge confirms it."))
    state = _state(measure, "confirm")
    if state and measure.done_by_id == user.pk:
        return no(_("Nobody confirms what they reported themselves."))
    return state


def may_reject(user: User, measure: Measure) -> Verdict:
    """Not accepted: it has to be done again."""
    if not _leads(user, measure.risk):
        return no(_("The head of the department or the leader in charge decides this."))
    return _state(measure, "reject")


def may_drop(user: User, measure: Measure) -> Verdict:
    """No longer to be done."""
    if not _leads(user, measure.risk):
        return no(_("The head of the department or the leader in charge decides this."))
    return _state(measure, "drop")
