"""Who keeps deliveries and robots (三员分立): the system administrator sees to what is sent, the security administrator says where to."""

from django.utils.translation import gettext_lazy as _

from accounts.models import AdminRole, User
from common.verdicts import YES, Verdict, no


def may_deliver(user: User) -> Verdict:
    """See deliveries (who, when, whether; never what) and send failed ones again."""
    return YES if user.admin_role == AdminRole.SYSTEM else no(_("Only the system administrator sees to deliveries."))


def may_see_robots(user: User) -> Verdict:
    """That a unit has a robot, of which service, and what it tells; nobody sees its address again."""
    allowed = user.admin_role in (AdminRole.SYSTEM, AdminRole.SECURITY)
    return YES if allowed else no(_("Only the system and security administrators see robots."))


def may_keep_robots(user: User) -> Verdict:
    """Enter, change, try and remove robots: it lets something out of the product, to people nobody here knows."""
    return YES if user.admin_role == AdminRole.SECURITY else no(_("Only the security administrator keeps robots."))
