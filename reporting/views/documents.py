"""Papers to print as Word documents: the three forms, the papers of warnings, the records of talks."""

from io import BytesIO

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from early_warnings.models import Disposition, RectificationReport, Warning
from reporting.documents import warnings as papers
from reporting.documents.forms import form_file, form_file_name
from reporting.documents.parts import DOCX
from reporting.paper_templates.rendering import PaperFile
from risks.models import Declaration
from talks.models import Talk

ADVICE = "discipline-proposal"  # the code of 纪检建议书 in the catalogue of dispositions


@require_GET
def form_document(request: HttpRequest, pk: int) -> HttpResponse:
    """The form as it prints on paper, for everybody who may read it."""
    declaration = get_object_or_404(
        Declaration.objects.visible_to(request.user).select_related("unit", "department", "position", "declarant", "campaign"), pk=pk
    )
    return download(request, form_file(declaration), form_file_name(declaration).removesuffix(".docx"))


@require_GET
def talk_document(request: HttpRequest, pk: int) -> HttpResponse:
    """The record of a talk, once it has been held."""
    held = Talk.objects.visible_to(request.user).exclude(held_at=None)
    talk = get_object_or_404(held.select_related("unit").prefetch_related("attendees"), pk=key(pk))
    return download(request, papers.talk_file(talk), f"{papers.record_title(talk)}-{talk.number}")


@require_GET
def warning_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """《廉政风险预警通知书》; before the issue it is a draft without number, for those who handle it."""
    related = ("unit", "level", "responsible", "discipline_body__unit", "acknowledged_by")
    warning = get_object_or_404(Warning.objects.visible_to(request.user).select_related(*related), pk=key(pk))
    return download(request, papers.notice_file(warning), f"廉政风险预警通知书-{warning.number or warning.pk}")


@require_GET
def warning_advice(request: HttpRequest, pk: int) -> HttpResponse:
    """《纪检建议书》 of a disposition that is one."""
    related = ("warning__unit", "warning__discipline_body__unit", "person", "department", "kind")
    seen = Disposition.objects.visible_to(request.user).live().filter(kind__code=ADVICE)
    disposition = get_object_or_404(seen.select_related(*related), pk=key(pk))
    return download(request, papers.advice_file(disposition), f"纪检建议书-{disposition.warning.number or disposition.warning_id}")


@require_GET
def rectification_report(request: HttpRequest, pk: int) -> HttpResponse:
    """《整改情况报告》 of one round."""
    related = ("warning__unit", "submitted_by", "verified_by")
    seen = RectificationReport.objects.visible_to(request.user).select_related(*related).prefetch_related("measures", "rules")
    report = get_object_or_404(seen, pk=key(pk))
    return download(request, papers.report_file(report), f"整改情况报告-{report.warning.number}-{report.round}")


def key(pk: int) -> int:
    """Addresses hold numbers the database cannot: they do not exist."""
    if pk >= 2**63:
        raise Http404
    return pk


def download(request: HttpRequest, file: BytesIO, name: str) -> HttpResponse:
    """A Word document as an attachment under the name. That the unit's template failed stands on the next page."""
    if isinstance(file, PaperFile) and file.fell_back:
        text = _("The template of the unit failed. “%(name)s” was made with the built-in template; the system administrator has been told.")
        messages.warning(request, text % {"name": name})
    response = HttpResponse(file.getvalue(), content_type=DOCX)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.docx") or ""
    return response
