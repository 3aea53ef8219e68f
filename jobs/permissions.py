"""Who may do what with the work of the clock: the system administrator keeps it going, the audit administrator reads."""

from django.utils.translation import gettext_lazy as _

from accounts.models import AdminRole, User
from common.verdicts import YES, Verdict, no


def may_see_schedule(user: User) -> Verdict:
    """Names, times and counts of work, no content."""
    allowed = user.admin_role in (AdminRole.SYSTEM, AdminRole.AUDIT)
    return YES if allowed else no(_("Only the system and audit administrators see scheduled work."))


def may_run_now(user: User) -> Verdict:
    """To have work done outside of its plan."""
    return YES if user.admin_role == AdminRole.SYSTEM else no(_("Only the system administrator starts scheduled work."))
