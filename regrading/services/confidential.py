"""What evidence that not everybody may see asks for, found at night and considered by the discipline committee (ADR 0020).

Nothing here writes to, counts in or answers for anything outside the confidential tables, but for the proposal that a member of the
committee puts forward in their own words.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common.errors import DomainError, NotAllowed, NotPossible
from common.writes import lock
from notifications.services import Message, notify_many
from positions.models import BodyKind, BodyMembership
from regrading.evidence import evaluate, everything
from regrading.models import ConfidentialFinding, ConfidentialSource, Direction, Origin, Proposal, RuleSet
from regrading.permissions import confidential as permissions
from regrading.querysets import evaluated
from regrading.services.locks import hold
from regrading.services.proposing import KIND, deciders
from regrading.states import CONFIDENTIAL_TABLE, PROPOSAL_TABLE, ConfidentialState, ProposalState
from risks.models import RiskPoint
from risks.services.trace import copy_history

GROUNDS_LENGTH = 500
MOST = 500  # dealt with at once
_GRAVER = """
SELECT g.risk_id, g.level_id, g.score, g.contributions, g.sources::text
FROM (
    SELECT graded.*, full_level.severity, full_level.scale_id
    FROM graded
    JOIN risks_level full_level ON full_level.id = level_id
    JOIN risks_level now ON now.id = current_id
    LEFT JOIN risks_level open_level ON open_level.id = old_level_id AND open_level.scale_id = full_level.scale_id
    WHERE score IS NOT NULL AND full_level.severity > greatest(now.severity, COALESCE(open_level.severity, 0))
    OFFSET 0  -- what is proposed is looked up for these few only
) g
LEFT JOIN LATERAL (
    SELECT max(l.severity) AS severity FROM regrading_proposal p JOIN risks_level l ON l.id = p.to_level_id
    WHERE p.risk_id = g.risk_id AND p.state = 'open' AND l.scale_id = g.scale_id
) proposed ON true
WHERE g.severity > COALESCE(proposed.severity, 0)
ORDER BY g.risk_id
"""
# A proposal of the committee ends so when the point has its level, by decision on it or by hand; else it is declined.
_ENDED_WITH_THE_LEVEL = [ProposalState.ACCEPTED, ProposalState.LAPSED]
Key = tuple[str, int]  # kind and id of a source
Weights = dict[Key, int]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A point for which all evidence asks for more than the open evidence does, and the confidential sources with their points."""

    risk_id: int
    level_id: int
    score: int
    contributions: list[Any]
    sources: Weights


@transaction.atomic
def search(*, unit_id: int, as_of: date, rule_set: RuleSet) -> None:
    """Open, renew and lapse the unit's findings, and tell new ones to those who may see all of their sources. Twice changes nothing more.

    Called after the unit's scores are written. What was put forward or set aside comes back only when there is a source that was not in
    an earlier finding of the point, or one that now counts graver than it did then. What the leading group followed stands in the level: it
    does not count a second time while that holds, and like anything new once the level has fallen.
    """
    hold(unit_id)
    seen = {row.risk_id: row for row in _graver(unit_id, as_of, rule_set)}
    open_now = {finding.risk_id: finding for finding in _with_sources(ConfidentialFinding.objects.open().filter(unit_id=unit_id))}
    known = _known(list(seen.keys() - open_now.keys()))
    gone = [finding for risk_id, finding in open_now.items() if risk_id not in seen]
    for finding in gone:
        CONFIDENTIAL_TABLE.move(finding, "lapse")
    _keep(gone, "state")
    _renew([(finding, seen[risk_id]) for risk_id, finding in open_now.items() if risk_id in seen], rule_set)
    new = [row for risk_id, row in seen.items() if risk_id not in open_now and _is_new(row.sources, known.get(risk_id, {}))]
    _tell(_open(new, unit_id, as_of, rule_set), unit_id, as_of)


def _graver(unit_id: int, as_of: date, rule_set: RuleSet) -> list[_Seen]:
    points = evaluated(unit_id, as_of)
    evaluation = evaluate(
        points, rules=rule_set.values, as_of=as_of, confidential_only=True, with_old=True, settled=_settled(unit_id), **everything()
    )
    return [
        _Seen(risk_id, level_id, score, json.loads(contributions), {(kind, pk): points for kind, pk, points in json.loads(sources)})
        for risk_id, level_id, score, contributions, sources in evaluation.fetch(_GRAVER)
    ]


def _settled(unit_id: int) -> QuerySet[ConfidentialSource, Any]:
    """What stands in the levels: sources of findings that the group followed, while level and anchor hold (risk, kind, id, points)."""
    wanted = "finding__proposal__to_level__"
    held = ConfidentialSource.objects.filter(
        finding__unit_id=unit_id,
        finding__state=ConfidentialState.FORWARDED,
        finding__proposal__state__in=_ENDED_WITH_THE_LEVEL,
        finding__risk__current_level__scale=F(f"{wanted}scale"),
        finding__risk__current_level__severity__gte=F(f"{wanted}severity"),
        finding__risk__score__anchor__severity__gte=F(f"{wanted}severity"),
    )
    source = Coalesce("lead_id", "warning_id", "result_id", "survey_id")
    return held.values_list("finding__risk_id", "kind", source, "weight")


def _with_sources(findings: Any) -> list[ConfidentialFinding]:
    return list(findings.prefetch_related("sources").order_by("pk"))


def _known(risk_ids: list[int]) -> dict[int, Weights]:
    """What people decided against or have before them: the most that each source counted then."""
    known: dict[int, Weights] = defaultdict(dict)
    decided = ConfidentialFinding.objects.filter(risk__in=risk_ids, state__in=[ConfidentialState.FORWARDED, ConfidentialState.SET_ASIDE])
    for finding in _with_sources(decided.exclude(proposal__state__in=_ENDED_WITH_THE_LEVEL)):
        for source in finding.sources.all():
            known[finding.risk_id][source.key] = max(source.weight, known[finding.risk_id].get(source.key, 0))
    return known


def _is_new(sources: Weights, known: Weights) -> bool:
    return any(weight > known.get(key, -1) for key, weight in sources.items())


def _open(rows: list[_Seen], unit_id: int, as_of: date, rule_set: RuleSet) -> list[int]:
    """Keys of new findings. A warning about a department makes as many as it has points: set by set."""
    opened = ConfidentialFinding.objects.bulk_create(
        ConfidentialFinding(
            risk_id=row.risk_id,
            unit_id=unit_id,
            level_id=row.level_id,
            score=row.score,
            contributions=row.contributions,
            rule_set=rule_set,
            opened_on=as_of,
        )
        for row in rows
    )
    keys = [finding.pk for finding in opened]
    copy_history(ConfidentialFinding, keys, by=None, kind="+")
    _set_sources(list(zip(opened, rows, strict=True)))
    return keys


def _renew(found: list[tuple[ConfidentialFinding, _Seen]], rule_set: RuleSet) -> None:
    """Bring open ones up to date; who reads one meanwhile gets a conflict when they decide."""
    changed, resting_on_others = [], []
    for finding, row in found:
        before = {source.key: source.weight for source in finding.sources.all()}
        same = (finding.level_id, finding.score, finding.contributions) == (row.level_id, row.score, row.contributions)
        if same and before == row.sources:
            continue
        finding.level_id, finding.score, finding.contributions, finding.rule_set = row.level_id, row.score, row.contributions, rule_set
        changed.append(finding)
        if before != row.sources:
            resting_on_others.append((finding, row))
    _keep(changed, "level", "score", "contributions", "rule_set")
    ConfidentialSource.objects.filter(finding__in=[finding.pk for finding, _row in resting_on_others]).delete()
    _set_sources(resting_on_others)


def _keep(findings: list[ConfidentialFinding], *fields: str) -> None:
    """Save these fields of all of them, with version and history."""
    if not findings:
        return
    for finding in findings:
        finding.version += 1
    ConfidentialFinding.objects.bulk_update(findings, [*fields, "version"], batch_size=500)
    copy_history(ConfidentialFinding, [finding.pk for finding in findings], by=None)


def _set_sources(found: list[tuple[ConfidentialFinding, _Seen]]) -> None:
    ConfidentialSource.objects.bulk_create(
        ConfidentialSource(finding=finding, kind=kind, weight=weight, **{f"{kind}_id": pk})
        for finding, row in found
        for (kind, pk), weight in sorted(row.sources.items())
    )


def _tell(opened: list[int], unit_id: int, as_of: date) -> None:
    """One neutral notice a night to each member of the committee who sees at least one of the new findings."""
    if not opened:
        return
    seats = BodyMembership.objects.in_force().filter(body__unit_id=unit_id, body__kind=BodyKind.DISCIPLINE_COMMITTEE)
    members = {seat.person_id: seat.person for seat in seats.select_related("person")}
    told = [pk for pk, person in members.items() if ConfidentialFinding.objects.visible_to(person).filter(pk__in=opened).exists()]
    key, url = f"confidential:{unit_id}:{as_of.isoformat()}", reverse("regrading:confidential")
    notify_many([Message(told, KIND, _("Something waits for your consideration"), url, key, sensitive=True)])


def _locked(finding: ConfidentialFinding, by: User, version: int | None) -> ConfidentialFinding:
    hold(finding.unit_id)
    finding = lock(ConfidentialFinding.objects, finding.pk, version=version)
    permissions.may_consider(by, finding).require()
    return finding


def _close(finding: ConfidentialFinding, step: str, by: User) -> None:
    transition = CONFIDENTIAL_TABLE.move(finding, step)
    finding.decided_by, finding.decided_at = by, timezone.now()
    finding.save()
    # The number and nothing else: neither reason nor point, for the audit administrator reads it.
    audit.record(transition.audit, by=by, obj=finding)


@transaction.atomic
def deal_with(*, finding_ids: Collection[int], step: str, words: str, by: User) -> tuple[int, Counter[str]]:
    """`forward` or `set_aside` many with the same words, such as all that rest on one warning; how many, and why others were left out."""
    found = list(ConfidentialFinding.objects.visible_to(by).open().filter(pk__in=list(finding_ids)[:MOST]).order_by("unit_id", "pk"))
    for unit_id in sorted({finding.unit_id for finding in found}):
        hold(unit_id)
    done, left = 0, Counter[str]()
    key = f"put-forward:{found[0].pk}" if found else ""
    for finding in found:
        try:
            with transaction.atomic():
                if step == "forward":
                    forward(finding=finding, grounds=words, by=by, notice_key=key)
                else:
                    set_aside(finding=finding, reason=words, by=by)
            done += 1
        except (NotAllowed, NotPossible) as refused:
            left[str(refused)] += 1
    return done, left


@transaction.atomic
def forward(*, finding: ConfidentialFinding, grounds: str, by: User, version: int | None = None, notice_key: str = "") -> Proposal:
    """Propose the level to the leading group, in one's own words and without any source.

    An earlier one of the committee gives way; one of the score stays as it is, for the holder reads that one and not this.

    Raises NotAllowed, Conflict, DomainError without grounds, NotPossible where that level is proposed or in force by now.
    """
    finding = _locked(finding, by, version)
    grounds = _words(grounds, _("Say in your own words why the level should be raised. Name no lead, no warning and no source."))
    risk, level = RiskPoint.objects.select_related("current_level").get(pk=finding.risk_id), finding.level
    waiting = list(Proposal.objects.open().filter(risk=risk).select_related("to_level").select_for_update(of=("self",)))
    if level.severity <= max(known.severity for known in [risk.current_level, *(one.to_level for one in waiting)]):
        raise NotPossible(_("The risk point has this level by now, or it is proposed already. Set the matter aside."))
    for former in waiting:
        if former.origin == Origin.COMMITTEE:
            audit.record(PROPOSAL_TABLE.move(former, "lapse").audit, by=None, obj=former)
            former.save()
    proposal = Proposal.objects.create(
        risk=risk,
        unit_id=finding.unit_id,
        direction=Direction.RISE,
        origin=Origin.COMMITTEE,
        from_level=risk.current_level,
        to_level=level,
        grounds=grounds,
        proposed_by=by,
        opened_on=timezone.localdate(),
    )
    finding.proposal = proposal
    _close(finding, "forward", by)
    changes = {"current_level": [risk.current_level.label, level.label]}
    audit.record("proposal.put_forward", by=by, obj=proposal, reason=grounds, changes=changes)
    _tell_group(proposal, risk, by, notice_key or f"put-forward:{finding.pk}")
    return proposal


def _tell_group(proposal: Proposal, risk: RiskPoint, by: User, key: str) -> None:
    """Deciders, and the responsible leader: who of them may see the proposal, which is neither the holder nor anybody below."""
    people = User.objects.filter(pk__in=[*deciders(proposal.unit_id), risk.responsible_leader_id or 0])
    told = [person.pk for person in people if Proposal.objects.visible_to(person).filter(pk=proposal.pk).exists()]
    text = _("A risk point is proposed for a graver level")
    notify_many([Message(told, KIND, text, reverse("regrading:proposals"), key, sensitive=True, except_for=by)])


@transaction.atomic
def set_aside(*, finding: ConfidentialFinding, reason: str, by: User, version: int | None = None) -> ConfidentialFinding:
    """Nothing follows from it, with the reason. Raises NotAllowed, Conflict, and DomainError without a reason."""
    finding = _locked(finding, by, version)
    finding.reason = _words(reason, _("Say why nothing follows from it."))
    _close(finding, "set_aside", by)
    return finding


def _words(text: str, required: str) -> str:
    text = text.strip()
    if not text:
        raise DomainError(required)
    if len(text) > GROUNDS_LENGTH:
        raise DomainError(_("The reason is too long: at most %(n)d characters.") % {"n": GROUNDS_LENGTH})
    return text
