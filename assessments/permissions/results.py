"""Who scores, reviews, confirms, appeals and answers (domain §6). Nobody takes a step in their own result but to appeal against it."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models import Appeal, Assessed, Result, Round
from assessments.states import ROUND_TABLE, RoundState
from assessments.states_appeals import AppealState
from assessments.states_results import PENDING, ResultState
from common.verdicts import YES, Verdict, no
from positions.models import BodyKind, BodyMembership
from positions.scopes import scope_of

DISCIPLINE = _("The discipline committee of the unit does this.")
PARTY = _("The party committee of the unit does this.")
OWN = _("This is your own result: another member does this.")


def is_discipline(user: User, found: Round) -> bool:
    """Sits in the unit's discipline committee."""
    return scope_of(user).sits_in(BodyKind.DISCIPLINE_COMMITTEE, found.unit_id)


def is_party(user: User, found: Round) -> bool:
    """Sits in the unit's party committee."""
    return scope_of(user).sits_in(BodyKind.PARTY_COMMITTEE, found.unit_id)


def _state(found: Round, *states: str) -> Verdict:
    if found.state in states:
        return YES
    return no(_("Not possible while the round is at “%(state)s”.") % {"state": RoundState(found.state).label})


def _step(found: Round, step: str) -> Verdict:
    return _state(found, *ROUND_TABLE.get(step).sources)


def members(found: Round, kind: str) -> set[int]:
    """People who sit in the unit's committee of the kind today."""
    held = BodyMembership.objects.in_force().filter(body__unit_id=found.unit_id, body__kind=kind, body__closed_on=None)
    return set(held.values_list("person_id", flat=True))


# ---- scoring


def may_score_round(user: User, found: Round) -> Verdict:
    """Enter scores: the discipline committee while the round is scored."""
    return _state(found, RoundState.SCORING) if is_discipline(user, found) else no(DISCIPLINE)


def may_score(user: User, assessed: Assessed) -> Verdict:
    """Enter scores of one person: never one's own."""
    if assessed.person_id == user.pk:
        return no(OWN)
    return may_score_round(user, assessed.round)


def may_submit(user: User, found: Round) -> Verdict:
    """Hand the scores in for review."""
    return _step(found, "submit") if is_discipline(user, found) else no(DISCIPLINE)


# ---- review and confirmation


def may_return(user: User, found: Round) -> Verdict:
    """Return the scores: a member who did not submit them."""
    if not is_discipline(user, found):
        return no(DISCIPLINE)
    verdict = _step(found, "return_scores")
    if verdict and found.submitted_by_id == user.pk:
        return no(_("You submitted these scores: another member reviews them."))
    return verdict


def reviewers(found: Round, person_id: int, committee: Iterable[int]) -> set[int]:
    """Who may review the result of somebody: members but the person and the submitter; the submitter where nobody else is left."""
    able = set(committee) - {person_id}
    return able - {found.submitted_by_id or 0} or able


def may_review(user: User, result: Result, committee: Iterable[int] | None = None) -> Verdict:
    """Review one result. `committee` saves the query where many are asked about."""
    found = result.assessed.round
    if not is_discipline(user, found):
        return no(DISCIPLINE)
    verdict = _step(found, "review")
    if not verdict:
        return verdict
    if result.assessed.person_id == user.pk:
        return no(OWN)
    if result.state != ResultState.COMPUTED:
        return no(_("This result has been reviewed already."))
    known = members(found, BodyKind.DISCIPLINE_COMMITTEE) if committee is None else committee
    if user.pk not in reviewers(found, result.assessed.person_id, known):
        return no(_("You submitted these scores: another member reviews them."))
    return YES


def may_pass_on(user: User, found: Round) -> Verdict:
    """Pass the reviewed results on to the party committee."""
    return _step(found, "review") if is_discipline(user, found) else no(DISCIPLINE)


def may_confirm(user: User, result: Result, committee: Iterable[int] | None = None) -> Verdict:
    """Confirm one result: the party committee, after the review or when it corrects a result that was appealed against.

    Who sits in both committees and reviewed it leaves it to another member where there is one. `committee` saves the query.
    """
    found = result.assessed.round
    if not is_party(user, found):
        return no(PARTY)
    if result.assessed.person_id == user.pk:
        return no(OWN)
    verdict = _state(found, RoundState.APPEAL if result.corrects_id else RoundState.CONFIRMATION)
    if verdict and result.state != ResultState.REVIEWED:
        return no(_("Only reviewed results are confirmed, and each once."))
    if verdict and result.reviewed_by_id == user.pk:
        known = members(found, BodyKind.PARTY_COMMITTEE) if committee is None else committee
        if set(known) - {user.pk, result.assessed.person_id}:
            return no(_("You reviewed this result: another member of the party committee confirms it."))
    return verdict


def may_send_back(user: User, found: Round) -> Verdict:
    """Send the round back for scoring."""
    return _step(found, "send_back") if is_party(user, found) else no(PARTY)


def may_publish(user: User, found: Round) -> Verdict:
    """Show the results."""
    return _step(found, "publish") if is_party(user, found) else no(PARTY)


def may_open_appeals(user: User, found: Round) -> Verdict:
    """Begin the time for appeals before the calendar does."""
    return _step(found, "open_appeals") if is_discipline(user, found) else no(DISCIPLINE)


def may_finish(user: User, found: Round) -> Verdict:
    """Declare the round final."""
    return _step(found, "finish") if is_discipline(user, found) else no(DISCIPLINE)


# ---- appeals


def may_appeal(user: User, result: Result) -> Verdict:
    """Appeal: the assessed, once, in the days set for it."""
    found = result.assessed.round
    if result.assessed.person_id != user.pk:
        return no(_("Only the assessed appeals against a result."))
    if result.corrects_id:
        return no(_("A corrected result is not appealed against again."))
    if result.state in PENDING or found.state == RoundState.NOTICE:
        return no(_("Appeals can be made when the time for appeals begins."))
    verdict = _state(found, RoundState.APPEAL)
    if verdict and timezone.localdate() > found.phases.get(phase=RoundState.APPEAL).ends_on:
        return no(_("The time for appeals is over."))
    if verdict and result.appeals.exclude(state=AppealState.WITHDRAWN).exists():
        return no(_("You have appealed already."))
    return verdict


def may_withdraw(user: User, appeal: Appeal) -> Verdict:
    """Take an appeal back while it is not answered."""
    if appeal.by_id != user.pk:
        return no(_("Only who appealed takes it back."))
    return _waiting(appeal)


def may_answer(user: User, appeal: Appeal) -> Verdict:
    """Answer: the discipline committee; who reviewed the result leaves it to another member where there is one."""
    found = appeal.result.assessed.round
    if not is_discipline(user, found):
        return no(DISCIPLINE)
    if appeal.by_id == user.pk:
        return no(OWN)
    verdict = _waiting(appeal)
    if verdict and appeal.result.reviewed_by_id == user.pk:
        others = members(found, BodyKind.DISCIPLINE_COMMITTEE) - {user.pk, appeal.by_id}
        if others:
            return no(_("You reviewed this result: another member answers the appeal."))
    return verdict


def may_reopen(user: User, appeal: Appeal) -> Verdict:
    """Send a correction back: the party committee, until it is confirmed."""
    if not is_party(user, appeal.result.assessed.round):
        return no(PARTY)
    if appeal.by_id == user.pk:
        return no(OWN)
    if appeal.corrected is None or appeal.corrected.state != ResultState.REVIEWED:
        return no(_("There is no correction that waits for the party committee."))
    return YES


def _waiting(appeal: Appeal) -> Verdict:
    verdict = _state(appeal.result.assessed.round, RoundState.APPEAL)
    if verdict and appeal.state != AppealState.WAITING:
        return no(_("This appeal has been answered or taken back."))
    return verdict
