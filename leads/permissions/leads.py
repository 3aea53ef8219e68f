"""May this person do this to a lead? The caller has found it through `visible_to`; buttons and services share the sentence (domain §4)."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from leads.marks import tags_of
from leads.models import Judgement, Lead, LeadDesk, LeadIdentity, Outcome
from leads.secrecy import standing_of
from leads.states import ENDED, LeadState
from positions.models import BodyKind
from positions.scopes import scope_of

NOT_HERE = _("It is not on your desk.")
COMMITTEE = _("The committee that holds it does this. Pass it on first.")
ALONE = _("You keep it only to hand it to the higher committee outside this system.")
ENDED_ALREADY = _("It has ended. Open it again first.")


def may_enter(user: User, unit_id: int | None) -> Verdict:
    """Enter what came by the committee's own channels."""
    scope = scope_of(user)
    if scope.sits_in(BodyKind.DISCIPLINE_COMMITTEE, unit_id) or scope.sits_in(BodyKind.PARTY_COMMITTEE, unit_id):
        return YES
    return no(_("Members of the discipline committee and the party committee enter leads."))


def may_take_up(user: User, lead: Lead) -> Verdict:
    """Begin to study it."""
    if lead.state != LeadState.RECEIVED:
        return no(_("It has been taken up already."))
    return _committee(user, lead)


def may_pass_on(user: User, lead: Lead) -> Verdict:
    """Give it to another body."""
    if lead.state in ENDED:
        return no(ENDED_ALREADY)
    if lead.state == LeadState.PROPOSED:
        return no(_("Confirm or return the proposed judgement first."))
    kinds = _holding(user, lead)
    return YES if kinds & {"committee", "branch"} else no(ALONE if "alone" in kinds else NOT_HERE)


def may_recuse(user: User, lead: Lead, person: User) -> Verdict:
    """Oneself always; another member only by the head of the body that holds it."""
    if lead.state in ENDED:
        return no(ENDED_ALREADY)
    kinds = _holding(user, lead)
    if kinds == {"alone"}:
        return no(ALONE)
    if user.pk == person.pk:
        return YES if kinds else no(NOT_HERE)
    headed = standing_of(user).headed_body_ids
    if LeadDesk.objects.filter(lead=lead, until=None, body__in=headed).exists():
        return YES
    return no(_("The head of the committee decides who else takes no part."))


def may_set_subject(user: User, lead: Lead) -> Verdict:
    """Say who is meant by a name."""
    return no(ENDED_ALREADY) if lead.state in ENDED else _committee(user, lead)


def may_mark_important(user: User, lead: Lead) -> Verdict:
    """Important ones also go to the higher committees."""
    if lead.is_important:
        return no(_("It is marked important already."))
    return no(ENDED_ALREADY) if lead.state in ENDED else _committee(user, lead)


def may_propose(user: User, lead: Lead) -> Verdict:
    """Propose a judgement."""
    if lead.state != LeadState.STUDYING:
        return no(_("Take it up first.") if lead.state == LeadState.RECEIVED else _("A judgement has been proposed already."))
    return _judges(user, lead)


def may_decide(user: User, judgement: Judgement) -> Verdict:
    """Confirm or return: another member than who proposed it (four eyes)."""
    if judgement.lead.state != LeadState.PROPOSED or judgement.confirmed_at or judgement.returned_at:
        return no(_("There is no proposed judgement."))
    if judgement.proposed_by_id == user.pk:
        return no(_("Nobody confirms or returns the judgement they proposed."))
    return _judges(user, judgement.lead)


def may_record_result(user: User, lead: Lead) -> Verdict:
    """Write down what came of it."""
    if lead.state != LeadState.HANDLING:
        return no(ENDED_ALREADY if lead.state in ENDED else _("The judgement has to be confirmed first."))
    return _committee(user, lead)


def may_end(user: User, lead: Lead, outcome: str, step: str) -> Verdict:
    """Close, clear or hand over: as the confirmed judgement says, and not without a result."""
    wanted = {"clear": outcome == Outcome.UNFOUNDED, "hand_over": outcome == Outcome.HAND_OVER}
    wanted["close"] = not any(wanted.values())
    if not wanted[step]:
        return no(_("The confirmed judgement says otherwise."))
    verdict = may_record_result(user, lead)
    return verdict if not verdict or lead.result else no(_("Write down the result first."))


def may_hand_up(user: User, lead: Lead) -> Verdict:
    """Hand to the higher committee outside: only who keeps it alone for that."""
    if lead.state not in (LeadState.RECEIVED, LeadState.STUDYING):
        return no(ENDED_ALREADY)
    return YES if "alone" in _holding(user, lead) else no(_("A committee in this system holds it."))


def may_report_back(user: User, lead: Lead) -> Verdict:
    """Note that the reporter, or who sent it, was answered."""
    if lead.state not in ENDED:
        return no(_("It has not ended yet."))
    if lead.reported_back_at:
        return no(_("The answer has been given already."))
    return YES if _holding(user, lead) else no(NOT_HERE)


def may_reopen(user: User, lead: Lead) -> Verdict:
    """Study it again."""
    if lead.state not in ENDED:
        return no(_("It has not ended yet."))
    return _committee(user, lead)


def _judges(user: User, lead: Lead) -> Verdict:
    """The committee, but nobody judges what they reported themselves. Only they are told so: the sentence would name them to others."""
    verdict = _committee(user, lead)
    if verdict and LeadIdentity.objects.filter(lead=lead, owner_tag__in=tags_of(user)).exists():
        return no(_("You reported this yourself: other members judge it."))
    return verdict


def _committee(user: User, lead: Lead) -> Verdict:
    kinds = _holding(user, lead)
    if "committee" in kinds:
        return YES
    return no(ALONE if "alone" in kinds else COMMITTEE if "branch" in kinds else NOT_HERE)


def _holding(user: User, lead: Lead) -> set[str]:
    """By what the person holds it: "committee", "branch", "alone"; empty for who may not see it."""
    if not Lead.objects.filter(pk=lead.pk).visible_to(user).exists():
        return set()
    me = standing_of(user)
    desks = LeadDesk.objects.filter(lead=lead, until=None, body__in=me.body_ids).values_list("body_id", "body__kind", "alone")
    return {
        "alone" if alone else "branch" if kind == BodyKind.PARTY_BRANCH else "committee"
        for body_id, kind, alone in desks
        if not alone or body_id in me.headed_body_ids
    }
