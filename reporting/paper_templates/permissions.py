"""Who replaces templates: the system administrator (ADR 0023). Templates hold nobody's content, and filling them is not reading it."""

from django.utils.translation import gettext_lazy as _

from accounts.models import AdminRole, User
from common.verdicts import YES, Verdict, no


def may_keep_templates(user: User) -> Verdict:
    """See, upload, try, put in use and take back templates of any unit."""
    return YES if user.admin_role == AdminRole.SYSTEM else no(_("Only the system administrator replaces templates."))
