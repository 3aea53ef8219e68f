"""What the page of a try-out shows: the outcome of a draft, computed at once or by a job, in words, tables and links."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from jobs.models import Job
from jobs.states import JobState
from positions.models import Department
from regrading.models import RuleSet
from regrading.what_if import AT_ONCE, WIDTH, Outcome, compare
from risks.models import Level, RiskPoint


def points_of(user: User, unit_id: int | None) -> QuerySet[RiskPoint]:
    """The unit's register, as far as the person sees it."""
    return RiskPoint.objects.visible_to(user).registered().filter(unit_id=unit_id)


@dataclass(frozen=True, slots=True)
class TryOut:
    """An outcome; or the job that works on it; or neither, when it has to be asked for."""

    outcome: Outcome | None = None
    job: Job | None = None


def try_out(user: User, draft: RuleSet, held: RuleSet) -> TryOut:
    """What the draft as it stands would do, beside the rules in force as they stand."""
    points = points_of(user, draft.unit_id)
    if points.count() <= AT_ONCE:
        return TryOut(compare(points, held.values, draft.values, timezone.localdate()))
    job = (
        Job.objects.visible_to(user).filter(kind="rule_set_what_if", arguments__contains=job_arguments(draft, held)).order_by("-pk").first()
    )
    if job is not None and job.state == JobState.DONE:
        return TryOut(Outcome.from_json(job.report), job)
    return TryOut(job=job)


def job_arguments(draft: RuleSet, held: RuleSet) -> dict[str, int]:
    """What a job computes; another version of the draft or other rules in force are another job."""
    return {"rule_set": draft.pk, "version": draft.version, "held": held.pk}


def matrix(outcome: Outcome, draft: RuleSet) -> dict[str, Any]:
    """Rows: level by the rules in force; columns: by the draft; the gravest first. Cells that change lead to their points."""
    keys = {key for cell in outcome.cells for key in cell}
    levels: list[Level | None] = list(Level.objects.filter(pk__in=keys - {None}).order_by("scale_id", "-severity"))
    if None in keys:
        levels.append(None)
    url = reverse("regrading:what_if_points", args=[draft.pk])
    rows: list[dict[str, Any]] = []
    for old in levels:
        cells = []
        for new in levels:
            cell = (old.pk if old else None, new.pk if new else None)
            is_change = cell[0] != cell[1]
            link = f"{url}?old={cell[0] or 0}&new={cell[1] or 0}" if is_change and outcome.cells[cell] else ""
            cells.append({"count": outcome.cells[cell], "is_change": is_change, "url": link})
        rows.append({"level": old, "cells": cells, "total": sum(outcome.cells[(old.pk if old else None, key)] for key in keys)})
    return {"levels": levels, "rows": rows}


def changed(outcome: Outcome) -> tuple[int, int]:
    """How many points would stand for a graver level than by the rules in force, and how many for a lighter one."""
    keys = {key for cell in outcome.cells for key in cell if key is not None}
    severity = dict(Level.objects.filter(pk__in=keys).values_list("pk", "severity"))
    up = down = 0
    for (old, new), count in outcome.cells.items():
        if old is not None and new is not None:
            up += count if severity[new] > severity[old] else 0
            down += count if severity[new] < severity[old] else 0
    return up, down


def distribution(outcome: Outcome) -> dict[str, Any]:
    """Of scores, in steps of ten, for the chart."""
    last = len(outcome.old_scores) - 1
    names = [f"{n * WIDTH}–{n * WIDTH + WIDTH - (0 if n == last else 1)}" for n in range(last + 1)]
    series = [
        {"label": _("rules in force"), "values": outcome.old_scores, "colour": "grey"},
        {"label": _("draft"), "values": outcome.new_scores},
    ]
    return {"categories": names, "series": series}


def departments(outcome: Outcome) -> list[dict[str, Any]]:
    """Proposals by department, most new ones first; points without department last."""
    names = {row.pk: row.name for row in Department.objects.filter(pk__in=[pk for pk in outcome.departments if pk])}
    rows: list[dict[str, Any]] = [
        {"name": names.get(pk or 0, _("leadership")), "points": points, "old": (rise, fall), "new": (new_rise, new_fall)}
        for pk, (points, rise, fall, new_rise, new_fall) in outcome.departments.items()
    ]
    return sorted(rows, key=lambda row: (row["old"][0] - row["new"][0], row["old"][1] - row["new"][1], row["name"]))


def moved(user: User, outcome: Outcome) -> list[dict[str, Any]]:
    """The points whose scores move most, as far as the person sees them."""
    risks = found(user, [pk for pk, _old, _new in outcome.moved])
    return [{"risk": risks[pk], "old": old, "new": new, "by": new - old} for pk, old, new in outcome.moved if pk in risks]


def found(user: User, keys: Iterable[int]) -> dict[int, RiskPoint]:
    """The points of these keys that the person sees."""
    rows = RiskPoint.objects.visible_to(user).filter(pk__in=list(keys)).select_related("current_level", "department", "position")
    return {row.pk: row for row in rows}
