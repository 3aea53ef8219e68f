"""“试算”: what a draft would do today, before it is switched on. Computed at once, or by a job when the unit has many points."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from common.htmx import render_page
from jobs import services as jobs
from regrading import what_if_selectors as selectors
from regrading.models import RuleSet
from regrading.permissions import rule_sets as permissions
from regrading.rule_set_selectors import in_force, words_of
from regrading.rule_words import differences
from regrading.states import RuleSetState
from regrading.tasks_what_if import KIND
from regrading.views.rule_sets import crumbs, find, title
from regrading.what_if import LISTED, Outcome, pairs
from risks.models import Level, RiskPoint

PAGE = 50


def _draft(request: HttpRequest, pk: int) -> tuple[User, RuleSet, RuleSet] | None:
    """The person, the draft and the rules in force; None when it is no draft any more."""
    user, draft = find(request, pk)
    if draft.state != RuleSetState.DRAFT or draft.unit_id is None:
        return None
    return user, draft, in_force(draft.unit_id)


@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole outcome, or how far the job is."""
    given = _draft(request, pk)
    if given is None:
        return redirect("regrading:rule_set", pk=pk)
    user, draft, held = given
    found = selectors.try_out(user, draft, held)
    polled = bool(request.headers.get("X-Poll"))
    if polled and (found.job is None or not found.job.is_unfinished):
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    context: dict[str, Any] = {
        "draft": draft,
        "title": title(draft),
        "held": held,
        "held_title": title(held),
        "job": found.job,
        "outcome": found.outcome,
        "differences": differences(held.values, draft.values, words_of(draft.unit_id or 0, held.values, draft.values)),
        "actions": _actions(user, draft, found),
        "crumbs": crumbs(draft, last=_("Try-out")),
    }
    if found.outcome is not None:
        context |= _shown(user, draft, found.outcome)
    return render_page(request, "regrading/rules/what_if.html", context)


def _actions(user: User, draft: RuleSet, found: selectors.TryOut) -> list[dict[str, Any]]:
    edit = permissions.may_change(user, draft)
    back = {"label": _("Change the draft"), "url": reverse("regrading:rule_set_edit", args=[draft.pk]), "method": "get", "icon": "pencil"}
    steps = [back | {"allowed": bool(edit), "reason": edit.reason}]
    if found.job is not None and found.job.is_unfinished:
        text = _("“%(title)s” will be stopped. Nothing of it is kept.") % {"title": found.job.title}
        steps.append({"label": _("Stop"), "url": reverse("jobs:cancel", args=[found.job.pk]), "allowed": True, "confirm": text})
    elif found.job is not None:
        steps.append({"label": _("Try it out again"), "url": reverse("regrading:what_if_start", args=[draft.pk]), "allowed": True})
    elif found.outcome is None:
        start = {"label": _("Start the try-out"), "url": reverse("regrading:what_if_start", args=[draft.pk]), "allowed": True}
        steps.append(start | {"primary": True, "icon": "player-play"})
    return steps


def _shown(user: User, draft: RuleSet, outcome: Outcome) -> dict[str, Any]:
    up, down = selectors.changed(outcome)
    return {
        "matrix": selectors.matrix(outcome, draft),
        "up": up,
        "down": down,
        "rises": (outcome.old_proposals["rise"], outcome.new_proposals["rise"]),
        "falls": (outcome.old_proposals["fall"], outcome.new_proposals["fall"]),
        "cannot": sum(count for (_old, new), count in outcome.cells.items() if new is None),
        "distribution": selectors.distribution(outcome),
        "distribution_title": _message(up, down),
        "moved": selectors.moved(user, outcome),
        "departments": selectors.departments(outcome),
    }


def _message(up: int, down: int) -> str:
    """What the chart says."""
    if not up and not down:
        return _("By the draft no point would stand for another level")
    if not down:
        return ngettext(
            "By the draft %(n)d point would stand for a graver level", "By the draft %(n)d points would stand for a graver level", up
        ) % {"n": up}
    graver = ngettext("%(n)d graver", "%(n)d graver", up) % {"n": up}
    lighter = ngettext("%(n)d lighter", "%(n)d lighter", down) % {"n": down}
    return _("Levels by score that the draft would change: %(graver)s, %(lighter)s") % {"graver": graver, "lighter": lighter}


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a worker compute it; while one is at it nothing more is started."""
    given = _draft(request, pk)
    if given is None:
        return redirect("regrading:rule_set", pk=pk)
    user, draft, held = given
    found = selectors.try_out(user, draft, held)
    at_once = found.outcome is not None and found.job is None
    at_work = found.job is not None and found.job.is_unfinished
    if not at_once and not at_work:
        name = _("Try-out of the rules of re-grading, version %(n)d") % {"n": draft.number}
        jobs.start(kind=KIND, title=name, arguments=selectors.job_arguments(draft, held), by=user)
    return redirect("regrading:what_if", pk=pk)


@require_GET
def points(request: HttpRequest, pk: int) -> HttpResponse:
    """The points of one cell, with both scores as they are today."""
    given = _draft(request, pk)
    if given is None:
        return redirect("regrading:rule_set", pk=pk)
    user, draft, held = given
    outcome = selectors.try_out(user, draft, held).outcome
    if outcome is None:
        return redirect("regrading:what_if", pk=pk)
    cell = _level(request, "old"), _level(request, "new")
    if cell[0] == cell[1] or cell not in outcome.cells:
        raise Http404
    shown = Paginator(outcome.listed.get(cell, []), PAGE).get_page(request.GET.get("page"))
    risks = selectors.found(user, shown.object_list)
    chosen: QuerySet[RiskPoint] = RiskPoint.objects.filter(pk__in=list(risks))
    scores = {pair.risk_id: pair for pair in pairs(chosen, held.values, draft.values, outcome.as_of)} if risks else {}
    levels = {level.pk: level for level in Level.objects.filter(pk__in=[key for key in cell if key])}
    context = {
        "draft": draft,
        "page": shown,
        "rows": [{"risk": risks[key], "pair": scores.get(key)} for key in shown.object_list if key in risks],
        "old": levels.get(cell[0] or 0),
        "new": levels.get(cell[1] or 0),
        "count": outcome.cells[cell],
        "listed": LISTED,
        "crumbs": [*crumbs(draft), {"label": _("Try-out"), "url": reverse("regrading:what_if", args=[pk])}, {"label": _("Risk points")}],
    }
    return render_page(request, "regrading/rules/what_if_points.html", context)


def _level(request: HttpRequest, name: str) -> int | None:
    """The key in the address; 0 for “cannot be computed”."""
    value = request.GET.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise Http404
    return int(value) or None
