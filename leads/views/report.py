"""Staff report under their name, or go to the page without sign-in; members of a committee enter what came by its own channels."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from common.errors import DomainError
from common.htmx import render_page
from leads import lead_page
from leads.forms.desk import EnterForm, StaffReportForm
from leads.models import Lead
from leads.permissions.leads import may_enter
from leads.services import reporting
from leads.views.desk import the_keeper
from leads.views.uploads import sealed_uploads, unnamed
from positions.models import Unit
from positions.scopes import scope_of


@unnamed
@require_http_methods(["GET", "POST"])
@sealed_uploads
def report(request: HttpRequest) -> HttpResponse:
    """“反映情况”: anybody who works here."""
    user = request.user
    if not isinstance(user, User) or not scope_of(user).unit_ids:
        raise Http404
    unit = _unit(user)
    form = StaffReportForm(request.POST, request.FILES, unit=unit) if request.method == "POST" else StaffReportForm(unit=unit)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            lead = reporting.report(facts=form.facts(), reporter=user, files=form.cleaned_data["documents"])
        except DomainError as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("Your report has arrived. Here you see where it stands, and questions to you."))
            return redirect("leads:my_report", public_id=lead.public_id)
    context = {"form": form, "problem": problem, "unit": unit, "anonymous_url": reverse("leads:public_report", args=[unit.code])}
    return render_page(request, "leads/report.html", context, status=422 if problem or form.errors else 200)


@require_http_methods(["GET", "POST"])
@sealed_uploads
def enter(request: HttpRequest) -> HttpResponse:
    """“登记廉情”: what came by audit, inspection, letters…"""
    user = the_keeper(request)
    unit = _unit(user)
    may_enter(user, unit.pk).require()
    form = EnterForm(request.POST, request.FILES, unit=unit) if request.method == "POST" else EnterForm(unit=unit)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            lead = reporting.enter(facts=form.facts(), by=user, files=form.cleaned_data["documents"])
        except DomainError as refusal:
            problem = str(refusal)
        else:
            # Whom it is about decides who sees it: perhaps not the one who entered it.
            messages.success(request, _("Entered. It lies on the desk that decides about it."))
            sees = Lead.objects.visible_to(user).filter(pk=lead.pk).exists()
            return redirect(lead.get_absolute_url() if sees else "leads:board")
    crumbs = [{"label": _("Leads"), "url": reverse("leads:board")}, {"label": _("Enter a lead")}]
    context = {"form": form, "problem": problem, "unit": unit, "crumbs": crumbs}
    return render_page(request, "leads/enter.html", context, status=422 if problem or form.errors else 200)


def _unit(user: User) -> Unit:
    unit = lead_page.unit_of(user)
    if unit is None:
        raise Http404
    return unit
