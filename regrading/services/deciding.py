"""The leading group's decisions on proposals: many at once, each by exactly one person (domain §3, 动态调整)."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common.errors import DomainError
from notifications.services import Message, notify_many
from regrading.models import Origin, Proposal, Score
from regrading.permissions import proposals as permissions
from regrading.querysets import ProposalQuerySet
from regrading.services.locks import hold
from regrading.services.proposing import KIND, close_fulfilled
from regrading.states import PROPOSAL_TABLE, ProposalState
from risks.models import Level
from risks.services.levels import adjust_many
from risks.services.responsibility import hold_organisation
from risks.services.trace import copy_history

MOST = 5000  # proposals decided at once
REASON_LENGTH = 500
_DECIDED = ["state", "score", "decided_by", "decided_at", "reason", "version"]


@dataclass(slots=True)
class Outcome:
    """What a bulk decision did: the proposals decided, and why others were left out (reason → how many)."""

    decided: list[Proposal] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Preview:
    """What `accept` would do: which proposals, how many from which level to which, and who would be left out why."""

    ids: list[int]
    moves: list[tuple[Level, Level, int]]
    left: Counter[str]


@transaction.atomic
def accept(*, proposal_ids: Collection[int], by: User, reason: str = "") -> Outcome:
    """Give the points the proposed levels. Without a reason the score's is kept with the point; the committee's grounds never are.

    Left out and counted: what the person may not decide (four eyes), what was decided in between, what no longer fits the level.
    """
    reason = _short(reason)
    ready, outcome = _ready(proposal_ids, by)
    ready = _one_each(ready, outcome.left)
    if not ready:
        return outcome
    adjusted = adjust_many(
        changes={proposal.risk_id: proposal.to_level for proposal in ready},
        by=by,
        reasons={proposal.risk_id: reason or default_reason(proposal) for proposal in ready},
    )
    outcome.left += adjusted.left
    done = {risk.pk for risk in adjusted.points}
    outcome.decided = [proposal for proposal in ready if proposal.risk_id in done]
    _write(outcome.decided, "accept", by, reason)
    _settle(outcome.decided)
    # Under the locks taken above: another proposal for the same point is accepted with it, or lapses, or still asks for more.
    close_fulfilled(sorted({proposal.unit_id for proposal in outcome.decided}))
    _lapse_unfitting(list(done))
    return outcome


@transaction.atomic
def decline(*, proposal_ids: Collection[int], by: User, reason: str) -> Outcome:
    """Keep the levels. What was declined comes back by `ask_again_points` and `ask_again_months`. Raises DomainError without a reason."""
    reason = reason_to_keep(reason)
    outcome = Outcome()
    outcome.decided, outcome.left = _sifted(proposal_ids, by)
    # By what was known when they decided: from there on is counted until it is asked again.
    scores = dict(Score.objects.filter(risk__in=[proposal.risk_id for proposal in outcome.decided]).values_list("risk_id", "score"))
    for proposal in outcome.decided:
        if proposal.origin == Origin.SCORE and scores.get(proposal.risk_id) is not None:
            proposal.score = scores[proposal.risk_id]
    _write(outcome.decided, "decline", by, reason)
    return outcome


def preview(*, proposal_ids: Collection[int], by: User) -> Preview:
    """The same sifting without writing or locking anything."""
    rows = _rows(proposal_ids, by)
    ready, left = _sift(list(rows), by)
    ready = _one_each(ready, left)
    counts = Counter((proposal.risk.current_level, proposal.to_level) for proposal in ready)
    moves = sorted(((old, new, n) for (old, new), n in counts.items()), key=lambda move: (-move[1].severity, -move[0].severity))
    return Preview([proposal.pk for proposal in ready], moves, left)


def default_reason(proposal: Proposal) -> str:
    """Kept with the point, where everybody who sees it reads it."""
    if proposal.origin == Origin.COMMITTEE:
        return _("Decided by the leading group.")
    return _("Accepted what re-grading proposed (score %(n)d).") % {"n": proposal.score}


def reason_to_keep(reason: str) -> str:
    """What stands on the point's page when its level is kept. Raises DomainError when it is missing or too long."""
    if not reason.strip():
        raise DomainError(_("Say why the level is kept: the reason stands on the page of the risk point."))
    return _short(reason)


def _short(reason: str) -> str:
    if len(reason.strip()) > REASON_LENGTH:
        raise DomainError(_("The reason is too long: at most %(n)d characters.") % {"n": REASON_LENGTH})
    return reason.strip()


def _rows(proposal_ids: Collection[int], by: User) -> ProposalQuerySet:
    found: ProposalQuerySet = Proposal.objects.visible_to(by).open().filter(pk__in=list(proposal_ids)[:MOST])
    return found.select_related("risk__current_level", "to_level").defer("risk__search", "contributions").order_by("risk_id")


def _sifted(proposal_ids: Collection[int], by: User) -> tuple[list[Proposal], Counter[str]]:
    """Under the locks of the units and of the rows: what somebody else decided in between is left alone and counted."""
    asked = Proposal.objects.visible_to(by).filter(pk__in=list(proposal_ids)[:MOST])
    units = sorted(set(asked.order_by().values_list("unit_id", flat=True)))
    hold_organisation(units)
    for unit_id in units:
        hold(unit_id)
    ready, left = _sift(list(_rows(proposal_ids, by).select_for_update(of=("self", "risk"))), by)
    if gone := asked.exclude(state=ProposalState.OPEN).count():
        left[str(permissions.DECIDED)] += gone
    return ready, left


def _ready(proposal_ids: Collection[int], by: User) -> tuple[list[Proposal], Outcome]:
    ready, left = _sifted(proposal_ids, by)
    return ready, Outcome(left=left)


def _sift(rows: list[Proposal], by: User) -> tuple[list[Proposal], Counter[str]]:
    ready, left = [], Counter[str]()
    for proposal in rows:
        verdict = permissions.may_decide(by, proposal)
        if verdict:
            ready.append(proposal)
        else:
            left[str(verdict.reason)] += 1
    return ready, left


def _one_each(ready: list[Proposal], left: Counter[str]) -> list[Proposal]:
    """Where re-grading and the committee both propose a level for a point, the graver one."""
    chosen: dict[int, Proposal] = {}
    for proposal in sorted(ready, key=lambda one: one.to_level.severity):
        if proposal.risk_id in chosen:
            left[_("For the same risk point a graver level was proposed too.")] += 1
        chosen[proposal.risk_id] = proposal
    return [proposal for proposal in ready if chosen[proposal.risk_id] is proposal]


def _lapse_unfitting(risk_ids: list[int]) -> None:
    """What was proposed for these points besides, and the new level leaves without sense."""
    others = Proposal.objects.open().filter(risk__in=risk_ids).select_related("risk__current_level", "to_level").defer("risk__search")
    gone = [proposal for proposal in others if not permissions.still_fits(proposal)]
    for proposal in gone:
        transition = PROPOSAL_TABLE.move(proposal, "lapse")
        proposal.version += 1
    if gone:
        Proposal.objects.bulk_update(gone, ["state", "version"], batch_size=500)
        copy_history(Proposal, [proposal.pk for proposal in gone], by=None)
        audit.record_many(transition.audit, [(proposal, {}) for proposal in gone], by=None)


def _write(decided: list[Proposal], step: str, by: User, reason: str) -> None:
    """Rows, history, audit and the word to who put them forward, in a fixed number of statements."""
    if not decided:
        return
    now = timezone.now()
    for proposal in decided:
        transition = PROPOSAL_TABLE.move(proposal, step)
        proposal.decided_by, proposal.decided_at, proposal.reason = by, now, reason
        proposal.version += 1
    Proposal.objects.bulk_update(decided, _DECIDED, batch_size=500)
    copy_history(Proposal, [proposal.pk for proposal in decided], by=by, reason=reason)
    levels = Level.objects.in_bulk({proposal.from_level_id for proposal in decided})
    events = [(proposal, {"current_level": [levels[proposal.from_level_id].label, proposal.to_level.label]}) for proposal in decided]
    audit.record_many(transition.audit, events, by=by, reason=reason)
    text = _("The leading group followed your proposal.") if step == "accept" else _("The leading group did not follow your proposal.")
    url = reverse("regrading:confidential")
    authors = [proposal.proposed_by_id for proposal in decided if proposal.proposed_by_id]
    notify_many([Message([author], KIND, text, url, sensitive=True) for author in authors])


def _settle(accepted: list[Proposal]) -> None:
    """What a score proposed leaves the anchor where it was (else its evidence would count twice); the committee moves the anchor."""
    for settled, origin in {(proposal.to_level_id if proposal.origin == Origin.SCORE else None, proposal.origin) for proposal in accepted}:
        of_kind = [p.risk_id for p in accepted if p.origin == origin and (settled is None or p.to_level_id == settled)]
        Score.objects.filter(risk__in=of_kind).update(settled=settled)
