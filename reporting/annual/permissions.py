"""Who writes and who approves an annual report (four eyes)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from positions.scopes import scope_of
from reporting.annual.models import AnnualReport
from reporting.annual.querysets import approving_unit_ids, writing_unit_ids
from reporting.annual.states import ReportState

_WRITERS = _("The discipline committee of the unit writes its annual report.")


def may_begin(user: User, unit_id: int) -> Verdict:
    """Begin a report, or a new version of an approved one."""
    return YES if unit_id in writing_unit_ids(scope_of(user)) else no(_WRITERS)


def may_write(user: User, report: AnnualReport) -> Verdict:
    """Change the texts, and submit."""
    if report.state != ReportState.DRAFT:
        return no(_("Only a draft is written. Begin a new version to change an approved report."))
    return may_begin(user, report.unit_id)


def may_decide(user: User, report: AnnualReport) -> Verdict:
    """Approve, or send back."""
    if report.state != ReportState.SUBMITTED:
        return no(_("The report does not wait for approval."))
    if report.unit_id not in approving_unit_ids(user):
        return no(_("The head of the discipline or of the party committee approves the report."))
    if user.pk == report.submitted_by_id:
        return no(_("Nobody approves what they submitted themselves."))
    return YES


def may_revise(user: User, report: AnnualReport) -> Verdict:
    """Begin a new version of an approved report."""
    if report.state != ReportState.APPROVED:
        return no(_("Only the approved version is revised."))
    return may_begin(user, report.unit_id)
