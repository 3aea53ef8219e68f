"""“年度报告”: the list, a new one, its page with figures and pictures, writing, submitting, approving, the paper."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from audit.selectors import timeline
from common.errors import DomainError, NotAllowed
from common.htmx import render_page
from common.posted import text as posted_text
from common.posted import version as version_of
from positions.models import Unit
from positions.scopes import scope_of
from reporting.annual import permissions, services
from reporting.annual.figures import Figures
from reporting.annual.forms import BeginForm, TextsForm
from reporting.annual.models import TEXTS, AnnualReport
from reporting.annual.querysets import reading_unit_ids, writing_unit_ids
from reporting.documents.annual import report_file, report_name
from reporting.views.documents import download

_LARGEST_KEY = 2**63
SHOWN = 100
MOST_UPRIGHT = 5


def the_reader(request: HttpRequest) -> User:
    """Somebody who reads annual reports of some unit; for everybody else there are none."""
    user = request.user
    if not isinstance(user, User) or not reading_unit_ids(scope_of(user)):
        raise Http404
    return user


def _units(user: User) -> list[Unit]:
    return list(Unit.objects.filter(pk__in=writing_unit_ids(scope_of(user))).order_by("path"))


def _crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    rows = [{"label": _("Annual reports"), "url": reverse("reporting:annual_reports")}]
    return rows + [{"label": label, "url": url} if url else {"label": label} for label, url in more]


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All versions one may read, the newest year first."""
    user = the_reader(request)
    rows = AnnualReport.objects.visible_to(user).select_related("unit", "approved_by").order_by("-year", "unit__path", "-number")
    return render_page(
        request, "reporting/annual/list.html", {"reports": rows[:SHOWN], "may_begin": bool(writing_unit_ids(scope_of(user)))}
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a report."""
    user = the_reader(request)
    units = _units(user)
    if not units:
        raise Http404
    form = BeginForm(request.POST if request.method == "POST" else None, units=units)
    problem: Any = ""
    if request.method == "POST" and form.is_valid():
        try:
            report = services.begin(unit=form.cleaned_data["unit"], year=form.cleaned_data["year"], by=user)
        except NotAllowed:
            raise
        except DomainError as error:
            problem = error.message
        else:
            return redirect("reporting:annual_write", pk=report.pk)
    context = {
        "form": form,
        "problem": problem,
        "one_unit": len(units) == 1,
        "crumbs": _crumbs((pgettext("annual report", "New report"), "")),
    }
    return render_page(request, "reporting/annual/new.html", context, status=422 if problem or form.errors else 200)


def _find(request: HttpRequest, pk: int) -> tuple[User, AnnualReport]:
    user = the_reader(request)
    if pk >= _LARGEST_KEY:
        raise Http404
    related = ("unit", "begun_by", "submitted_by", "approved_by")
    return user, get_object_or_404(AnnualReport.objects.visible_to(user).select_related(*related), pk=pk)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Texts, figures and pictures."""
    user, report = _find(request, pk)
    figures = services.figures(report)
    context = {
        "report": report,
        "texts": [(AnnualReport._meta.get_field(name).verbose_name, getattr(report, name)) for name in TEXTS],  # type: ignore[union-attr]
        "figures": figures,
        "groups": _groups(figures),
        "before": figures.year - 1,
        "steps": _steps(user, report),
        "events": timeline(report),
        "versions": AnnualReport.objects.visible_to(user).filter(unit=report.unit, year=report.year).exclude(pk=report.pk),
        "crumbs": _crumbs((str(report), "")),
    }
    return render_page(request, "reporting/annual/report.html", context)


def _groups(figures: Figures) -> list[dict[str, Any]]:
    """Each group with the series of its picture: the year before in grey, so that the two are told apart without colour."""
    found = []
    for group in figures.groups:
        rows = group.pictured
        series = [
            {"label": figures.year - 1, "values": [row.before or 0 for row in rows], "colour": "grey"},
            {"label": figures.year, "values": [row.now or 0 for row in rows]},
        ]
        unit = "%" if rows and rows[0].is_percent else ""
        # Many names lie one below the other, so that they can be read.
        kind, height = ("column", "m") if len(rows) <= MOST_UPRIGHT else ("bar", "l")
        found.append(
            {"group": group, "kind": kind, "height": height, "categories": [row.label for row in rows], "series": series, "unit": unit}
        )
    return found


def _steps(user: User, report: AnnualReport) -> list[dict[str, Any]]:
    def act(name: str, label: str, **more: Any) -> dict[str, Any]:
        url = reverse(f"reporting:annual_{name}", args=[report.pk])
        return {"label": label, "url": url, "allowed": True, "fields": {"version": report.version}, **more}

    steps = []
    if permissions.may_write(user, report):
        steps.append(act("write", pgettext("annual report", "Write"), method="get", icon="pencil"))
        text = _("The figures of today are kept with it, and the heads of the discipline and the party committee are told.")
        steps.append(act("submit", pgettext("annual report", "Submit"), primary=True, confirm=text))
    if permissions.may_decide(user, report):
        text = _("Texts and figures can then no longer be changed; everybody who reads annual reports of the unit sees it.")
        steps.append(act("approve", pgettext("annual report", "Approve"), primary=True, confirm=text))
        ask = {"ask_reason": _("What is to be changed"), "reason_required": True}
        steps.append(act("return", pgettext("annual report", "Send back"), confirm=_("The writers change it and submit it again."), **ask))
    if permissions.may_revise(user, report):
        text = _("A new version begins with these texts. This one stays in force until the new one is approved.")
        steps.append(act("revise", pgettext("annual report", "Revise"), confirm=text))
    return steps


@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The committee's texts; saved while typing."""
    user, report = _find(request, pk)
    permissions.may_write(user, report).require()
    form = TextsForm(request.POST if request.method == "POST" else None, report=report)
    saving = request.headers.get("X-Autosave") == "1"
    if request.method == "POST" and form.is_valid():
        report = services.write(report=report, texts=form.texts(), by=user, version=version_of(request))
        if saving:
            return JsonResponse({"saved_at": timezone.localtime().strftime("%H:%M"), "version": report.version})
        messages.success(request, _("The texts have been saved."))
        return redirect(report)
    if saving:
        return JsonResponse({"message": " ".join(str(error) for errors in form.errors.values() for error in errors)[:300]}, status=422)
    crumbs = _crumbs((str(report), report.get_absolute_url()), (pgettext("annual report", "Write"), ""))
    return render_page(
        request, "reporting/annual/write.html", {"report": report, "form": form, "crumbs": crumbs}, status=422 if form.errors else 200
    )


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """To who approves."""
    user, report = _find(request, pk)
    services.submit(report=report, by=user, version=version_of(request))
    messages.success(request, _("The report has been submitted with the figures of today."))
    return redirect(report)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """For good."""
    user, report = _find(request, pk)
    services.approve(report=report, by=user, version=version_of(request))
    messages.success(request, _("The report has been approved."))
    return redirect(report)


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """To the writers."""
    user, report = _find(request, pk)
    services.send_back(report=report, reason=posted_text(request, "reason", 300), by=user, version=version_of(request))
    messages.success(request, _("The report has been sent back."))
    return redirect("reporting:annual_reports")


@require_POST
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version of an approved report."""
    user, report = _find(request, pk)
    permissions.may_revise(user, report).require()
    made = services.begin(unit=report.unit, year=report.year, by=user)
    return redirect("reporting:annual_write", pk=made.pk)


@require_GET
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as a Word document."""
    _user, report = _find(request, pk)
    return download(request, report_file(report, services.figures(report)), report_name(report))
