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
    """Waiting ones, all of them; a page of those dealt with."""
    rows = with_rows(ConfidentialFinding.objects.visible_to(user))
    ended = Paginator(rows.exclude(state=ConfidentialState.OPEN).order_by("-pk"), per_page).get_page(number)
    return {"waiting": [_row(one) for one in rows.open().order_by("pk")], "page": ended, "ended": [_row(one) for one in ended]}  # type: ignore[attr-defined]


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
