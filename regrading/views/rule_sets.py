"""“动态评估规则”: the versions of a unit's rules, one to be read and compared, its form, switching on and dropping."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from audit.selectors import timeline
from common.htmx import render_page
from common.posted import text as posted_text
from common.posted import version as version_of
from common.refusals import refusal
from common.verdicts import Verdict
from positions.models import Unit
from positions.scopes import scope_of
from regrading import rule_examples
from regrading.forms.rule_sets import Block, RulesForm
from regrading.models import RuleSet
from regrading.permissions import rule_sets as permissions
from regrading.rule_set_selectors import versions, words_of
from regrading.rule_words import differences, parts
from regrading.rules import Rules
from regrading.services import rule_sets as service
from regrading.states import RuleSetState

_LARGEST_KEY = 2**63
_WERE_IN_FORCE = (RuleSetState.IN_FORCE, RuleSetState.REPLACED)


def the_reader(request: HttpRequest) -> User:
    """Somebody who sees a unit as a whole; for everybody else there are no rules."""
    user = request.user
    if not isinstance(user, User) or not scope_of(user).whole_unit_ids:
        raise Http404
    return user


def chosen_unit(request: HttpRequest, user: User) -> tuple[Unit, list[Unit]]:
    """The unit asked for among those the person sees as a whole, else the highest."""
    units = list(Unit.objects.filter(pk__in=scope_of(user).whole_unit_ids).order_by("path"))
    if not units:
        raise Http404
    wanted = request.GET.get("unit", "")
    return next((unit for unit in units if str(unit.pk) == wanted), units[0]), units


def find(request: HttpRequest, pk: int) -> tuple[User, RuleSet]:
    """The person and a rule set they may read; else it does not exist."""
    user = the_reader(request)
    if pk >= _LARGEST_KEY:
        raise Http404
    rows = RuleSet.objects.visible_to(user).select_related("unit", "drafted_by", "switched_on_by")
    found: RuleSet = get_object_or_404(rows, pk=pk)
    return user, found


def crumbs(rule_set: RuleSet, *, last: str = "") -> list[dict[str, str]]:
    """The way back to the list."""
    back = reverse("regrading:rule_sets") + (f"?unit={rule_set.unit_id}" if rule_set.unit_id else "")
    found = [{"label": _("Rules of re-grading"), "url": back}, {"label": title(rule_set), "url": rule_set.get_absolute_url()}]
    return [*found, {"label": last}] if last else [found[0], {"label": title(rule_set)}]


def title(rule_set: RuleSet) -> str:
    """What the page calls it."""
    return _("Version %(n)d") % {"n": rule_set.number} if rule_set.unit_id else _("Common rules")


def _action(name: str, label: str, rule_set: RuleSet, verdict: Verdict, **more: Any) -> dict[str, Any]:
    url = reverse(f"regrading:{name}", args=[rule_set.pk])
    return {"label": label, "url": url, "allowed": bool(verdict), "reason": verdict.reason, **more}


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The versions of a unit's rules, and which is in force."""
    user = the_reader(request)
    unit, units = chosen_unit(request, user)
    rows = versions(unit.pk)
    held = next(row for row in rows if row.state == RuleSetState.IN_FORCE)
    words = words_of(unit.pk, *(row.values for row in rows))
    shown = [{"row": row, "title": title(row), "holds": row == held, "changed": 0} for row in rows]
    for place, one in enumerate(shown):
        before = next((row for row in rows[place + 1 :] if row.state in _WERE_IN_FORCE), None)
        if before is not None:
            one["changed"] = len(differences(before.values, rows[place].values, words))
    draft = next((row for row in rows if row.state == RuleSetState.DRAFT), None)
    context = {
        "unit": unit,
        "units": units if len(units) > 1 else [],
        "rows": shown,
        "held": held,
        "parts": parts(held.values, words),
        "action": _draft_action(user, unit, draft),
    }
    return render_page(request, "regrading/rules/list.html", context)


def _draft_action(user: User, unit: Unit, draft: RuleSet | None) -> dict[str, Any]:
    verdict = permissions.may_keep(user, unit.pk)
    if draft is not None:
        return _action("rule_set_edit", _("Go on with the draft"), draft, verdict, method="get", icon="pencil", primary=True)
    url = f"{reverse('regrading:rule_set_new')}?unit={unit.pk}"
    label = _("Draft a new version")
    return {"label": label, "url": url, "allowed": bool(verdict), "reason": verdict.reason, "icon": "plus", "primary": True}


@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Draft a new version from the one in force, or from the one the page names."""
    user = the_reader(request)
    unit, _units = chosen_unit(request, user)
    source = request.POST.get("source", "")
    given = None
    if source:
        usable = RuleSet.objects.visible_to(user).filter(unit_id=unit.pk) | RuleSet.objects.visible_to(user).filter(unit=None)
        given = get_object_or_404(usable, pk=int(source) if source.isascii() and source.isdigit() and len(source) < 19 else 0)
    made = service.draft(unit=unit, by=user, source=given)
    messages.success(request, _("The draft is a copy. Change it, try it out, then switch it on."))
    return redirect("regrading:rule_set_edit", pk=made.pk)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One version in words, and what differs from another."""
    user, rule_set = find(request, pk)
    unit = rule_set.unit or chosen_unit(request, user)[0]
    others = [row for row in versions(unit.pk) if row.pk != rule_set.pk]
    other = _compared(request, rule_set, others)
    words = words_of(unit.pk, rule_set.values, *([other.values] if other else []))
    context = {
        "rule_set": rule_set,
        "title": title(rule_set),
        "unit": unit,
        "tone": {RuleSetState.DRAFT: "info", RuleSetState.IN_FORCE: "success"}.get(RuleSetState(rule_set.state), "neutral"),
        "parts": parts(rule_set.values, words),
        "others": [{"pk": row.pk, "title": title(row), "row": row, "is_chosen": row == other} for row in others],
        "other": other,
        "other_title": title(other) if other else "",
        "differences": differences(other.values, rule_set.values, words) if other else [],
        "actions": _actions(user, rule_set, unit, others),
        "events": timeline(rule_set) if rule_set.unit_id else [],
        "crumbs": crumbs(rule_set),
    }
    return render_page(request, "regrading/rules/detail.html", context)


def _compared(request: HttpRequest, rule_set: RuleSet, others: list[RuleSet]) -> RuleSet | None:
    """The version asked for; else for a draft what is in force, and for others the one before."""
    wanted = request.GET.get("with", "")
    asked = next((row for row in others if str(row.pk) == wanted), None)
    if asked is not None:
        return asked
    if rule_set.state == RuleSetState.DRAFT:
        return next((row for row in others if row.state == RuleSetState.IN_FORCE), None)
    older = [row for row in others if row.unit_id is None or (rule_set.unit_id and row.number < rule_set.number)]
    return next((row for row in older if row.state != RuleSetState.DROPPED), None) if rule_set.unit_id else None


def _actions(user: User, rule_set: RuleSet, unit: Unit, others: list[RuleSet]) -> list[dict[str, Any]]:
    keep = permissions.may_keep(user, unit.pk)
    if rule_set.state == RuleSetState.DRAFT:
        version = {"version": rule_set.version}
        starts = _("From the next nightly evaluation on, %(unit)s is graded by this version. Levels change only by decision.")
        text, gone = starts % {"unit": unit.name}, _("The draft is given up. The rules in force stay as they are.")
        ask: dict[str, Any] = {"ask_reason": _("Why the rules change"), "reason_required": True}
        return [
            _action("what_if", _("Try it out"), rule_set, Verdict(True), method="get", icon="player-play"),
            _action("rule_set_edit", _("Edit"), rule_set, keep, method="get", icon="pencil"),
            _action("rule_set_drop", _("Drop the draft"), rule_set, keep, confirm=gone, fields=version),
            _action("rule_set_switch_on", _("Switch on"), rule_set, keep, confirm=text, fields=version, primary=True, **ask),
        ]
    verdict = keep
    if keep and any(row.state == RuleSetState.DRAFT for row in others):
        verdict = Verdict(False, _("The unit already has a draft. Change it, or drop it first."))
    url = f"{reverse('regrading:rule_set_new')}?unit={unit.pk}"
    label = _("Draft a new version from this one")
    return [{"label": label, "url": url, "allowed": bool(verdict), "reason": verdict.reason, "fields": {"source": rule_set.pk}}]


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the numbers of a draft."""
    user, rule_set = find(request, pk)
    permissions.may_change(user, rule_set).require()
    form = _form(request, rule_set)
    problem = ""
    if request.method == "POST" and form.is_valid():
        said = {"rules": form.rules, "note": form.cleaned_data["note"], "version": version_of(request)}
        problem = refusal(lambda: service.change(rule_set=rule_set, by=user, **said))
        if not problem:
            messages.success(request, _("The draft is saved. It is not in force yet."))
            return redirect("regrading:what_if" if "try" in request.POST else "regrading:rule_set", pk=pk)
    context = {
        "rule_set": rule_set,
        "title": title(rule_set),
        "form": form,
        "blocks": _with_examples(form, None if form.errors else form.rules),
        "problem": problem,
        "crumbs": crumbs(rule_set, last=_("Edit")),
    }
    return render_page(request, "regrading/rules/edit.html", context, status=422 if problem or form.errors else 200)


def _form(request: HttpRequest, rule_set: RuleSet) -> RulesForm:
    rules, data = rule_set.values, request.POST if request.method == "POST" else None
    return RulesForm(data, rules=rules, words=words_of(rule_set.unit_id or 0, rules), note=rule_set.note)


@require_POST
def examples(request: HttpRequest, pk: int) -> HttpResponse:
    """The examples under the sections for the numbers now in the form; keeps nothing."""
    user, rule_set = find(request, pk)
    permissions.may_change(user, rule_set).require()
    form = _form(request, rule_set)
    blocks = _with_examples(form, form.rules if form.is_valid() else None)
    return render(request, "regrading/rules/_examples.html", {"blocks": blocks})


def _with_examples(form: RulesForm, rules: Rules | None) -> list[tuple[Block, list[str] | None]]:
    """The sections of the form with their examples by these rules; None where there are no rules to compute with."""
    found = rule_examples.all_of(rules, form.words) if rules else None
    return [(block, found[block.section] if found else None) for block in form.blocks]


@require_POST
def switch_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Grade by this draft from the next evaluation on."""
    user, rule_set = find(request, pk)
    service.switch_on(rule_set=rule_set, reason=posted_text(request, "reason", 300), by=user, version=version_of(request))
    messages.success(request, _("The rules are in force. They hold from the next nightly evaluation on."))
    return redirect("regrading:rule_set", pk=pk)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a draft up."""
    user, rule_set = find(request, pk)
    service.drop(rule_set=rule_set, by=user, version=version_of(request))
    messages.success(request, _("The draft has been dropped."))
    return redirect(reverse("regrading:rule_sets") + f"?unit={rule_set.unit_id}")
