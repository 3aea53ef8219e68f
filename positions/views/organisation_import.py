"""Importing an organisation: file, dry run with every fault, confirmation."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from common.errors import DomainError
from common.files import store
from common.htmx import render_page
from common.models import StoredFile
from common.xlsx.faults import XlsxProblem
from common.xlsx.guard import check_xlsx
from positions.forms.organisation import ImportForm
from positions.models import Unit
from positions.org_sheet import read_organisation
from positions.org_template import template_file
from positions.permissions.organisation import may_import
from positions.services.import_org import ImportReport, import_organisation


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the file; a good one goes on to the dry run."""
    unit = _unit(request, pk)
    form = ImportForm(request.POST or None, request.FILES or None)
    problem: Any = ""
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            check_xlsx(file, file.name)
            file.seek(0)
            stored = store(content=file, name=file.name, content_type=file.content_type, by=request.user)
        except XlsxProblem as error:
            problem = error.message
        except DomainError as error:
            problem = error.message
        else:
            return redirect("organisation:import_preview", pk, stored.pk)
    context = {"unit": unit, "form": form, "problem": problem}
    return render_page(request, "organisation/import.html", context, status=422 if problem or form.errors else 200)


@require_GET
def preview(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """The dry run: what would be made, and what is wrong in which row."""
    unit = _unit(request, pk)
    stored = _file(request, file)
    report, problem = _run(request, unit, stored, dry_run=True)
    context = {"unit": unit, "file": stored, "report": report, "problem": problem, "created": _counts(report)}
    return render_page(request, "organisation/import_preview.html", context)


@require_POST
def confirm(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Import for good, all or nothing."""
    unit = _unit(request, pk)
    report, _problem = _run(request, unit, _file(request, file), dry_run=False)
    if report is None or not report.ok:
        return redirect("organisation:import_preview", pk, file)
    messages.success(
        request,
        _("Imported: %(people)s people, %(departments)s departments, %(positions)s positions, %(appointments)s appointments.")
        % report.created,
    )
    return redirect("organisation:unit", pk)


@require_GET
def template(request: HttpRequest) -> FileResponse:
    """The empty sheet with headers, examples and the words that are understood."""
    if not may_import(request.user):
        raise Http404
    return FileResponse(template_file(), as_attachment=True, filename="组织机构导入模板.xlsx")


def _unit(request: HttpRequest, pk: int) -> Unit:
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    if not may_import(request.user, unit):
        raise Http404
    return unit


def _file(request: HttpRequest, pk: int) -> StoredFile:
    return get_object_or_404(StoredFile.objects.filter(uploaded_by=request.user), pk=pk)


def _run(request: HttpRequest, unit: Unit, stored: StoredFile, *, dry_run: bool) -> tuple[ImportReport | None, Any]:
    assert isinstance(request.user, User)
    try:
        with stored.content.open("rb") as content:
            sheet = read_organisation(content)
    except XlsxProblem as error:
        return None, error.message
    return import_organisation(unit=unit, sheet=sheet, by=request.user, on=timezone.localdate(), dry_run=dry_run), ""


def _counts(report: ImportReport | None) -> list[tuple[str, int]]:
    labels = {
        "people": _("people"),
        "departments": _("departments"),
        "positions": _("positions"),
        "appointments": _("appointments"),
        "divisions": _("divisions of work"),
        "memberships": _("memberships"),
    }
    return [(labels[key], number) for key, number in report.created.items()] if report else []
