"""Reads behind the reviewer's pages: the queue, and the whole form on one page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import workdays
from risks.form_selectors import facts_of, hints_by_entry
from risks.grading import level_for
from risks.grading.levels import levels_by_severity
from risks.hints import WARNING, Hint, hints_for
from risks.models import Decision, Declaration, EntryChange, Level, PhaseKind, ReviewStep, RiskEntry, StepKindReview
from risks.states import FormState


def waiting_for(user: User) -> QuerySet[Declaration]:
    """Forms whose current step is the person's, the longest waiting first."""
    mine = ReviewStep.objects.filter(reviewer=user, is_current=True)
    return (
        Declaration.objects.visible_to(user)
        .filter(state=FormState.IN_REVIEW, pk__in=mine.values("declaration_id"))
        .select_related("declarant", "position", "department", "unit", "campaign")
        .prefetch_related(
            Prefetch("review_steps", ReviewStep.objects.filter(is_current=True), to_attr="current_steps"),
            Prefetch("entries", RiskEntry.objects.prefetch_related("measures"), to_attr="shown_entries"),
            "campaign__phases",
        )
        .order_by("review_steps__waiting_since", "pk")
        .filter(review_steps__is_current=True)
    )


def decided_by(user: User) -> QuerySet[Declaration]:
    """Forms on whose way the person has decided, the latest first."""
    return (
        Declaration.objects.visible_to(user)
        .filter(opinions__by=user)
        .select_related("declarant", "position", "department", "unit", "campaign")
        .annotate(risk_count=Count("entries", distinct=True), rounds=Count("opinions", filter=Q(opinions__by=user), distinct=True))
        .order_by("-updated_at", "-pk")
    )


def plain_hints(entry: RiskEntry) -> list[Hint]:
    """Hints that need no comparison with others: cheap enough for lists."""
    return [] if entry.change == EntryChange.RETIRE else hints_for(facts_of(entry))


def warnings_of(entries: Iterable[RiskEntry]) -> int:
    """How many things a reviewer would object to."""
    return sum(hint.severity == WARNING for entry in entries for hint in plain_hints(entry))


def due_of(declaration: Declaration) -> date | None:
    """Until when forms of the campaign are found and reviewed (002: finding)."""
    if declaration.campaign is None:
        return None
    return next((p.due_on for p in declaration.campaign.phases.all() if p.kind == PhaseKind.FINDING), None)


def deadline_of(declaration: Declaration, today: date | None = None) -> workdays.Deadline | None:
    """The same with what is left of it."""
    due = due_of(declaration)
    return workdays.describe(due, today or timezone.localdate()) if due else None


@dataclass(slots=True)
class RiskView:
    """A risk as the reviewer reads it."""

    entry: RiskEntry
    number: int
    hints: list[Hint]
    computed: str  # how the scheme gets to its level, or why it does not
    chosen: int | None  # level that stands chosen on the page
    is_retired: bool
    reasons: list[tuple[str, str]]

    @property
    def level(self) -> Level | None:
        """The gravest word so far: final, reviewed, self-rated or computed."""
        e = self.entry
        return e.final_level or e.reviewed_level or e.self_level or e.computed_level


def risk_views(
    declaration: Declaration, entries: list[RiskEntry], viewer: User, chosen: dict[int, int] | None = None, total: int | None = None
) -> list[RiskView]:
    """The risks of a form with hints, the way to the computed level, and the level that stands chosen. `total`: how many risks the form
    has, when `entries` are not all of them."""
    hints = hints_by_entry(declaration, entries, viewer)
    count = sum(entry.change != EntryChange.RETIRE for entry in entries) if total is None else total
    views = []
    for number, entry in enumerate(entries, 1):
        _level, result = level_for(declaration.scheme, entry, risk_count=count)
        picked = (chosen or {}).get(entry.pk) or entry.reviewed_level_id or entry.self_level_id or entry.computed_level_id
        views.append(RiskView(entry, number, hints[entry.pk], result.text, picked, entry.change == EntryChange.RETIRE, reasons_of(entry)))
    return views


def reasons_of(entry: RiskEntry) -> list[tuple[str, str]]:
    """What the declarant gave as reasons beside the answers (see risks.policies.self_said)."""
    said = entry.answers if isinstance(entry.answers, dict) else {}
    rows = [(_("Why the own level differs"), said.get("self_reason")), (_("Why it changes"), said.get("change_reason"))]
    return [(label, str(text)) for label, text in rows if text]


def levels_of(declaration: Declaration) -> list[Level]:
    """The levels a reviewer may choose, the gravest first."""
    return sorted(levels_by_severity(declaration.scheme).values(), key=lambda level: -level.severity)


def way_of(declaration: Declaration, today: date | None = None) -> list[dict[str, Any]]:
    """Signature, review steps and leading group as the path component shows them."""
    signed = timezone.localdate(declaration.signed_at).isoformat() if declaration.signed_at else ""
    returned = declaration.state == FormState.RETURNED
    rows: list[dict[str, Any]] = [
        {
            "label": _("Filled in and signed"),
            "state": "current" if returned else "done" if signed else "current",
            "note": f"{declaration.declarant.name} {signed}",
        }
    ]
    for step in declaration.review_steps.select_related("reviewer", "decided_by").order_by("order"):
        who = step.decided_by or step.reviewer
        when = timezone.localdate(step.decided_at).isoformat() if step.decided_at else ""
        state = {Decision.AGREED: "done", Decision.RETURNED: "returned"}.get(
            Decision(step.decision), "current" if step.is_current else "todo"
        )
        if step.kind == StepKindReview.HIGHER and step.decision == Decision.PENDING:
            state = "current"
        rows.append({"label": step.get_kind_display(), "state": state, "note": f"{who.name if who else ''} {when}".strip()})
    return rows
