"""Who may do what to accounts: the system administrator makes them, the security administrator lets them in (三员分立)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import AdminRole, User
from common.verdicts import YES, Verdict, no


def may_see_accounts(user: User) -> Verdict:
    """The list of accounts is for the system and security administrators."""
    allowed = user.admin_role in (AdminRole.SYSTEM, AdminRole.SECURITY)
    return YES if allowed else no(_("Only the system and security administrators keep accounts."))


def may_edit_people(user: User) -> Verdict:
    """Names, numbers and addresses are kept by the system administrator."""
    return YES if user.admin_role == AdminRole.SYSTEM else no(_("Only the system administrator enters people."))


def may_secure(user: User, account: User) -> Verdict:
    """Passwords, disabling and second factors are the security administrator's, but never of their own account."""
    if user.admin_role != AdminRole.SECURITY:
        return no(_("Only the security administrator lets accounts in or shuts them out."))
    return no(_("Nobody does this to their own account.")) if account.pk == user.pk else YES


def may_grant(user: User, account: User) -> Verdict:
    """Administrator roles are given by the security administrator: never to oneself, never to somebody who has one already."""
    allowed = may_secure(user, account)
    if not allowed:
        return allowed
    return no(_("This account already is an administrator's; no account holds two roles.")) if account.admin_role else YES


def may_revoke(user: User, account: User) -> Verdict:
    """Taken away by the security administrator, but not the last account of that role."""
    allowed = may_secure(user, account)
    if not allowed:
        return allowed
    if not account.admin_role:
        return no(_("This account is no administrator's."))
    others = User.objects.filter(admin_role=account.admin_role, is_active=True).exclude(pk=account.pk)
    return YES if others.exists() else no(_("This is the last account of that role. Give the role to another account first."))
