"""The party committee decides: its secretary, or its members by vote (domain §5, ADR 0012)."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from audit import services as audit
from common.errors import DomainError
from early_warnings import committees
from early_warnings.approval_rule import Rule, outcome
from early_warnings.models import ApprovalVote, VoteDecision, Warning
from early_warnings.permissions import warnings as permissions
from early_warnings.services import moves
from early_warnings.services.settings import settings_of

_STEP = {VoteDecision.APPROVE: "approve", VoteDecision.RETURN: "return", VoteDecision.REJECT: "reject"}
_TOLD = {
    VoteDecision.APPROVE: gettext_lazy("The party committee has approved a warning; it can be issued."),
    VoteDecision.RETURN: gettext_lazy("The party committee has returned a warning for revision."),
    VoteDecision.REJECT: gettext_lazy("The party committee has not approved a warning."),
}


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of the warning with this vote: `decision` is None while others are still to vote."""

    warning: Warning
    decision: VoteDecision | None


@transaction.atomic
def decide(*, warning: Warning, decision: str, by: User, opinion: str = "", version: int | None = None) -> Decided:
    """Give one's decision: approve, return or reject (`VoteDecision`). Returning and rejecting need an opinion.

    By the secretary it takes effect at once; by vote when quorum and majority are reached. Raises NotAllowed (starter, submitter,
    concerned, has voted already, decided meanwhile), Conflict, DomainError without opinion.
    """
    warning = moves.locked(warning, version)
    permissions.may_decide(by, warning).require()
    decision = VoteDecision(decision)
    opinion = opinion.strip()
    if decision != VoteDecision.APPROVE and not opinion:
        raise DomainError(_("Give your opinion: the discipline committee needs to know why."))
    ApprovalVote.objects.create(warning=warning, round=warning.approval_round, member=by, decision=decision, opinion=opinion)
    # Neither who voted nor how: the audit administrator reads no cases.
    audit.record("warning.voted", by=by, obj=warning, unit_id=warning.unit_id)
    members = committees.deciders(warning)
    final = decision
    if permissions.by_vote(warning, members):
        counted = _counted(warning, members)
        found = outcome(counted, len(members), _rule(warning))
        if found is None:
            return Decided(warning, None)
        final = found
    _conclude(warning, final, opinion, by)
    return Decided(warning, final)


def tally(warning: Warning) -> dict[str, int]:
    """How the vote of the present round stands, for the committees' pages: entitled, quorum, cast, approve, return, reject."""
    members = permissions.deciding(warning)
    votes = _counted(warning, members)
    found = {decision.value: votes.count(decision) for decision in VoteDecision}
    return found | {"entitled": len(members), "quorum": _rule(warning).quorum(len(members)), "cast": len(votes)}


def _counted(warning: Warning, members: list[committees.BodyMembership]) -> list[str]:
    """Votes of this round by those who are still entitled: who left the committee or was recused since no longer counts."""
    rows = ApprovalVote.objects.filter(warning=warning, round=warning.approval_round, member_id__in=[m.person_id for m in members])
    return list(rows.values_list("decision", flat=True))


def _rule(warning: Warning) -> Rule:
    settings = settings_of(warning.unit_id)
    return Rule(settings.quorum_numerator, settings.quorum_denominator, settings.majority)


def _conclude(warning: Warning, decision: VoteDecision, opinion: str, by: User) -> None:
    now = timezone.now()
    warning.decided_at = now
    if decision == VoteDecision.REJECT:
        last = ApprovalVote.objects.filter(warning=warning, round=warning.approval_round, decision=decision).order_by("-at").first()
        warning.closed_by, warning.closed_at, warning.end_reason = by, now, last.opinion if last else opinion
    moves.step(warning, _STEP[decision], by=by)
    people = [warning.started_by, warning.submitted_by, *(m.person for m in committees.discipline_members(warning))]
    moves.tell(people, warning, _TOLD[decision], by)
