"""Bringing a register in: upload, mapping, dry run, import."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.errors import DomainError
from common.htmx import render_page
from common.posted import text as posted_text
from positions.models import Unit
from positions.scopes import scope_of
from reporting.exports import findings_file
from reporting.forms.imports import MappingForm, UploadForm
from reporting.models import RegisterImport
from reporting.permissions import may_work_on
from reporting.querysets import kept_unit_ids
from reporting.register_template import template_file
from reporting.services import imports
from reporting.states import ImportState
from reporting.views import import_parts as parts

PAGE = 50


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What was brought in, and what waits."""
    units = _units(request)
    found = RegisterImport.objects.visible_to(request.user).select_related("file", "unit", "by", "job").exclude(state=ImportState.DISCARDED)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [parts.row(one) for one in page], "several_units": len(units) > 1}
    return render_page(request, "reporting/imports/index.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose the file. What is no register is refused at once, with what to do."""
    sent = request.method == "POST"
    form = UploadForm(request.POST if sent else None, request.FILES if sent else None, units=_units(request))
    problem: Any = ""
    if sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            created = imports.start_import(unit=form.cleaned_data["unit"], content=file, name=file.name, by=request.user)
        except imports.NotReadable as error:
            problem = error.message
        else:
            return redirect(created)
    context = {"form": form, "problem": problem}
    return render_page(request, "reporting/imports/new.html", context, status=422 if problem or form.errors else 200)


@require_GET
def template(request: HttpRequest) -> FileResponse:
    """The empty register with examples and what each column means."""
    _units(request)
    return FileResponse(template_file(), as_attachment=True, filename="廉政风险点登记册模板.xlsx")


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the import stands: at work, to be mapped, tried, done."""
    found = _import(request, pk)
    if found.busy:
        return render_page(request, "reporting/imports/working.html", parts.working(found))
    if request.headers.get("X-Poll"):
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    if not found.layout:
        return render_page(request, "reporting/imports/unreadable.html", parts.unreadable(request, found))
    if found.state == ImportState.UPLOADED:
        return _mapping_page(request, found)
    if found.state == ImportState.CHECKED:
        return render_page(request, "reporting/imports/dry_run.html", parts.dry_run(request, found))
    return render_page(request, "reporting/imports/done.html", parts.done(request, found))


def _mapping_page(request: HttpRequest, found: RegisterImport, *, saved: bool = False, tried: bool = False) -> HttpResponse:
    context = parts.mapping(request, found, MappingForm(register_import=found), saved=saved, tried=tried)
    return render_page(request, "reporting/imports/mapping.html", context, status=422 if tried else 200)


@require_POST
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Every change is kept at once (htmx); the button keeps it and makes the dry run."""
    found = _import(request, pk)
    may_work_on(request.user, found).require()
    if not found.layout:
        raise Http404
    form = MappingForm(request.POST, register_import=found)
    if form.is_valid():
        found = imports.save_mapping(
            register_import=found,
            by=request.user,
            version=None if request.headers.get("HX-Request") else _version(request),
            columns=form.chosen_columns(),
            levels=form.chosen_levels(),
            create_missing=form.cleaned_data["create_missing"],
        )
    if request.headers.get("HX-Request"):
        return _mapping_page(request, found, saved=True)
    if not form.is_valid() or imports.problems_of(found):
        return _mapping_page(request, found, tried=True)
    imports.check(register_import=found, by=request.user)
    return redirect(found)


@require_POST
def remap(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the mapping."""
    return redirect(imports.remap(register_import=_import(request, pk), by=request.user, version=_version(request)))


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Import for good, all or nothing."""
    found = imports.confirm(register_import=_import(request, pk), by=request.user, version=_version(request))
    if found.state != ImportState.IMPORTED and not found.busy:
        messages.error(request, _("The register or the organisation has changed: the dry run now finds faults. Nothing was imported."))
    return redirect(found)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the import back."""
    found = imports.undo(
        register_import=_import(request, pk),
        by=request.user,
        reason=posted_text(request, "reason"),
        version=_version(request),
    )
    messages.success(request, _("The import was undone; its risk points are no longer in the register."))
    return redirect(found)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the upload up."""
    imports.discard(register_import=_import(request, pk), by=request.user, version=_version(request))
    messages.success(request, _("The upload was discarded. Nothing was imported."))
    return redirect("reporting:imports")


@require_GET
def findings(request: HttpRequest, pk: int) -> FileResponse:
    """The findings of the dry run as a file."""
    found = _import(request, pk)
    if not found.report:
        raise Http404
    return FileResponse(findings_file(found.report, found.file.name), as_attachment=True, filename=_("findings.xlsx"))


def _units(request: HttpRequest) -> list[Unit]:
    """The units whose register the person keeps; 404 when there are none."""
    units = list(Unit.objects.filter(pk__in=kept_unit_ids(scope_of(request.user))).order_by("path"))
    if not units:
        raise Http404
    return units


def _import(request: HttpRequest, pk: int) -> RegisterImport:
    rows = RegisterImport.objects.visible_to(request.user).select_related("file", "unit", "by", "job__file")
    return get_object_or_404(rows, pk=pk)


def _version(request: HttpRequest) -> int | None:
    value = request.POST.get("version", "")
    if not value:
        return None
    if not value.isascii() or not value.isdecimal() or len(value) > 9:
        raise DomainError(_("The form is incomplete. Reload the page and try again."))
    return int(value)
