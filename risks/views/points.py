"""A point of the register: its page, and the steps one may take on it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from common.errors import DomainError
from common.htmx import render_page
from common.posted import text as posted_text
from common.posted import version as version_of
from positions.models import HolderLevel
from risks import point_page
from risks.forms.register import HolderForm, LevelForm, TargetForm
from risks.models import Level, RiskPoint
from risks.permissions import measures as measure_permissions
from risks.permissions import register as permissions
from risks.providers import explanation
from risks.selectors import levels
from risks.services import forms as form_services
from risks.services import register as services
from risks.views.register import the_user


def find(request: HttpRequest, pk: int, known: dict[int, Level] | None = None) -> tuple[User, RiskPoint]:
    """The person and a point they may see; else it does not exist. `known`: all levels, where they are at hand."""
    user = the_user(request)
    risk = point_page.point_for_page(user, pk, known or levels()) if pk < 2**63 else None
    if risk is None:
        raise Http404
    return user, risk


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when that is nothing; None while the form is only shown."""
    return request.POST if request.method == "POST" else None


@require_GET
def point(request: HttpRequest, pk: int) -> HttpResponse:
    """“风险点详情”: what it says, its measures, where it sits on the flowchart, and what happened to it."""
    known = levels()
    user, risk = find(request, pk, known)
    measures = point_page.measures_of(user, risk)
    history = point_page.history_of(risk)
    regraded = explanation(user=user, risk=risk, levels=known)
    context = {
        "risk": risk,
        "crumbs": [{"label": _("Risk register"), "url": reverse("risks:register")}, {"label": risk.number}],
        "steps": point_page.steps(user, risk),
        "measures": measures,
        "may_add": measure_permissions.may_add(user, risk),
        "drawing": point_page.drawing_of(user, risk, known),
        "events": point_page.events_of(risk, measures, history, regraded.get("events", [])),
        "regraded": regraded,
        "level_history": point_page.level_history(history, known),
    }
    return render_page(request, "risks/register/point.html", context)


def form_page(
    request: HttpRequest, risk: RiskPoint, *, title: str, text: str, button: str, form: forms.Form, act: Callable[[], Any], done: str
) -> HttpResponse:
    """Show the form, or take it: what the service refuses stands above it, and what was entered stays."""
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except DomainError as error:
            if error.status != DomainError.status:
                raise
            problem = str(error)
        else:
            messages.success(request, done)
            return redirect(risk.get_absolute_url())
    context = {"risk": risk, "form": form, "heading": title, "explanation": text, "button": button, "problem": problem}
    status = 422 if problem or (form.is_bound and form.errors) else 200
    context["crumbs"] = [
        {"label": _("Risk register"), "url": reverse("risks:register")},
        {"label": risk.number, "url": risk.get_absolute_url()},
        {"label": title},
    ]
    return render_page(request, "risks/register/form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def level(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide another level, with the reason."""
    user, risk = find(request, pk)
    permissions.may_adjust_level(user, risk).require()
    form = LevelForm(posted(request), risk=risk)
    return form_page(
        request,
        risk,
        title=_("Adjust the level"),
        text=_("The responsible leader follows from the new level at once and is told, as is the holder of the risk."),
        button=_("Decide this level"),
        form=form,
        act=lambda: services.adjust_level(
            risk=risk, level=form.cleaned_data["level"], reason=form.cleaned_data["reason"], by=user, version=version_of(request)
        ),
        done=_("The level has been adjusted."),
    )


@require_http_methods(["GET", "POST"])
def target(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which level the measures are to reach."""
    user, risk = find(request, pk)
    permissions.may_set_target(user, risk).require()
    form = TargetForm(posted(request), risk=risk)
    return form_page(
        request,
        risk,
        title=_("Set the target level"),
        text=_("The level the risk is to have once its measures are carried out."),
        button=_("Save"),
        form=form,
        act=lambda: services.set_target(risk=risk, level=form.cleaned_data["level"], by=user, version=version_of(request)),
        done=_("The target level has been saved."),
    )


@require_http_methods(["GET", "POST"])
def holder(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who is directly responsible."""
    user, risk = find(request, pk)
    permissions.may_set_holder(user, risk).require()
    form = HolderForm(posted(request), risk=risk)
    return form_page(
        request,
        risk,
        title=_("Name who is directly responsible"),
        text=_("Somebody who works there. The person is told."),
        button=_("Save"),
        form=form,
        act=lambda: services.set_holder(risk=risk, person=form.chosen(), by=user, version=version_of(request)),
        done=_("The person directly responsible has been saved."),
    )


@require_POST
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it off the register."""
    user, risk = find(request, pk)
    services.retire(risk=risk, by=user, reason=posted_text(request, "reason"), version=version_of(request))
    messages.success(request, _("Taken off the register."))
    return redirect(risk.get_absolute_url())


@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter it again."""
    user, risk = find(request, pk)
    services.restore(risk=risk, by=user, reason=posted_text(request, "reason"), version=version_of(request))
    messages.success(request, _("Entered again under its number."))
    return redirect(risk.get_absolute_url())


@require_POST
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """Show it to the whole department, or no longer."""
    user, risk = find(request, pk)
    shared = request.POST.get("shared") == "1"
    services.share(risk=risk, shared=shared, by=user, version=version_of(request))
    messages.success(request, _("The whole department sees it now.") if shared else _("The department no longer sees it."))
    return redirect(risk.get_absolute_url())


@require_POST
def adjustment(request: HttpRequest, pk: int) -> HttpResponse:
    """动态调整: open a form that already holds this point."""
    user, risk = find(request, pk)
    permissions.may_start_adjustment(user, risk).require()
    places: dict[str, dict[str, Any]] = {
        HolderLevel.POSITION: {"position": risk.position},
        HolderLevel.DEPARTMENT: {"department": risk.department},
        HolderLevel.UNIT: {"unit": risk.unit},
    }
    declaration = form_services.open_adjustment(by=user, points=[risk.pk], **places[risk.level_of])
    return redirect("risks:form", pk=declaration.pk)
