"""Paper and files of a survey: its codes (told once), a poster with its address, its result as a table file."""

import csv
import io
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments import exports_surveys, survey_page
from assessments.forms.surveys import CodesForm
from assessments.models.survey import Survey
from assessments.permissions import surveys as permissions
from assessments.services import surveys as services
from assessments.states_surveys import SurveyState
from assessments.views.surveys import crumbs, find, to_make
from common.files import clean_name
from common.htmx import render_page
from common.refusals import refusal

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BOM = "\ufeff"  # without it, Excel reads Chinese in a CSV file as nonsense


def _file(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, clean_name(name)) or "attachment"
    return response


@require_http_methods(["GET", "POST"])
def codes(request: HttpRequest, pk: int) -> HttpResponse:
    """Make codes, and get them as sheets or as a file: in this answer and never again."""
    user, survey = to_make(request, pk)
    permissions.may_make_codes(user, survey).require()
    form = CodesForm(request.POST if request.method == "POST" else None)
    made: list[str] = []
    problem = ""
    if request.method == "POST" and form.is_valid():
        problem = refusal(lambda: made.extend(services.make_codes(survey=survey, number=form.cleaned_data["number"], by=user)))
        if not problem:
            return _handed_out(request, survey, made, form.cleaned_data["form"])
    context = {
        "survey": survey,
        "form": form,
        "problem": problem,
        "unused": survey.codes.filter(is_used=False).count(),
        "crumbs": crumbs(survey, _("Codes")),
    }
    return render_page(request, "assessments/surveys/codes.html", context, status=422 if problem or form.errors else 200)


def _handed_out(request: HttpRequest, survey: Survey, made: list[str], form: str) -> HttpResponse:
    name = _("%(survey)s codes") % {"survey": survey.title}
    rows = [(code, survey_page.answer_address(request, survey, code)) for code in made]
    if form == "xlsx":
        target = io.BytesIO()
        exports_surveys.write_codes(target, survey, rows)
        return _file(target.getvalue(), f"{name}.xlsx", XLSX)
    if form == "csv":
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow([_("code"), _("address")])
        writer.writerows(rows)
        return _file((_BOM + text.getvalue()).encode(), f"{name}.csv", "text/csv; charset=utf-8")
    slips: list[dict[str, Any]] = [
        {"code": code, "qr": survey_page.qr_svg(address, _("QR code of %(code)s") % {"code": code})} for code, address in rows
    ]
    context = {"survey": survey, "slips": slips, "address": survey_page.answer_address(request, survey)}
    return render_page(request, "assessments/surveys/slips.html", context | {"crumbs": crumbs(survey, _("Codes"))})


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """A sheet was lost: its codes, and all others that nobody used, no longer work."""
    user, survey = to_make(request, pk)
    services.withdraw_codes(survey=survey, by=user)
    messages.success(request, _("The unused codes no longer work. Make new ones."))
    return redirect("assessments:survey_codes", pk=survey.pk)


@require_GET
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """A page to hang up: what it is about, and the QR code of the open link."""
    _user, survey = to_make(request, pk)
    if survey.by_code or survey.state != SurveyState.OPEN:
        raise Http404
    address = survey_page.answer_address(request, survey)
    context = {
        "survey": survey,
        "address": address,
        "qr": survey_page.qr_svg(address, _("QR code of the survey")),
        "crumbs": crumbs(survey, _("Poster")),
    }
    return render_page(request, "assessments/surveys/poster.html", context)


@require_GET
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The result as .xlsx, with what may be shown and nothing else."""
    _user, survey = find(request, pk)
    if survey.state != SurveyState.CLOSED:
        raise Http404
    target = io.BytesIO()
    exports_surveys.write_result(target, survey)
    return _file(target.getvalue(), f"{survey.title}.xlsx", XLSX)
