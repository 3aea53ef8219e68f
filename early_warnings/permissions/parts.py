"""May this person do this beside the steps of a warning: dispositions, talks, control group, log, reports? (domain §5)"""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from early_warnings.models import Disposition, DispositionKind, OrderedBy, Tier, Warning
from early_warnings.permissions.warnings import CONCERNED, DISCIPLINE, answers_for, running, takes_part
from leads.secrecy import standing_of
from positions.models import BodyKind
from positions.scopes import scope_of


def _discipline(user: User, warning: Warning) -> Verdict:
    if warning.discipline_body_id is None or warning.discipline_body_id not in standing_of(user).body_ids:
        return no(DISCIPLINE)
    return YES if takes_part(user, warning) else no(CONCERNED)


def _personnel(user: User, warning: Warning) -> bool:
    return scope_of(user).sits_in(BodyKind.PERSONNEL_OFFICE, warning.unit_id) and takes_part(user, warning)


def may_order(user: User, warning: Warning, kind: DispositionKind | None = None) -> Verdict:
    """Order a disposition: the discipline committee; who is responsible those that are theirs (000: 部门领导提醒、引导)."""
    verdict = running(warning)
    if not verdict:
        return verdict
    if answers_for(user, warning) and (kind is None or kind.ordered_by == OrderedBy.RESPONSIBLE):
        return YES
    return _discipline(user, warning)


def may_carry_out(user: User, disposition: Disposition) -> Verdict:
    """Record that it was carried out: whose act it is."""
    warning = disposition.warning
    verdict = running(warning)
    if not verdict:
        return verdict
    if disposition.cancelled_at or disposition.carried_out_on:
        return no(_("It has been carried out or cancelled already."))
    if disposition.ordered_for == OrderedBy.RESPONSIBLE:
        return YES if answers_for(user, warning) else no(_("Who answers for the warning carries this out."))
    if disposition.ordered_for == OrderedBy.PERSONNEL:
        return YES if _personnel(user, warning) else no(_("The personnel office carries this out."))
    return _discipline(user, warning)


def may_judge(user: User, disposition: Disposition) -> Verdict:
    """Say whether it worked, also after the warning has ended: whose act it was."""
    if not disposition.carried_out_on:
        return no(_("It has not been carried out yet."))
    warning = disposition.warning
    if disposition.ordered_for == OrderedBy.PERSONNEL and _personnel(user, warning):
        return YES
    return _discipline(user, warning)


def may_cancel(user: User, disposition: Disposition) -> Verdict:
    """Cancel one that was not carried out."""
    if disposition.cancelled_at or disposition.carried_out_on:
        return no(_("It has been carried out or cancelled already."))
    verdict = running(disposition.warning)
    return _discipline(user, disposition.warning) if verdict else verdict


def may_plan_talk(user: User, warning: Warning) -> Verdict:
    """Plan a talk because of the warning: who answers for it, or the discipline committee."""
    verdict = running(warning)
    if not verdict or answers_for(user, warning):
        return verdict
    return _discipline(user, warning)


def _highest(warning: Warning) -> Verdict:
    if warning.tier != Tier.HIGHEST:
        return no(_("Only warnings of the highest tier have this."))
    return running(warning)


def may_form_group(user: User, warning: Warning) -> Verdict:
    """Name the risk control group: who answers for the warning (the unit head), or the discipline committee."""
    verdict = _highest(warning)
    if not verdict or answers_for(user, warning) or warning.responsible_id == user.pk:
        return verdict
    return _discipline(user, warning)


def may_record_meeting(user: User, warning: Warning) -> Verdict:
    """Record a joint meeting: members of the group, who are not the person warned, and the discipline committee."""
    verdict = _highest(warning)
    if not verdict:
        return verdict
    group = getattr(warning, "control_group", None)
    if group is None:
        return no(_("Form the risk control group first."))
    if warning.person_id != user.pk and group.members.filter(person=user).exists():
        return YES
    return _discipline(user, warning)


def may_monitor(user: User, warning: Warning) -> Verdict:
    """Write the monitoring log: the discipline committee."""
    verdict = running(warning)
    return _discipline(user, warning) if verdict else verdict


def may_report_to_committee(user: User, warning: Warning) -> Verdict:
    """Record a report to the party committee or a higher one: who answers for the warning, or the discipline committee."""
    verdict = running(warning)
    if not verdict or answers_for(user, warning):
        return verdict
    return _discipline(user, warning)
