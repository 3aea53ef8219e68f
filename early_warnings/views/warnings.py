"""A warning: drafting, its page, and the steps that need a button only."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from common.errors import DomainError
from common.htmx import render_page
from common.posted import version as version_of
from early_warnings import lists, warning_page
from early_warnings.forms.drafting import DraftForm
from early_warnings.models import Warning
from early_warnings.permissions import warnings as permissions
from early_warnings.services import drafting, issuing
from early_warnings.views.common import crumbs, find, posted, step_page
from early_warnings.views.lists import in_committee
from leads.models import Lead, LeadSubject
from positions.models import BodyKind, Unit
from positions.scopes import scope_of


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """“预警详情”: what it says, what comes next, what is missing to close it, and what happened."""
    user, warning = find(request, pk)
    case = warning_page.case_of(user, warning)
    adds = warning_page.part_steps(user, warning)
    waiting = lists.Lights(timezone.localdate()).of(warning)
    context = {
        "warning": warning,
        "case": case,
        "adds": adds,
        "crumbs": crumbs(user, warning),
        "steps": warning_page.steps(user, warning),
        "needs": warning_page.needs_of(user, warning, case),
        "waiting": waiting,
        "state_tone": lists.TONES[warning.state],  # type: ignore[index]
        "lacking": drafting.lacking(warning) if permissions.may_edit(user, warning) else [],
        "may_answer": bool(permissions.may_answer(user, warning)),
        "may_record": bool(permissions.may_report(user, warning)),
        "raised_to": Warning.objects.visible_to(user).filter(previous=warning).first(),
        "previous": Warning.objects.visible_to(user).filter(pk=warning.previous_id).first() if warning.previous_id else None,
    }
    return render_page(request, "warnings/detail.html", context)


def _unit_of(request: HttpRequest, user: User) -> Unit:
    """The unit chosen, of those whose discipline committee the person sits in; its only or first one."""
    own = scope_of(user).bodies.get(BodyKind.DISCIPLINE_COMMITTEE, frozenset())
    chosen = request.GET.get("unit", "")
    units = list(Unit.objects.filter(pk__in=own).order_by("path"))
    return next((unit for unit in units if str(unit.pk) == chosen), units[0])


def _lead_of(request: HttpRequest, user: User) -> Lead | None:
    """The lead it is drafted from, if the person may see it."""
    key = request.GET.get("lead", "")
    if not key:
        return None
    try:
        found: Lead | None = Lead.objects.visible_to(user).filter(public_id=key).first()
    except ValidationError as error:
        raise Http404 from error
    if found is None:
        raise Http404
    return found


def _initial(lead: Lead | None) -> dict[str, Any]:
    if lead is None:
        return {}
    subject = LeadSubject.objects.filter(lead=lead).order_by("pk").first()
    found: dict[str, Any] = {"source_kind": "lead"}
    if subject is not None and subject.person_id:
        found |= {"subject_kind": "person", "person": subject.person_id}
    elif subject is not None and subject.department_id:
        found |= {"subject_kind": "department", "department": subject.department_id}
    return found


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Draft a warning, with or without a lead. Nothing of the lead is copied but whom it is about."""
    user = in_committee(request, BodyKind.DISCIPLINE_COMMITTEE)
    unit = _unit_of(request, user)
    lead = _lead_of(request, user)
    form = DraftForm(posted(request)[0], unit=unit, initial=_initial(lead))
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            warning = drafting.draft(unit=unit, by=user, lead=lead, **form.facts())
        except DomainError as error:
            if error.status != DomainError.status:
                raise
            problem = str(error)
        else:
            messages.success(request, _("The draft has been saved. Check it, then submit it to the party committee."))
            return redirect(warning.get_absolute_url())
    status = 422 if problem or (form.is_bound and form.errors) else 200
    way = [{"label": _("Warnings: board"), "url": reverse("warnings:board")}, {"label": _("Draft a warning")}]
    context = {"form": form, "problem": problem, "crumbs": way, "unit": unit, "lead": lead, "heading": _("Draft a warning")}
    return render_page(request, "warnings/draft.html", context, status=status)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft, or what the party committee returned."""
    user, warning = find(request, pk)
    permissions.may_edit(user, warning).require()
    form = DraftForm(posted(request)[0], unit=warning.unit, warning=warning)
    return step_page(
        request,
        user,
        warning,
        heading=_("Change the draft"),
        button=_("Save"),
        form=form,
        act=lambda: drafting.edit(warning=warning, by=user, version=version_of(request), **form.facts()),
        done=_("The draft has been changed."),
        template="warnings/draft.html",
        more={"unit": warning.unit},
    )


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send it to the party committee."""
    user, warning = find(request, pk)
    drafting.submit(warning=warning, by=user, version=version_of(request))
    messages.success(request, _("Submitted. The party committee has been told."))
    return redirect(warning.get_absolute_url())


@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it its number and send it out."""
    user, warning = find(request, pk)
    issued = issuing.issue(warning=warning, by=user, version=version_of(request))
    messages.success(request, _("Issued as %(number)s. Who is warned and who is responsible have been told.") % {"number": issued.number})
    return redirect(warning.get_absolute_url())


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """送达回执."""
    user, warning = find(request, pk)
    issuing.acknowledge(warning=warning, by=user, version=version_of(request))
    messages.success(request, _("Receipt confirmed. Set causes and measures next."))
    return redirect(warning.get_absolute_url())
