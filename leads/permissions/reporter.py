"""Who may write to a reporter, and who may learn who it is. Everything starts from seeing the lead."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from leads.models import Lead
from leads.states import ENDED
from positions.models import BodyKind
from positions.scopes import scope_of


def may_see(user: User, lead: Lead) -> bool:
    """Whether the lead is on the person's desk."""
    return Lead.objects.visible_to(user).filter(pk=lead.pk).exists()


def may_write(user: User, lead: Lead) -> Verdict:
    """Ask the reporter something, or answer."""
    if not may_see(user, lead):
        return no(_("This is not on your desk."))
    if not has_reporter(lead):
        return no(_("This lead has no reporter who could be asked: it came through a channel of the committee."))
    return YES


def may_answer(lead: Lead) -> Verdict:
    """Whether the reporter may still add something. Ended leads take no more; a new report may be sent at any time."""
    if lead.state in ENDED:
        return no(_("This report has been concluded. If there is something new, please send a new report."))
    return YES


def may_open_identity(user: User, lead: Lead) -> Verdict:
    """Members of a committee that see the lead; a branch secretary passes the lead on without it."""
    if not may_see(user, lead):
        return no(_("This is not on your desk."))
    if not hasattr(lead, "identity"):
        return no(_("The report is anonymous: nothing is known of the reporter."))
    scope = scope_of(user)
    if not (scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE) or scope.bodies.get(BodyKind.PARTY_COMMITTEE)):
        return no(_("Only members of the discipline committee or the party committee open an identity."))
    return YES


def has_reporter(lead: Lead) -> bool:
    """Whether somebody can be asked: a receipt was given, or a member of staff reported under their name."""
    return hasattr(lead, "receipt") or (hasattr(lead, "identity") and bool(lead.identity.owner_tag))
