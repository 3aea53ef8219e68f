"""“文书模板”: what every paper of a unit is made with, its placeholders, trying and replacing it. For the system administrator."""

import io
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from common import files
from common.htmx import render_page
from common.posted import version as version_of
from positions.models import Unit
from reporting.paper_templates import permissions, services
from reporting.paper_templates.checking import Fault, check, preview
from reporting.paper_templates.forms import UploadTemplateForm
from reporting.paper_templates.kinds import KINDS, default_template
from reporting.paper_templates.models import DocumentTemplate
from reporting.paper_templates.schema import Field, Kind
from reporting.views.documents import download

_LARGEST_KEY = 2**63
VERSIONS_SHOWN = 50


def _guard(request: HttpRequest) -> User:
    """These pages do not exist for anybody else."""
    user = request.user
    if not isinstance(user, User) or not permissions.may_keep_templates(user):
        raise Http404
    return user


def _kind(code: str) -> Kind:
    if code not in KINDS:
        raise Http404
    return KINDS[code]


def _version(request: HttpRequest, pk: int) -> tuple[User, DocumentTemplate]:
    user = _guard(request)
    if pk >= _LARGEST_KEY:
        raise Http404
    found = get_object_or_404(DocumentTemplate.objects.visible_to(user).select_related("unit", "file"), pk=pk)
    _kind(found.kind)
    return user, found


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every paper with what it is made with, in one unit."""
    user = _guard(request)
    units = list(Unit.objects.order_by("path"))
    chosen = request.GET.get("unit", "")
    unit = next((one for one in units if str(one.pk) == chosen), units[0] if units else None)
    if unit is None:
        raise Http404
    used = {one.kind: one for one in DocumentTemplate.objects.visible_to(user).in_use().filter(unit=unit).select_related("used_by")}
    groups: dict[str, list[dict[str, Any]]] = {}
    for kind in KINDS.values():
        groups.setdefault(kind.group, []).append({"kind": kind, "used": used.get(kind.code)})
    return render_page(request, "reporting/paper_templates/list.html", {"units": units, "unit": unit, "groups": groups.items()})


@require_http_methods(["GET", "POST"])
def detail(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """One paper of a unit: what it is made with, its placeholders, versions; a POST brings a new one to be checked."""
    user = _guard(request)
    paper = _kind(kind)
    unit = get_object_or_404(Unit, pk=pk) if pk < _LARGEST_KEY else None
    if unit is None:
        raise Http404
    sent = request.method == "POST"
    form = UploadTemplateForm(request.POST if sent else None, request.FILES if sent else None)
    faults: list[Fault] = []
    if sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = services.upload(unit=unit, kind=paper.code, content=file, name=file.name, note=form.cleaned_data["note"], by=user)
        except services.TemplateRefused as error:
            faults = list(error.faults)
        else:
            told = _("Version %(n)d passed the check. Look at the trial with sample values, then put it in use.")
            messages.success(request, told % {"n": made.number})
            return redirect(made)
    return _page(request, user, unit, paper, form, faults)


def _page(
    request: HttpRequest, user: User, unit: Unit, paper: Kind, form: UploadTemplateForm | None = None, faults: list[Fault] | None = None
) -> HttpResponse:
    found = DocumentTemplate.objects.visible_to(user).filter(unit=unit, kind=paper.code)
    versions = list(found.select_related("file", "uploaded_by", "used_by")[:VERSIONS_SHOWN])
    context = {
        "unit": unit,
        "unit_key": str(unit.pk),
        "paper": paper,
        "used": next((one for one in versions if one.is_in_use), None) or found.in_use().first(),
        "versions": versions,
        "placeholders": list(_placeholders(paper.fields, "", 0)),
        "form": form or UploadTemplateForm(),
        "faults": faults,
    }
    status = 422 if faults or (form is not None and form.errors) else 200
    return render_page(request, "reporting/paper_templates/detail.html", context, status=status)


def _placeholders(fields: tuple[Field, ...], row: str, depth: int) -> Any:
    """As they are written in Word; those of a list below it."""
    names = ("行", "项", "子项")
    for field in fields:
        name = f"{row}.{field.name}" if row else field.name
        inner = names[depth]
        if field.is_list:
            # A list whose rows hold lists goes round paragraphs and tables, the others round rows of a table.
            tag = "p" if any(one.is_list for one in field.rows) else "tr"
            yield {"field": field, "depth": depth, "loop": (f"{{%{tag} for {inner} in {name} %}}", f"{{%{tag} endfor %}}")}
            yield from _placeholders(field.rows, inner, depth + 1)
        else:
            yield {"field": field, "depth": depth, "written": f"{{{{ {name} }}}}"}


@require_GET
def default_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The template of the product, to begin with."""
    _guard(request)
    paper = _kind(kind)
    return download(request, io.BytesIO(default_template(paper.code)), _("%(title)s – default template") % {"title": paper.title})


@require_GET
def version_file(request: HttpRequest, pk: int) -> FileResponse:
    """A version as it was uploaded."""
    _user, found = _version(request, pk)
    return files.response(found.file)


@require_GET
def version_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """A version filled with sample values; one that no longer passes the check says why."""
    user, found = _version(request, pk)
    with found.file.content.open("rb") as file:
        data = file.read()
    faults = check(KINDS[found.kind], data, found.file.name)
    if faults:
        return _page(request, user, found.unit, KINDS[found.kind], faults=faults)
    made = preview(KINDS[found.kind], data)
    return download(request, io.BytesIO(made), _("%(title)s – trial of version %(n)d") % {"title": found.title, "n": found.number})


@require_POST
def put_in_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Papers are made with this version from now on."""
    user, found = _version(request, pk)
    try:
        services.put_in_use(template=found, by=user, version=version_of(request))
    except services.TemplateRefused as error:
        return _page(request, user, found.unit, KINDS[found.kind], faults=list(error.faults))
    messages.success(request, _("From now on the paper is made with version %(n)d.") % {"n": found.number})
    return redirect(found)


@require_POST
def back_to_default(request: HttpRequest, pk: int) -> HttpResponse:
    """Papers are made with the template of the product again."""
    user, found = _version(request, pk)
    services.back_to_default(template=found, by=user, version=version_of(request))
    messages.success(request, _("From now on the paper is made with the built-in template."))
    return redirect(found)
