"""Campaigns: list, preparation, progress, coverage."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from audit.selectors import timeline
from common.htmx import render_page
from common.tables import configure
from positions.models import Department, MajorMatter, Unit
from positions.scopes import scope_of
from risks import progress
from risks.filters.campaigns import ProgressFilter
from risks.forms.campaigns import CampaignForm, NewCampaignForm
from risks.models import Campaign
from risks.permissions import campaigns as permissions
from risks.services import campaigns as services
from risks.services.coverage import coverage_of
from risks.states import CampaignState
from risks.tables.campaigns import ProgressTable
from risks.views.form_parts import version_of

TONES = {CampaignState.PREPARING: "info", CampaignState.RUNNING: "accent", CampaignState.CLOSED: "neutral"}


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _find(request: HttpRequest, pk: int) -> Campaign:
    if pk >= 2**63:
        raise Http404
    found = Campaign.objects.visible_to(_user(request)).select_related("unit", "scheme").prefetch_related("phases")
    campaign: Campaign = get_object_or_404(found, pk=pk)
    if campaign.state == CampaignState.PREPARING and not permissions.may_manage(_user(request), campaign.unit_id):
        raise Http404  # nobody's business until it starts
    return campaign


def _state(campaign: Campaign) -> dict[str, Any]:
    return {"label": campaign.get_state_display(), "tone": TONES[CampaignState(campaign.state)]}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The campaigns of one's units, the running one first."""
    user = _user(request)
    if not scope_of(user).unit_ids | scope_of(user).whole_unit_ids:
        raise Http404
    managed = permissions.managed_unit_ids(user)
    found = Campaign.objects.visible_to(user).select_related("unit").prefetch_related("phases").order_by("-year", "unit_id", "-id")
    rows = [
        {"campaign": one, "state": _state(one), "next": _next_deadline(one)}
        for one in found[:100]
        if one.state != CampaignState.PREPARING or one.unit_id in managed
    ]
    return render_page(request, "risks/campaigns/list.html", {"rows": rows, "may_create": bool(managed)})


def _next_deadline(campaign: Campaign) -> Any:
    today = timezone.localdate()
    if campaign.state != CampaignState.RUNNING:
        return None
    return next((phase for phase in campaign.phases.all() if phase.due_on >= today), None)


def new(request: HttpRequest) -> HttpResponse:
    """Year and unit; the rest is looked through on the next page."""
    user = _user(request)
    units = Unit.objects.filter(pk__in=permissions.managed_unit_ids(user)).order_by("path")
    if not units:
        raise Http404
    form = NewCampaignForm(request.POST or None, units=units, initial={"year": timezone.localdate().year})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        campaign = services.create(unit=data["unit"], by=user, year=data["year"], title=data["title"])
        return redirect("risks:campaign_edit", pk=campaign.pk)
    status = 422 if request.method == "POST" else 200
    crumbs = [{"label": _("Campaigns"), "url": reverse("risks:campaigns")}, {"label": _("New campaign")}]
    return render(request, "risks/campaigns/new.html", {"form": form, "crumbs": crumbs}, status=status)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Phases, texts and scheme."""
    campaign = _find(request, pk)
    user = _user(request)
    if not permissions.may_manage(user, campaign.unit_id):
        raise Http404
    permissions.may_edit(user, campaign).require()
    form = CampaignForm(request.POST or None, campaign=campaign)
    if request.method == "POST" and form.is_valid():
        services.edit(campaign=campaign, by=user, version=version_of(request), fields=form.cleaned_data, phases=form.phase_dates())
        messages.success(request, _("Saved."))
        return redirect("risks:campaign", pk=pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "campaign": campaign, "state": _state(campaign), "crumbs": _crumbs(campaign, _("Phases and texts"))}
    return render(request, "risks/campaigns/edit.html", context, status=status)


def _crumbs(campaign: Campaign, *more: str) -> list[dict[str, str]]:
    rows = [{"label": _("Campaigns"), "url": reverse("risks:campaigns")}]
    if not more:
        return [*rows, {"label": campaign.title}]
    return [*rows, {"label": campaign.title, "url": reverse("risks:campaign", args=[campaign.pk])}, *({"label": text} for text in more)]


def _tabs(campaign: Campaign, active: str) -> list[dict[str, Any]]:
    return [
        {"label": _("Progress"), "url": reverse("risks:campaign", args=[campaign.pk]), "active": active == "progress"},
        {"label": _("Coverage"), "url": reverse("risks:coverage", args=[campaign.pk]), "active": active == "coverage"},
    ]


@require_safe
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress by phase, department and person."""
    found = _find(request, pk)
    user = _user(request)
    allowed = permissions.may_see_progress(user, found.unit_id)
    rows = progress.rows(user, found)
    departments = Department.objects.filter(unit_id=found.unit_id, pk__in=rows.values("department_id")).order_by("order", "pk")
    filterset = ProgressFilter(request.GET, queryset=progress.listed(rows), departments=departments)
    table = ProgressTable(filterset.qs)
    configure(request, table, 50)
    today = timezone.localdate()
    lines = progress.by_department(rows, _("leadership"))
    context = {
        "campaign": found,
        "state": _state(found),
        "crumbs": _crumbs(found),
        "phases": progress.phases(found, today),
        "today": today,
        "lines": lines,
        "buckets": progress.BUCKETS,
        "total": sum(line.total for line in lines),
        "handed_in": sum(line.handed_in for line in lines),
        "filterset": filterset,
        "table": table,
        "may_see": allowed,
        "tabs": _tabs(found, "progress") if allowed and found.state != CampaignState.PREPARING else [],
        "actions": _actions(user, found),
        "events": timeline(found) if permissions.may_manage(user, found.unit_id) else [],
        "manages": bool(permissions.may_manage(user, found.unit_id)),
    }
    return render_page(request, "risks/campaigns/detail.html", context)


def _actions(user: User, found: Campaign) -> list[dict[str, Any]]:
    if not permissions.may_manage(user, found.unit_id):
        return []

    def act(name: str, label: str, **more: Any) -> dict[str, Any]:
        return {"label": label, "url": reverse(f"risks:{name}", args=[found.pk]), **more}

    change = act("campaign_edit", _("Phases and texts"), method="get", icon="settings")
    if found.state == CampaignState.PREPARING:
        text = _("Everybody in post, every department and the unit gets a form, and a notice about it.")
        return [change, act("campaign_start", _("Start the campaign"), primary=True, confirm=text, fields={"version": found.version})]
    if found.state == CampaignState.CLOSED:
        return []
    reminded = services.reminded_on(found) == timezone.localdate()
    return [
        change,
        act(
            "campaign_close",
            _("Close the campaign"),
            danger=True,
            confirm=_("Nobody can hand in a form afterwards."),
            fields={"version": found.version},
        ),
        act(
            "campaign_open_missing",
            _("Open missing forms"),
            icon="file-text",
            confirm=_("People, departments and heads that have no form get one; drafts of people who left are cancelled."),
        ),
        act(
            "campaign_remind",
            _("Remind those outstanding"),
            icon="bell",
            primary=True,
            allowed=not reminded,
            reason=_("Everybody outstanding has been reminded today already."),
            confirm=_("Everybody whose form is not handed in gets a notice."),
        ),
    ]


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the forms."""
    _campaign, opened = services.start(campaign=_find(request, pk), by=_user(request), version=version_of(request))
    messages.success(request, _opened(opened))
    _warn(request, opened)
    return redirect("risks:campaign", pk=pk)


def _opened(opened: Any) -> str:
    return ngettext("%(n)d form was opened.", "%(n)d forms were opened.", opened.total) % {"n": opened.total}


def _warn(request: HttpRequest, opened: Any) -> None:
    if opened.headless:
        messages.warning(
            request, _("These departments have no head and got no form: %(names)s.") % {"names": _(", ").join(opened.headless)}
        )
    if opened.without_unit_head:
        messages.warning(request, _("The unit has no head: its form was not opened."))


@require_POST
def open_missing(request: HttpRequest, pk: int) -> HttpResponse:
    """Forms for those who came later."""
    opened = services.open_missing(campaign=_find(request, pk), by=_user(request))
    messages.success(request, _opened(opened) if opened.total else _("No form is missing."))
    _warn(request, opened)
    return redirect("risks:campaign", pk=pk)


@require_POST
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """A notice to those outstanding."""
    count = services.remind(campaign=_find(request, pk), by=_user(request))
    messages.success(request, ngettext("%(n)d person was reminded.", "%(n)d people were reminded.", count) % {"n": count})
    return redirect("risks:campaign", pk=pk)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close."""
    services.close(campaign=_find(request, pk), by=_user(request), version=version_of(request))
    messages.success(request, _("The campaign is closed."))
    return redirect("risks:campaign", pk=pk)


@require_safe
def coverage(request: HttpRequest, pk: int) -> HttpResponse:
    """What nobody has looked at yet."""
    found = _find(request, pk)
    user = _user(request)
    if not permissions.may_see_progress(user, found.unit_id):
        raise Http404
    scope = scope_of(user)
    whole = permissions.sees_all(scope, found.unit_id)
    result = coverage_of(found, None if whole else scope.reviewed_department_ids)
    labels = dict(MajorMatter.choices)
    context = {
        "campaign": found,
        "state": _state(found),
        "crumbs": _crumbs(found, _("Coverage")),
        "tabs": _tabs(found, "coverage"),
        "result": result,
        "whole": whole,
        "matters": [{"value": value, "label": labels[value]} for value in result.matters],
    }
    return render_page(request, "risks/campaigns/coverage.html", context)
