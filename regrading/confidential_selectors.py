"""Reads of confidential findings for their two pages. Everything starts from `visible_to` (ADR 0020)."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from regrading import words
from regrading.models import ConfidentialFinding, SourceKind
from regrading.states import ConfidentialState

SHOWN = 300  # waiting ones on the page
_PREFETCHED = ("sources__lead", "sources__warning", "sources__result__assessed__round", "sources__survey")
TONES = {
    ConfidentialState.OPEN: "warning",
    ConfidentialState.FORWARDED: "accent",
    ConfidentialState.SET_ASIDE: "neutral",
    ConfidentialState.LAPSED: "neutral",
}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A piece of evidence with the way to it and its points."""

    label: str
    title: str
    url: str
    weight: int


def with_rows(findings: QuerySet[ConfidentialFinding]) -> QuerySet[ConfidentialFinding]:
    """With everything the pages name."""
    related = ("risk__current_level", "risk__department", "risk__position", "risk__direct_holder", "risk__unit", "risk__score", "level")
    return findings.select_related(*related, "decided_by", "proposal").defer("risk__search")


def page(user: User, number: str, per_page: int) -> dict[str, Any]:
    """Waiting ones by what they rest on: a warning of a department may concern all of its points; a page of those dealt with."""
    seen = ConfidentialFinding.objects.visible_to(user)
    ended = Paginator(with_rows(seen.exclude(state=ConfidentialState.OPEN)).order_by("-pk"), per_page).get_page(number)
    waiting = seen.open().order_by("pk")
    groups = _groups(list(with_rows(waiting).prefetch_related(*_PREFETCHED)[:SHOWN]))
    return {"groups": groups, "count": waiting.count(), "page": ended, "ended": [_row(one) for one in ended]}


@dataclass(slots=True)
class Group:
    """Findings that rest on the same evidence."""

    sources: list[SourceLine]
    rows: list[dict[str, Any]]


def _groups(findings: list[ConfidentialFinding]) -> list[Group]:
    """The weightiest evidence first."""
    found: dict[frozenset[tuple[str, int]], Group] = {}
    for finding in findings:
        given = sorted(finding.sources.all(), key=lambda source: (-source.weight, source.pk))
        key = frozenset(source.key for source in given)
        if key not in found:
            found[key] = Group([_line(source) for source in given], [])
        found[key].rows.append(_row(finding))
    return sorted(found.values(), key=lambda group: (-sum(line.weight for line in group.sources), -len(group.rows)))


def _row(finding: ConfidentialFinding) -> dict[str, Any]:
    state = ConfidentialState(finding.state)
    return {"finding": finding, "state": state.label, "tone": TONES[state]}


def told(finding: ConfidentialFinding) -> list[words.Told]:
    """The full score in words."""
    score = getattr(finding.risk, "score", None)
    return words.tell(finding.contributions, score.anchor.label if score else finding.risk.current_level.label)


def sources(finding: ConfidentialFinding) -> list[SourceLine]:
    """Its evidence, the weightiest first. Whoever found it may see every one of them."""
    rows = finding.sources.select_related("lead", "warning", "result__assessed__round", "survey").order_by("-weight", "pk")
    return [_line(source) for source in rows]


def _line(source: Any) -> SourceLine:
    label = str(source.get_kind_display())
    if source.kind == SourceKind.LEAD:
        return SourceLine(label, f"{source.lead.number} {source.lead.title}", source.lead.get_absolute_url(), source.weight)
    if source.kind == SourceKind.WARNING:
        return SourceLine(label, str(source.warning), source.warning.get_absolute_url(), source.weight)
    if source.kind == SourceKind.SURVEY:
        return SourceLine(label, source.survey.title, source.survey.get_absolute_url(), source.weight)
    held = source.result.assessed.round
    title = _("%(name)s, quarter %(quarter)d of %(year)d: “%(grade)s”") % {
        "name": source.result.assessed.name,
        "quarter": held.quarter,
        "year": held.year,
        "grade": source.result.grade_label,
    }
    return SourceLine(label, title, source.result.get_absolute_url(), source.weight)
