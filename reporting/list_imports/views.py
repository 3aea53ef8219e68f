"""Bringing a list in: start page, upload, mapping, dry run, import, undo."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common import posted
from common.htmx import render_page
from positions.models import Unit
from positions.scopes import scope_of
from reporting.exports import findings_file
from reporting.forms.imports import UploadForm
from reporting.list_imports import pages, services
from reporting.list_imports.forms import ListMappingForm
from reporting.list_imports.kinds import KINDS, Kind
from reporting.list_imports.models import ListImport
from reporting.list_imports.permissions import may_work_on
from reporting.list_imports.states import ListState
from reporting.list_imports.template import template_file
from reporting.services.imports import NotReadable

PAGE = 50


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What can be brought in, and what was."""
    starts = pages.starts(request.user)
    if not starts:
        raise Http404
    found = ListImport.objects.visible_to(request.user).exclude(state=ListState.DISCARDED)
    found = found.select_related("file", "unit", "by", "job").defer("layout", "blocks")
    context = {"starts": starts, "page": Paginator(found, PAGE).get_page(request.GET.get("page"))}
    return render_page(request, "reporting/list_imports/index.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Choose the file. What is no such list is refused at once, with what to do."""
    chosen, units = _kind(request, kind)
    sent = request.method == "POST"
    initial = {"unit": request.GET.get("unit")} if request.GET.get("unit", "").isdecimal() else None
    form = UploadForm(request.POST if sent else None, request.FILES if sent else None, units=units, initial=initial)
    problem: Any = ""
    if sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            created = services.start_import(kind=chosen, unit=form.cleaned_data["unit"], content=file, name=file.name, by=request.user)
        except NotReadable as error:
            problem = error.message
        else:
            return redirect(created)
    verdicts = [chosen.may(request.user, unit) for unit in units]
    context = {"form": form, "problem": problem, "kind": chosen, "closed": "" if any(verdicts) else verdicts[0].reason}
    return render_page(request, "reporting/list_imports/new.html", context, status=422 if problem or form.errors else 200)


@require_GET
def template(request: HttpRequest, kind: str) -> FileResponse:
    """The empty list with examples and what each column means."""
    chosen, _units = _kind(request, kind)
    return FileResponse(template_file(chosen), as_attachment=True, filename=f"{chosen.file_name}.xlsx")


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the import stands: at work, to be mapped, tried, done."""
    found = _import(request, pk)
    if found.busy:
        return render_page(request, "reporting/imports/working.html", pages.working(found))
    if request.headers.get("X-Poll"):
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    if not found.layout:
        return render_page(request, "reporting/list_imports/unreadable.html", pages.unreadable(request, found))
    if found.state == ListState.UPLOADED:
        return _mapping_page(request, found)
    if found.state == ListState.CHECKED:
        return render_page(request, "reporting/list_imports/dry_run.html", pages.dry_run(request, found))
    return render_page(request, "reporting/list_imports/done.html", pages.done(request, found))


def _mapping_page(request: HttpRequest, found: ListImport, *, saved: bool = False, tried: bool = False) -> HttpResponse:
    context = pages.mapping(request, found, ListMappingForm(list_import=found), saved=saved, tried=tried)
    return render_page(request, "reporting/list_imports/mapping.html", context, status=422 if tried else 200)


@require_POST
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Every change is kept at once (htmx); the button keeps it and makes the dry run."""
    found = _import(request, pk)
    may_work_on(request.user, found).require()
    if not found.layout:
        raise Http404
    form = ListMappingForm(request.POST, list_import=found)
    if form.is_valid():
        version = None if request.headers.get("HX-Request") else posted.version(request)
        found = services.save_mapping(list_import=found, by=request.user, version=version, columns=form.chosen_columns())
    if request.headers.get("HX-Request"):
        return _mapping_page(request, found, saved=True)
    if not form.is_valid() or services.problems_of(found):
        return _mapping_page(request, found, tried=True)
    services.check(list_import=found, by=request.user)
    return redirect(found)


@require_POST
def remap(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the mapping."""
    return redirect(services.remap(list_import=_import(request, pk), by=request.user, version=posted.version(request)))


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Import for good, all or nothing."""
    found = services.confirm(list_import=_import(request, pk), by=request.user, version=posted.version(request))
    if found.state != ListState.IMPORTED and not found.busy:
        messages.error(request, _("What is there has changed: the dry run now finds faults. Nothing was imported."))
    return redirect(found)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the import back, unless something was changed since; then the page says row by row what stands in the way."""
    reason = posted.text(request, "reason")
    found = services.undo(list_import=_import(request, pk), by=request.user, reason=reason, version=posted.version(request))
    if found.state == ListState.UNDONE:
        messages.success(request, _("The import was undone: what it had made is gone again."))
    elif not found.busy:
        messages.error(request, _("Nothing was undone: the rows named below stand in the way."))
    return redirect(found)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the upload up."""
    services.discard(list_import=_import(request, pk), by=request.user, version=posted.version(request))
    messages.success(request, _("The upload was discarded. Nothing was imported."))
    return redirect("reporting:lists")


@require_GET
def findings(request: HttpRequest, pk: int) -> FileResponse:
    """The findings of the dry run as a file."""
    found = _import(request, pk)
    if not found.report:
        raise Http404
    content = findings_file(found.report, found.file.name, label=lambda code: pages.label_of(found.what, code))
    return FileResponse(content, as_attachment=True, filename=_("findings.xlsx"))


def _kind(request: HttpRequest, code: str) -> tuple[Kind, list[Unit]]:
    """The list and the units whose list the person adds to; 404 when there are none."""
    kind = KINDS.get(code)
    units = list(Unit.objects.filter(pk__in=kind.unit_ids(request.user, scope_of(request.user))).order_by("path")) if kind else []
    if kind is None or not units:
        raise Http404
    return kind, units


def _import(request: HttpRequest, pk: int) -> ListImport:
    rows = ListImport.objects.visible_to(request.user).select_related("file", "unit", "by", "job__file")
    found: ListImport = get_object_or_404(rows, pk=pk)
    return found
