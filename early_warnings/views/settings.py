"""How a unit handles warnings: settings, schemes and the catalogue of dispositions. Its discipline committee keeps them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from common.htmx import render_page
from common.posted import version as version_of
from common.refusals import refusal
from early_warnings import setting_words
from early_warnings.forms.settings import KindForm, LevelRows, SchemeForm, SettingsForm, levels_said
from early_warnings.models import DispositionKind, LevelMapping, WarningLevel, WarningScheme
from early_warnings.services import catalogue
from early_warnings.services import settings as service
from early_warnings.views.common import get_or_404, posted
from early_warnings.views.lists import in_committee
from positions.models import BodyKind, Unit
from positions.scopes import scope_of


def _kept(request: HttpRequest) -> tuple[User, Unit]:
    """The member of a discipline committee, and the unit of it that was asked for, or the highest."""
    user = in_committee(request, BodyKind.DISCIPLINE_COMMITTEE)
    own = scope_of(user).bodies[BodyKind.DISCIPLINE_COMMITTEE]
    units = list(Unit.objects.filter(pk__in=own).order_by("path"))
    chosen = request.GET.get("unit", "")
    return user, next((unit for unit in units if str(unit.pk) == chosen), units[0])


def _tabs(current: str, unit: Unit) -> list[dict[str, Any]]:
    pages = [("settings", _("Settings")), ("schemes", _("Warning schemes")), ("disposition_kinds", _("Catalogue of dispositions"))]
    return [{"label": label, "url": _at(name, unit), "active": name == current} for name, label in pages]


def _at(name: str, unit: Unit, *args: int) -> str:
    return f"{reverse(f'warnings:{name}', args=args)}?unit={unit.pk}"


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """“预警设置”: scheme, who approves, time limits."""
    user, unit = _kept(request)
    row = service.settings_of(unit.pk)
    form = SettingsForm(posted(request)[0], row=row, unit_id=unit.pk)
    problem = ""
    if request.method == "POST" and form.is_valid():
        problem = refusal(
            lambda: service.change(unit=unit, values=form.values(), limits=form.limits(), by=user, version=version_of(request))
        )
        if not problem:
            messages.success(request, _("The settings have been saved. They hold for every step that begins from now on."))
            return redirect(_at("settings", unit))
    context = {"unit": unit, "tabs": _tabs("settings", unit), "form": form, "problem": problem, "row": row}
    return render_page(request, "warnings/settings/settings.html", context, status=_status(form, problem))


@require_GET
def schemes(request: HttpRequest) -> HttpResponse:
    """The schemes the unit may use, with their levels and what they stand for elsewhere."""
    _user, unit = _kept(request)
    current = service.settings_of(unit.pk).scheme_id
    rows = [
        setting_words.scheme_row(scheme, is_current=scheme.pk == current)
        for scheme in WarningScheme.objects.of_unit(unit.pk).prefetch_related("levels__mapped_to__to_level__scheme")
    ]
    context = {"unit": unit, "tabs": _tabs("schemes", unit), "rows": rows}
    return render_page(request, "warnings/settings/schemes.html", context)


@require_http_methods(["GET", "POST"])
def scheme(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make a scheme of the unit, or change one that nothing uses yet."""
    user, unit = _kept(request)
    found: WarningScheme | None = get_or_404(WarningScheme.objects.filter(unit=unit), pk) if pk else None
    if found and catalogue.is_used(found):
        raise Http404
    others = WarningLevel.objects.filter(scheme__in=WarningScheme.objects.of_unit(unit.pk).in_use()).exclude(scheme=found)
    data = posted(request)[0]
    first = {"name": found.name, "note": found.note} if found else None
    form = SchemeForm(data, initial=first)
    rows = LevelRows(data, prefix="levels", initial=_levels_of(found), form_kwargs={"others": others.select_related("scheme")})
    problem = ""
    valid = request.method == "POST" and form.is_valid() and rows.is_valid()
    if valid:
        problem = refusal(
            lambda: catalogue.save_scheme(
                unit=unit, scheme=found, levels=levels_said(rows), by=user, version=version_of(request), **form.cleaned_data
            )
        )
        if not problem:
            messages.success(request, _("The scheme has been saved. Choose it in the settings to use it."))
            return redirect(_at("schemes", unit))
    heading = _("Change the warning scheme") if found else _("New warning scheme")
    back = _at("schemes", unit)
    context = {
        "unit": unit,
        "form": form,
        "rows": rows,
        "problem": problem,
        "heading": heading,
        "back": back,
        "version": found.version if found else "",
        "crumbs": [{"label": _("Warning schemes"), "url": back}, {"label": heading}],
    }
    failed = problem or (request.method == "POST" and not valid)
    return render_page(request, "warnings/settings/form.html", context, status=422 if failed else 200)


def _levels_of(found: WarningScheme | None) -> list[dict[str, Any]]:
    if found is None:
        return [
            {"label": "", "tier": tier, "colour": colour, "is_fault": True}
            for tier, colour in (("general", "blue"), ("important", "orange"), ("highest", "red"))
        ]
    mapped = dict(LevelMapping.objects.filter(from_level__scheme=found).values_list("from_level_id", "to_level_id"))
    names = ("label", "tier", "colour", "is_fault", "meaning")
    return [{name: getattr(level, name) for name in names} | {"stands_for": mapped.get(level.pk)} for level in found.levels.all()]


@require_POST
def scheme_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a scheme of the unit out of use."""
    user, unit = _kept(request)
    found = get_or_404(WarningScheme.objects.filter(unit=unit, closed_on=None), pk)
    catalogue.close_scheme(scheme=found, by=user, version=version_of(request))
    messages.success(request, _("The scheme is out of use."))
    return redirect(_at("schemes", unit))


@require_GET
def disposition_kinds(request: HttpRequest) -> HttpResponse:
    """The catalogue of dispositions: which go with what, whose act they are, what their record means."""
    _user, unit = _kept(request)
    rows = [setting_words.kind_row(kind) for kind in DispositionKind.objects.of_unit(unit.pk)]
    context = {"unit": unit, "tabs": _tabs("disposition_kinds", unit), "rows": rows}
    return render_page(request, "warnings/settings/dispositions.html", context)


@require_http_methods(["GET", "POST"])
def disposition_kind(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a kind of disposition, or change one; a common one becomes the unit's own."""
    user, unit = _kept(request)
    found: DispositionKind | None = get_or_404(DispositionKind.objects.of_unit(unit.pk), pk) if pk else None
    form = KindForm(posted(request)[0], kind=found)
    problem = ""
    if request.method == "POST" and form.is_valid():
        problem = refusal(lambda: catalogue.save_kind(unit=unit, facts=form.facts(), by=user, kind=found, version=version_of(request)))
        if not problem:
            messages.success(request, _("The catalogue has been changed."))
            return redirect(_at("disposition_kinds", unit))
    heading = _("Change a disposition") if found else _("Add a disposition")
    back = _at("disposition_kinds", unit)
    context = {
        "unit": unit,
        "form": form,
        "rows": None,
        "problem": problem,
        "heading": heading,
        "back": back,
        "version": found.version if found else "",
        "note": _("This line is common to all units: the change makes a line of your own unit, which takes its place.")
        if found and found.unit_id is None
        else "",
        "crumbs": [{"label": _("Catalogue of dispositions"), "url": back}, {"label": heading}],
    }
    return render_page(request, "warnings/settings/form.html", context, status=_status(form, problem))


@require_POST
def disposition_kind_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a kind out of use in the unit, or into use again (`use=1`)."""
    user, unit = _kept(request)
    found = get_or_404(DispositionKind.objects.of_unit(unit.pk), pk)
    in_use = request.POST.get("use") == "1"
    catalogue.use_kind(unit=unit, kind=found, in_use=in_use, by=user, version=version_of(request))
    messages.success(request, _("The catalogue has been changed."))
    return redirect(_at("disposition_kinds", unit))


def _status(form: Any, problem: str) -> int:
    return 422 if problem or (form.is_bound and form.errors) else 200
