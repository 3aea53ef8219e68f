"""Who may ask for a token, let it read in their name, and end it: two people for each (三员分立, ADR 0022)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import AdminRole, User
from api.models import ApiToken
from common.verdicts import YES, Verdict, no


def may_keep(user: User) -> Verdict:
    """The list of all tokens."""
    allowed = user.admin_role in (AdminRole.SYSTEM, AdminRole.SECURITY)
    return YES if allowed else no(_("Only the system and security administrators keep the interface."))


def may_request(user: User) -> Verdict:
    """Ask for a token in somebody's name."""
    return YES if user.admin_role == AdminRole.SYSTEM else no(_("Only the system administrator asks for tokens."))


def may_approve(user: User, token: ApiToken) -> Verdict:
    """Nobody lets a system read as somebody else."""
    return YES if token.holder_id == user.pk else no(_("Only the person as whom it reads can approve it."))


def may_revoke(user: User, token: ApiToken) -> Verdict:
    """Ending one is always safe."""
    return (
        YES if token.holder_id == user.pk or may_keep(user) else no(_("Only the person as whom it reads or an administrator revokes it."))
    )
