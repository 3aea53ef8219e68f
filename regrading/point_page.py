"""“为什么是这个等级”: what the page of a risk point says of its score (risks.providers.explanation).

The score and its contributions are open evidence and the same for everybody who sees the point. What a reader may see beyond it (a lead, a
warning, an own grade) stands apart with the way to it, and counts in no number that others read (ADR 0020).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from accounts.models import User
from assessments.models import Result, Survey
from audit.selectors import TimelineEvent, timeline
from common import prepared
from common.prepared import Blank, Given
from common.prepared_objects import Objects
from early_warnings.models import Warning
from leads.models import Lead
from leads.secrecy import standing_of
from positions.scopes import scope_of
from regrading import words
from regrading.evidence import Graded, PlannedEvaluation, evaluate, seen_by, surveys
from regrading.evidence.statement import Window
from regrading.models import Origin, Proposal, RuleSet, Score, ScoreChange
from regrading.permissions.proposals import reading_unit_ids
from regrading.querysets import BY_SCORE, concerned_by
from regrading.rules import HIGHEST
from regrading.states import ProposalState
from risks.models import Level, RiskPoint

SHOWN_CHANGES = 60
_JOINED = ("from_level", "to_level", "decided_by")
_score = Objects(lambda: Score.objects.filter(risk=Given("risk")).select_related("rule_set"))
# What `of_point` finds for whom a point does not concern.
_by_score = Objects(lambda: Proposal.objects.filter(BY_SCORE, risk=Given("risk")).select_related(*_JOINED).order_by("-pk"))
_BESIDE_OPEN = ("leads", "warnings", "grades", "surveys")
_TONES = {"open": "warning", "accepted": "success", "declined": "neutral", "lapsed": "neutral"}


@dataclass(frozen=True, slots=True)
class Band:
    """A level with the scores it reaches over; `is_here` for the one the score lies in."""

    level: Level
    low: int
    high: int
    is_here: bool

    @property
    def width(self) -> int:
        """In points of the bar."""
        return self.high - self.low + 1


@dataclass(frozen=True, slots=True)
class Beside:
    """A contribution only this reader and few others see, with its sources."""

    told: words.Told
    sources: list[dict[str, str]]


def explanation(*, user: User, risk: RiskPoint, levels: dict[int, Level]) -> dict[str, Any]:
    """See risks.providers. Five statements or so, none of which depends on what the reader may not see."""
    score = next(iter(_score(risk=risk.pk)), None)
    if concerned_by(scope_of(user), risk):
        proposals = list(Proposal.objects.of_point(user, risk).select_related(*_JOINED).order_by("-pk"))
    else:
        proposals = _by_score(risk=risk.pk)
    if score is None and not proposals:
        return {}
    found: dict[str, Any] = {
        "risk": risk,
        "score": score,
        "waiting": [one for one in proposals if one.state == ProposalState.OPEN],
        "decisions": [_decision(one) for one in proposals if one.state != ProposalState.OPEN],
        "decide_url": f"{reverse('regrading:proposals')}?q={risk.number}" if risk.unit_id in reading_unit_ids(scope_of(user)) else "",
        "events": _events(proposals),
    }
    if score is not None:
        found |= _of_score(user, risk, score, levels)
    return found


def _of_score(user: User, risk: RiskPoint, score: Score, levels: dict[int, Level]) -> dict[str, Any]:
    anchor = levels[score.anchor_id]
    changes = prepared.rows("regrading.changes", (), _changes, risk=risk.pk)
    changes.reverse()
    return {
        "told": words.tell(score.contributions, anchor.label),
        "cannot": words.cannot(score.cannot) if score.cannot else "",
        "bands": _bands(score, sorted((one for one in levels.values() if one.scale_id == anchor.scale_id), key=attrgetter("severity"))),
        "beside": _beside(user, risk, score),
        "chart": _chart(changes) if len(changes) > 1 else None,
        "rules_url": score.rule_set.get_absolute_url() if _may_read_rules(user, score) else "",
    }


def _changes() -> QuerySet[Any]:
    of_one = ScoreChange.objects.filter(risk=Given("risk")).exclude(score=None)
    return of_one.order_by("-pk").values_list("on", "score")[:SHOWN_CHANGES]


def _may_read_rules(user: User, score: Score) -> bool:
    seen = lambda: RuleSet.objects.visible_to(user).filter(pk=Given("rules")).values_list("pk")  # noqa: E731
    return bool(prepared.rows("regrading.rules", scope_of(user).key, seen, rules=score.rule_set_id))


def _bands(score: Score, levels: list[Level]) -> list[Band]:
    """Of the levels of a scale, from the lightest; none where the rules do not cover it."""
    if score.score is None:
        return []
    floors = dict(score.rule_set.values.bands)
    if any(level.severity not in floors for level in levels):
        return []
    begins = [0, *(floors[level.severity] for level in levels[1:])]
    ends = [*(floor - 1 for floor in begins[1:]), HIGHEST]
    return [Band(level, low, high, low <= score.score <= high) for level, low, high in zip(levels, begins, ends, strict=True)]


def _chart(changes: list[tuple[date, int]]) -> dict[str, Any]:
    first, last = changes[0][1], changes[-1][1]
    text = _("The score went from %(first)d to %(last)d") if first != last else _("The score stands at %(last)d")
    return {
        "title": text % {"first": first, "last": last},
        "categories": [on.isoformat() for on, _score in changes],
        "series": [{"label": _("Score"), "values": [score for _on, score in changes]}],
    }


def _beside(user: User, risk: RiskPoint, score: Score) -> list[Beside]:
    """What the reader's own view of the evidence adds to the open one, as of today."""
    today, rules = timezone.localdate(), score.rule_set.values
    rates = surveys.rates(Survey.objects.visible_to(user), Window.of(today, rules.window))

    def put_together() -> PlannedEvaluation:
        points = RiskPoint.objects.filter(pk=Given("risk"))
        told: Any = Blank("rates") if rates else []
        seen = seen_by(user)
        # Of grades only the holder's counts: not to look for everybody's latest.
        seen["results"] = seen["results"].filter(assessed__person_id=Given("holder"))
        return evaluate(points, rules=rules, as_of=today, with_sources=True, rates=told, **seen).planned()

    rule_set = (score.rule_set_id, score.rule_set.version)
    asker = ("regrading.beside", scope_of(user).key, standing_of(user), today, rule_set, bool(rates))
    evaluation = prepared.once(asker, put_together)
    graded: Graded | None = next(evaluation.rows(risk=risk.pk, holder=risk.direct_holder_id, rates=Jsonb(rates)), None)
    if graded is None:
        return []
    known = [list(one) for one in score.contributions]
    more = [one for one in graded.contributions if one[0] in _BESIDE_OPEN and list(one) not in known]
    lines = _source_lines(user, graded.sources)
    return [Beside(told, lines.get(told.rule, [])) for told in words.tell(more)]


_SOURCES: dict[str, tuple[str, Any]] = {
    "lead": ("leads", Lead),
    "warning": ("warnings", Warning),
    "result": ("grades", Result),
    "survey": ("surveys", Survey),
}


def _source_lines(user: User, sources: Iterable[tuple[str, int, int]]) -> dict[str, list[dict[str, str]]]:
    """Links by rule; what weighs against the point and the reader may open."""
    wanted: dict[str, list[int]] = {}
    for kind, pk, _points in sources:
        wanted.setdefault(kind, []).append(pk)
    found: dict[str, list[dict[str, str]]] = {}
    for kind, keys in wanted.items():
        rule, model = _SOURCES[kind]
        rows = model.objects.visible_to(user).filter(pk__in=keys).order_by("pk")
        found[rule] = [{"label": _source_label(kind, row), "url": row.get_absolute_url()} for row in rows]
    return found


def _source_label(kind: str, row: Any) -> str:
    return str(row.grade_label if kind == "result" else row.title if kind == "survey" else row)


def _decision(proposal: Proposal) -> dict[str, Any]:
    return {
        "proposal": proposal,
        "tone": _TONES[proposal.state],
        "by": proposal.decided_by.name if proposal.decided_by else "",
        "is_committee": proposal.origin == Origin.COMMITTEE,
    }


def _events(proposals: list[Proposal]) -> list[TimelineEvent]:
    """When proposals came and lapsed, from their history; what people said of them, from the audit trail."""
    known = {proposal.pk: proposal for proposal in proposals}
    if not known:
        return []
    told = timeline(*proposals, actions=["proposal.declined", "proposal.put_forward"])
    rows = Proposal.history.filter(id__in=known).values_list("id", "history_type", "state", "history_date")
    for pk, kind, state, at in rows:
        proposal = known[pk]
        levels = {"old": proposal.from_level.label, "new": proposal.to_level.label}
        if kind == "+" and proposal.origin == Origin.SCORE:
            text = _("Re-grading proposed to change the level from %(old)s to %(new)s (score %(score)d)")
            told.append(TimelineEvent(text % (levels | {"score": _first_score(proposal)}), at, "", "", ""))
        elif state == ProposalState.LAPSED:
            told.append(TimelineEvent(_("The proposal to change the level from %(old)s to %(new)s lapsed") % levels, at, "", "", ""))
    return told


def _first_score(proposal: Proposal) -> int:
    return proposal.score or 0
