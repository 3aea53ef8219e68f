"""Reads behind the grading session: what there is to decide, the picture by probability and harm, progress."""

from dataclasses import dataclass
from itertools import product
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from positions.models import Unit
from positions.scopes import scope_of
from risks.grading import Answers, evaluate_all
from risks.grading.levels import levels_by_severity
from risks.models import Campaign, Declaration, EntryChange, GradingScheme, Level, RiskEntry, RiskPoint
from risks.permissions.grading import session_unit_ids
from risks.services.responsibility import Organisation
from risks.states import CampaignState, FormState

SHOWN = (FormState.REVIEWED, FormState.GRADED)
CELL = ("probability", "harm")


@dataclass(frozen=True, slots=True)
class Session:
    """What the leading group sits over: a campaign, or the adjustments of a unit between campaigns."""

    unit: Unit
    campaign: Campaign | None
    scheme: GradingScheme | None

    @property
    def url(self) -> str:
        """Its page."""
        if self.campaign:
            return reverse("risks:grading_session", args=[self.campaign.pk])
        return reverse("risks:grading_adjustments", args=[self.unit.pk])

    @property
    def title(self) -> str:
        """Its name."""
        return self.campaign.title if self.campaign else _("Adjustments: %(unit)s") % {"unit": self.unit.name}

    def forms(self, user: User) -> QuerySet[Declaration]:
        """Its forms that the person may see, whatever their state."""
        return Declaration.objects.visible_to(user).filter(unit=self.unit, campaign=self.campaign).exclude(state=FormState.CANCELLED)

    def entries(self, user: User) -> QuerySet[RiskEntry]:
        """Risks of forms that reached the leading group; `proposed_id` is the level that stands until something else is decided."""
        states = SHOWN if self.campaign else (FormState.REVIEWED,)
        forms = self.forms(user).filter(state__in=states)
        return RiskEntry.objects.filter(declaration__in=forms.values("pk")).annotate(
            proposed_id=Coalesce("final_level_id", "reviewed_level_id", "computed_level_id")
        )


def of_campaign(user: User, pk: int) -> Session | None:
    """The session of a campaign in which the person takes part."""
    units = session_unit_ids(scope_of(user))
    campaign = (
        Campaign.objects.filter(pk=pk, unit_id__in=units)
        .exclude(state=CampaignState.PREPARING)
        .select_related("unit", "scheme__scale")
        .first()
    )
    return Session(campaign.unit, campaign, campaign.scheme) if campaign else None


def of_unit(user: User, pk: int) -> Session | None:
    """The session over a unit's adjustments."""
    if pk not in session_unit_ids(scope_of(user)):
        return None
    unit = Unit.objects.get(pk=pk)
    waiting = Declaration.objects.filter(unit=unit, campaign=None, state=FormState.REVIEWED).select_related("scheme__scale").first()
    return Session(unit, None, waiting.scheme if waiting else None)


def sessions(user: User) -> list[dict[str, Any]]:
    """All sessions of the person with how far they are; running campaigns first. Three queries."""
    units = session_unit_ids(scope_of(user))
    campaigns = (
        Campaign.objects.filter(unit_id__in=units)
        .exclude(state=CampaignState.PREPARING)
        .select_related("unit", "scheme__scale")
        .order_by("-year")
    )
    counts = _counts(units)
    rows: list[dict[str, Any]] = [
        {"session": Session(one.unit, one, one.scheme), **counts.get((one.unit_id, one.pk), _NOTHING)} for one in campaigns
    ]
    rows.sort(key=lambda row: row["session"].campaign.state != CampaignState.RUNNING)
    for unit in Unit.objects.filter(pk__in=units).order_by("path"):
        found = counts.get((unit.pk, None))
        if found and found["open"]:
            rows.append({"session": Session(unit, None, None), **found})
    return rows


_NOTHING = {"total": 0, "decided": 0, "open": 0}


def _counts(units: frozenset[int]) -> dict[tuple[int, int | None], dict[str, int]]:
    rows = (
        Declaration.objects.filter(unit_id__in=units, state__in=SHOWN)
        .order_by()
        .values("unit_id", "campaign_id")
        .annotate(
            total=Count("entries"),
            decided=Count("entries", filter=Q(entries__decided_at__isnull=False)),
            open=Count("pk", filter=Q(state=FormState.REVIEWED), distinct=True),
        )
    )
    return {(row["unit_id"], row["campaign_id"]): {key: row[key] for key in _NOTHING} for row in rows}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the session is. Forms under way are those not yet with the group."""

    risks: int
    decided: int
    forms: int
    graded: int
    waiting: int
    under_way: int


def progress(session: Session, user: User) -> Progress:
    """Two queries."""
    risks = session.entries(user).aggregate(n=Count("pk"), done=Count("pk", filter=Q(decided_at__isnull=False)))
    forms = session.forms(user).aggregate(
        n=Count("pk"),
        graded=Count("pk", filter=Q(state=FormState.GRADED)),
        waiting=Count("pk", filter=Q(state=FormState.REVIEWED)),
        under_way=Count("pk", filter=Q(state__in=[FormState.IN_REVIEW, FormState.RETURNED])),
    )
    return Progress(risks["n"], risks["done"], forms["n"], forms["graded"], forms["waiting"], forms["under_way"])


def without_risks(session: Session, user: User) -> QuerySet[Declaration]:
    """Forms that say “examined, none found” and wait for the group."""
    forms = session.forms(user).filter(state=FormState.REVIEWED, entries=None)
    return forms.select_related("declarant", "position", "department", "unit", "campaign").prefetch_related("review_steps").order_by("pk")


def matrix(session: Session, entries: QuerySet[RiskEntry], query: QueryDict) -> dict[str, Any] | None:
    """The picture by probability and harm: labels, counts, addresses that filter; None for schemes without both factors."""
    scheme = session.scheme
    if scheme is None or scheme.kind != "matrix":
        return None
    factors = {f["code"]: f["labels"] for f in scheme.rules.get("factors", [])}
    if not set(CELL) <= factors.keys():
        return None
    counts = {(row["probability"], row["harm"]): row["n"] for row in entries.order_by().values(*CELL).annotate(n=Count("pk"))}
    flat = len(factors) == 2
    levels = levels_by_severity(scheme)
    here = (query.get("probability"), query.get("harm"))
    places = list(product(range(1, len(factors["probability"]) + 1), range(1, len(factors["harm"]) + 1)))
    graded = evaluate_all(scheme.rules, scheme.kind, [Answers(probability=p, harm=h) for p, h in places]) if flat else []
    reached = {place: levels.get(one.severity) for place, one in zip(places, graded, strict=False) if one.severity is not None}
    cells = {}
    for p, h in places:
        active = here == (str(p), str(h))
        cells[(p, h)] = {
            "level": reached.get((p, h)),
            "count": counts.get((p, h), 0),
            "url": _cell_url(session, query, None if active else (p, h)),
            "active": active,
        }
    rows = [(n, word) for n, word in reversed(list(enumerate(factors["probability"], 1)))]
    return {"rows": rows, "columns": list(enumerate(factors["harm"], 1)), "cells": cells}


def _cell_url(session: Session, query: QueryDict, cell: tuple[int, int] | None) -> str:
    changed = query.copy()
    for name in (*CELL, "page"):
        changed.pop(name, None)
    if cell:
        changed["probability"], changed["harm"] = str(cell[0]), str(cell[1])
    return f"{session.url}?{changed.urlencode()}"


def by_level(session: Session, entries: QuerySet[Any]) -> list[tuple[Level | None, int]]:
    """How many risks stand at which level, the gravest first; None: no level could be computed."""
    counts = {row["proposed_id"]: row["n"] for row in entries.order_by().values("proposed_id").annotate(n=Count("pk"))}
    levels = sorted(levels_by_severity(session.scheme).values(), key=lambda level: -level.severity) if session.scheme else []
    rows: list[tuple[Level | None, int]] = [(level, counts.get(level.pk, 0)) for level in levels]
    return [*rows, (None, counts[None])] if counts.get(None) else rows


def leader_of(entry: RiskEntry, level: Level | None, organisation: Organisation) -> int | None:
    """Who would answer for the risk at this level, by the very rules that the register uses; None: nobody, or no level yet."""
    if level is None or entry.change == EntryChange.RETIRE:
        return None
    form = entry.declaration
    point = RiskPoint(unit_id=entry.unit_id, level_of=entry.level_of, department_id=form.department_id)
    if form.position is not None:
        point.position_id, point.department_id, point.direct_holder_id = form.position_id, form.position.department_id, form.declarant_id
    if entry.level_of == "unit":
        point.department_id = None
    organisation.derive(point, level)
    return point.responsible_leader_id
