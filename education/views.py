"""“每日廉政警言”: the mottos of the units one keeps."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from common.htmx import render_page
from common.posted import text as posted_text
from common.posted import version as version_of
from common.refusals import refusal
from common.tables import configure
from education import pasted, selectors
from education.forms import MottoForm, PasteForm
from education.models import Motto
from education.querysets import kept_units
from education.services import mottos as services
from education.tables import MottoFilter, MottoTable
from positions.models import Unit
from positions.scopes import scope_of


def _keeper(request: HttpRequest) -> tuple[User, QuerySet[Unit]]:
    """Somebody who keeps the mottos of a unit, and the units; else the page does not exist."""
    user = request.user
    units = Unit.objects.filter(pk__in=kept_units(scope_of(user)))
    if not isinstance(user, User) or not units:
        raise Http404
    return user, units


@require_GET
def mottos(request: HttpRequest) -> HttpResponse:
    """The list, the one that comes next first, and today's."""
    user, units = _keeper(request)
    everything = Motto.objects.visible_to(user)
    filterset = MottoFilter(request.GET, queryset=everything.select_related("unit"), units=units, request=request)
    if len(units) < 2:
        del filterset.form.fields["unit"]
    table = MottoTable(filterset.qs.in_turn(), exclude=() if len(units) > 1 else ("unit",))
    configure(request, table)
    context = {"filterset": filterset, "table": table, "motto": selectors.motto_of(user, timezone.localdate())}
    return render_page(request, "education/mottos.html", context)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Paste lines."""
    user, units = _keeper(request)
    form = PasteForm(request.POST if request.method == "POST" else None, units=units)
    problem = ""
    if form.is_bound and form.is_valid():
        made: list[Motto] = []

        def act() -> None:
            made.extend(services.add(unit=form.chosen_unit(), found=pasted.read(form.cleaned_data["lines"]), by=user))

        problem = refusal(act)
        if not problem:
            messages.success(request, ngettext("%(n)d motto was added.", "%(n)d mottos were added.", len(made)) % {"n": len(made)})
            return redirect("education:mottos")
    return _form(request, "education/mottos_add.html", form, problem, _("Add mottos"))


@require_http_methods(["GET", "POST"])
def motto(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one."""
    user, _units = _keeper(request)
    found = _motto(user, pk)
    form = MottoForm(request.POST if request.method == "POST" else None, motto=found)
    problem = ""
    if form.is_bound and form.is_valid():
        version = version_of(request)
        problem = refusal(lambda: services.change(motto=found, facts=form.facts(), by=user, version=version))
        if not problem:
            messages.success(request, _("Saved."))
            return redirect("education:mottos")
    action = {
        "label": _("Take out of use") if found.is_active else _("Take into use"),
        "url": reverse("education:motto_switch", args=[found.pk]),
        "fields": {"on": "0" if found.is_active else "1", "version": found.version},
        "allowed": True,
    }
    return _form(request, "education/motto.html", form, problem, _("Motto"), motto=found, actions=[action])


@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """In use or not."""
    user, _units = _keeper(request)
    services.switch(motto=_motto(user, pk), on=posted_text(request, "on") == "1", by=user, version=version_of(request))
    messages.success(request, _("Saved."))
    return redirect("education:mottos")


def _motto(user: User, pk: int) -> Motto:
    if pk >= 2**63:
        raise Http404
    found: Motto = get_object_or_404(Motto.objects.visible_to(user).select_related("unit"), pk=pk)
    return found


def _form(request: HttpRequest, template: str, form: Any, problem: str, heading: str, **more: Any) -> HttpResponse:
    crumbs = [{"label": _("Mottos of the day"), "url": reverse("education:mottos")}, {"label": heading}]
    context = {"form": form, "problem": problem, "crumbs": crumbs, "heading": heading, **more}
    return render_page(request, template, context, status=422 if problem or (form.is_bound and form.errors) else 200)
