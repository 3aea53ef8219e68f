"""May this person take this step of a warning? It follows from tier, subject, body and four eyes (domain §5, ADR 0012).

Nobody approves what they started; nobody verifies what they reported; whoever is warned does nothing but confirm receipt, set measures,
report and state their case. `who` functions below say what a person is to a warning; each `may_` names one step.
"""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from early_warnings import committees
from early_warnings.models import ApprovalMode, SubjectKind, Warning
from early_warnings.secrecy import not_shut_out
from early_warnings.services.settings import settings_of
from early_warnings.states import RUNNING, WARNING_TABLE, WarningState
from leads.secrecy import standing_of
from positions.models import BodyKind, BodyMembership, BodyRole
from positions.scopes import scope_of

CONCERNED = _("You are concerned by this warning, or depend on who is, and take no part in handling it.")
DISCIPLINE = _("The discipline committee that handles the warning does this.")
PARTY = _("The party committee decides this.")
RECIPIENT = _("Who is warned, or who answers for it, does this.")


def takes_part(user: User, warning: Warning) -> bool:
    """Nothing keeps the person from handling it: neither concerned, nor below who is, nor recused."""
    return Warning.objects.filter(not_shut_out(user), pk=warning.pk).exists()


def sits_in(user: User, body_id: int | None) -> bool:
    """Member today of the committee with this key."""
    return body_id is not None and body_id in standing_of(user).body_ids


def is_warned(user: User, warning: Warning) -> bool:
    """The person warned, or who stands for the department or unit warned."""
    scope = scope_of(user)
    if warning.subject_kind == SubjectKind.PERSON:
        return warning.person_id == user.pk
    if warning.subject_kind == SubjectKind.DEPARTMENT:
        return warning.department_id in scope.led_department_ids
    return warning.unit_id in scope.headed_unit_ids


def answers_for(user: User, warning: Warning) -> bool:
    """The responsible leader, never the person warned."""
    return warning.responsible_id == user.pk and warning.person_id != user.pk


def _discipline(user: User, warning: Warning) -> Verdict:
    if warning.discipline_body_id is None or warning.discipline_body_id not in standing_of(user).body_ids:
        return no(DISCIPLINE)
    return YES if takes_part(user, warning) else no(CONCERNED)


def _recipient(user: User, warning: Warning) -> Verdict:
    return YES if is_warned(user, warning) or answers_for(user, warning) else no(RECIPIENT)


def _state(warning: Warning, step: str) -> Verdict:
    if warning.state in WARNING_TABLE.get(step).sources:
        return YES
    return no(_("Not possible while the warning is “%(state)s”.") % {"state": WarningState(warning.state).label})


def _first(*verdicts: Verdict) -> Verdict:
    return next((verdict for verdict in verdicts if not verdict), YES)


def running(warning: Warning) -> Verdict:
    """Issued and not ended."""
    return YES if warning.state in RUNNING else no(_("Possible from the issue of the warning until it ends."))


def may_draft(user: User) -> Verdict:
    """Open the page on which a warning is drafted: members of a discipline committee."""
    return YES if scope_of(user).bodies.get(BodyKind.DISCIPLINE_COMMITTEE) else no(_("The discipline committee starts warnings."))


def may_start(user: User, members: Iterable[BodyMembership]) -> Verdict:
    """Draft this very one: a member of the committee that handles it who is not shut out (`committees.entitled`)."""
    if any(member.person_id == user.pk for member in members):
        return YES
    return no(_("You cannot start this warning: you are concerned, depend on who is, or another discipline committee handles it."))


def may_edit(user: User, warning: Warning) -> Verdict:
    """Change a draft or what was returned."""
    return _first(_discipline(user, warning), _state(warning, "submit"))


def may_submit(user: User, warning: Warning) -> Verdict:
    """Send to the party committee."""
    return _first(_discipline(user, warning), _state(warning, "submit"))


def may_decide(user: User, warning: Warning, known: committees.Known | None = None) -> Verdict:
    """Approve, return or reject: the secretary (or who stands in for a secretary who may not), or any member by vote.

    `known`: read once for a list of warnings, whose recusals and votes are fetched with them.
    """
    state = _state(warning, "approve")
    if not state:
        return state if warning.party_body_id in standing_of(user).body_ids else no(PARTY)
    if warning.party_body_id not in standing_of(user).body_ids:
        return no(PARTY)
    if user.pk in (warning.started_by_id, warning.submitted_by_id):
        return no(_("Nobody approves what they started or submitted."))
    if user.pk in committees.shut_out(committees.subject_of(warning), [user.pk], known):
        return no(CONCERNED)
    if user.pk not in {member.person_id for member in deciding(warning, known)}:
        return no(_("The secretary of the party committee decides this."))
    if any(vote.member_id == user.pk and vote.round == warning.approval_round for vote in warning.votes.all()):
        return no(_("You have voted already; the others are still to vote."))
    return YES


def deciding(warning: Warning, known: committees.Known | None = None) -> list[BodyMembership]:
    """Whose decision counts: by vote all who may take part; else the secretary, or the deputy head in the secretary's place, or by vote.

    `known`: read once for a list of warnings.
    """
    members = committees.deciders(warning, known)
    if by_vote(warning, members, known):
        return members
    for roles in ((BodyRole.SECRETARY, BodyRole.HEAD), (BodyRole.DEPUTY,)):
        if found := [member for member in members if member.role in roles]:
            return found
    return members


def by_vote(warning: Warning, members: list[BodyMembership], known: committees.Known | None = None) -> bool:
    """A setting; and without secretary and deputy head who may decide, the members vote whatever the setting says."""
    mode = known.approval_modes[warning.unit_id] if known else settings_of(warning.unit_id).approval_mode
    if mode == ApprovalMode.VOTE:
        return True
    return all(member.role == BodyRole.MEMBER for member in members)


def may_issue(user: User, warning: Warning) -> Verdict:
    """Send the approved warning to who is warned."""
    return _first(_discipline(user, warning), _state(warning, "issue"))


def may_acknowledge(user: User, warning: Warning) -> Verdict:
    """Confirm receipt."""
    return _first(_recipient(user, warning), _state(warning, "acknowledge"))


def may_plan(user: User, warning: Warning) -> Verdict:
    """Set causes and measures."""
    return _first(_recipient(user, warning), _state(warning, "plan"))


def may_report(user: User, warning: Warning) -> Verdict:
    """Record measures as done and hand in the written report."""
    return _first(_recipient(user, warning), _state(warning, "report"))


def may_state_case(user: User, warning: Warning) -> Verdict:
    """陈述申辩: who is warned."""
    if not is_warned(user, warning):
        return no(_("Who is warned states their case."))
    return running(warning)


def may_answer(user: User, warning: Warning) -> Verdict:
    """Answer a statement."""
    return _first(_discipline(user, warning), running(warning))


def _examines(user: User, warning: Warning, step: str) -> Verdict:
    verdict = _first(_discipline(user, warning), _state(warning, step))
    if verdict and (answers_for(user, warning) or is_warned(user, warning)):
        return no(_("Nobody verifies what they answer for themselves."))
    if verdict and warning.reports.filter(round=warning.round, submitted_by=user).exists():
        return no(_("Nobody verifies what they reported themselves."))
    return verdict


def may_verify(user: User, warning: Warning) -> Verdict:
    """Confirm the rectification."""
    return _examines(user, warning, "verify")


def may_re_rectify(user: User, warning: Warning) -> Verdict:
    """Send back to be rectified again."""
    return _examines(user, warning, "re_rectify")


def may_escalate(user: User, warning: Warning) -> Verdict:
    """Raise to the next tier."""
    return _examines(user, warning, "escalate")


def may_close(user: User, warning: Warning) -> Verdict:
    """Close: another member than who verified, as long as there is another. What is missing is `requirements`' to say."""
    verdict = _examines(user, warning, "close")
    if verdict and warning.verified_by_id == user.pk:
        others = {member.person_id for member in committees.discipline_members(warning)} - {user.pk, warning.responsible_id}
        if others:
            return no(_("Who verified the rectification does not close the warning; another member does."))
    return verdict


def may_withdraw(user: User, warning: Warning) -> Verdict:
    """Take it back with a reason."""
    return _first(_discipline(user, warning), _state(warning, "withdraw"))


def may_recuse(user: User, warning: Warning, person: User | None = None) -> Verdict:
    """Record that somebody takes no part: the discipline committee for anybody, members of the party committee for themselves.

    `person` None asks whether the page offers it at all. Nobody may empty the committee that handles or approves it.
    """
    if not warning.is_open:
        return no(_("The warning has ended."))
    by_party = bool(warning.submitted_at) and warning.party_body_id in standing_of(user).body_ids and takes_part(user, warning)
    if not (by_party and person in (None, user)):
        verdict = _discipline(user, warning)
        if not verdict:
            return verdict
    if person is not None:
        deciders = committees.deciders(warning) if warning.submitted_at else []
        for members in (committees.discipline_members(warning), deciders):
            if [member.person_id for member in members] == [person.pk]:
                return no(_("Nobody would be left in the committee. Withdraw the warning and hand it to the higher committee."))
    return YES
