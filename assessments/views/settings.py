"""“考核设置”: weights of each group, grade scales and indicator sets. The discipline committee of the unit keeps them."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.forms.settings import (
    GradeRows,
    GroupSettingsForm,
    IndicatorRows,
    IndicatorSetForm,
    ScaleForm,
    grades_said,
    indicators_said,
)
from assessments.models import GradeScale, Group, IndicatorSet, Method, RaterLevel
from assessments.services import settings as service
from assessments.views.rounds import the_keeper
from assessments.weights import in_words
from common.htmx import render_page
from common.posted import version as version_of
from common.refusals import refusal
from positions.models import Unit


def _at(name: str, unit: Unit, *args: Any) -> str:
    return f"{reverse(f'assessments:{name}', args=args)}?unit={unit.pk}"


def _tabs(current: str, unit: Unit) -> list[dict[str, Any]]:
    pages = [("settings", _("Weights and dates")), ("indicator_sets", _("Indicator sets")), ("scales", _("Grade scales"))]
    return [{"label": label, "url": _at(name, unit), "active": name == current} for name, label in pages]


def _row(model: type[GradeScale | IndicatorSet], unit: Unit, pk: int | None) -> Any:
    if pk is None:
        return None
    if pk >= 2**63:
        raise Http404
    return get_object_or_404(model.objects.of_unit(unit.pk).filter(closed_on=None), pk=pk)


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The three groups beside each other."""
    _user, unit = the_keeper(request)
    rows = []
    for group in Group:
        row = service.settings_of(unit.pk, group)
        rows.append(
            {
                "row": row,
                "group": group,
                "url": _at("settings_group", unit, group.value),
                "methods": [(Method(name).label, getattr(row, name)) for name in Method.values],
                "levels": [(RaterLevel(name).label, getattr(row, name)) for name in RaterLevel.values],
            }
        )
    context = {"unit": unit, "tabs": _tabs("settings", unit), "rows": rows}
    return render_page(request, "assessments/settings/overview.html", context)


@require_http_methods(["GET", "POST"])
def group(request: HttpRequest, group: str) -> HttpResponse:
    """Weights, questions, grades and dates of one group."""
    user, unit = the_keeper(request)
    if group not in Group.values:
        raise Http404
    row = service.settings_of(unit.pk, group)
    form = GroupSettingsForm(request.POST if request.method == "POST" else None, row=row, unit_id=unit.pk)
    problem = ""
    if request.method == "POST" and form.is_valid():
        problem = refusal(lambda: service.change(unit=unit, group=group, values=form.cleaned_data, by=user, version=version_of(request)))
        if not problem:
            messages.success(request, _("The settings have been saved. They hold for appraisals that are opened from now on."))
            return redirect(_at("settings", unit))
    heading = str(Group(group).label)
    context = {
        "unit": unit,
        "form": form,
        "problem": problem,
        "row": row,
        "heading": heading,
        "back": _at("settings", unit),
        "crumbs": [{"label": _("Assessment settings"), "url": _at("settings", unit)}, {"label": heading}],
    }
    return render_page(request, "assessments/settings/group.html", context, status=_status(request, problem, form))


@require_GET
def indicator_sets(request: HttpRequest) -> HttpResponse:
    """The questions of the appraisal, by set."""
    _user, unit = the_keeper(request)
    used = {service.settings_of(unit.pk, one).indicator_set_id for one in Group.values}
    found = IndicatorSet.objects.of_unit(unit.pk).prefetch_related("indicators")
    rows = [_shown(one, one.pk in used, unit, "indicator_set") | {"note": one.get_group_display()} for one in found]
    context = {"unit": unit, "tabs": _tabs("indicator_sets", unit), "rows": rows, "new_url": _at("indicator_set_new", unit)}
    return render_page(request, "assessments/settings/indicator_sets.html", context)


@require_GET
def scales(request: HttpRequest) -> HttpResponse:
    """Grades with their thresholds and consequences, by scale."""
    _user, unit = the_keeper(request)
    used = {service.settings_of(unit.pk, one).scale_id for one in Group.values}
    found = GradeScale.objects.of_unit(unit.pk).prefetch_related("grades")
    rows = [_shown(one, one.pk in used, unit, "scale") for one in found]
    context = {"unit": unit, "tabs": _tabs("scales", unit), "rows": rows, "new_url": _at("scale_new", unit)}
    return render_page(request, "assessments/settings/scales.html", context)


def _shown(one: GradeScale | IndicatorSet, in_use: bool, unit: Unit, name: str) -> dict[str, Any]:
    may_retire = one.unit_id is not None and one.closed_on is None and not in_use
    return {
        "row": one,
        "in_use": in_use,
        "edit_url": "" if one.closed_on else _at(name, unit, one.pk),
        "close_url": _at(f"{name}_close", unit, one.pk) if may_retire else "",
    }


@require_http_methods(["GET", "POST"])
def indicator_set(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make a set or change one, indicator by indicator."""
    user, unit = the_keeper(request)
    found: IndicatorSet | None = _row(IndicatorSet, unit, pk)
    data = request.POST if request.method == "POST" else None
    names = ("factor", "name", "text", "weight")
    first = [{name: _plain(getattr(one, name)) for name in names} for one in found.indicators.all()] if found else None
    form, rows = IndicatorSetForm(data, found=found), IndicatorRows(data, prefix="indicators", initial=first)
    problem = ""
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        kind = found.group if found else form.cleaned_data["group"]
        said = {"name": form.cleaned_data["name"], "indicators": indicators_said(rows), "version": version_of(request)}
        problem = refusal(lambda: service.save_set(unit=unit, group=kind, by=user, indicator_set=found, **said))
        if not problem:
            messages.success(request, _("The indicator set has been saved."))
            return redirect(_at("indicator_sets", unit))
    heading = _("Change the indicator set") if found else _("New indicator set")
    words = {"heading": heading, "problem": problem, "title": _("Indicators"), "add_label": _("Add an indicator")}
    return _rows_page(request, unit, found, form, rows, "indicator_sets", _("Indicator sets"), words)


@require_http_methods(["GET", "POST"])
def scale(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make a scale or change one, grade by grade."""
    user, unit = the_keeper(request)
    found: GradeScale | None = _row(GradeScale, unit, pk)
    data = request.POST if request.method == "POST" else None
    names = ("label", "min_score", "colour", "no_award", "hold_months")
    first = [{name: _plain(getattr(one, name)) for name in names} for one in found.grades.all()] if found else None
    form = ScaleForm(data, initial={"name": found.name} if found else None)
    rows = GradeRows(data, prefix="grades", initial=first)
    problem = ""
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        said = {"name": form.cleaned_data["name"], "grades": grades_said(rows), "version": version_of(request)}
        problem = refusal(lambda: service.save_scale(unit=unit, by=user, scale=found, **said))
        if not problem:
            messages.success(request, _("The grade scale has been saved."))
            return redirect(_at("scales", unit))
    heading = _("Change the grade scale") if found else _("New grade scale")
    words = {"heading": heading, "problem": problem, "title": _("Grades, the best first"), "add_label": _("Add a grade")}
    return _rows_page(request, unit, found, form, rows, "scales", _("Grade scales"), words)


def _plain(value: Any) -> Any:
    """Numbers as people write them."""
    return in_words(value) if isinstance(value, Decimal) else value


def _rows_page(
    request: HttpRequest, unit: Unit, found: Any, form: Any, rows: Any, back: str, back_label: str, words: dict[str, str]
) -> HttpResponse:
    note = _("This one is common to all units: saving makes one of your own unit, which takes its place in your settings.")
    context = words | {
        "unit": unit,
        "form": form,
        "rows": rows,
        "version": found.version if found else "",
        "note": note if found and found.unit_id is None else "",
        "back": _at(back, unit),
        "crumbs": [{"label": back_label, "url": _at(back, unit)}, {"label": words["heading"]}],
    }
    return render_page(request, "assessments/settings/form.html", context, status=_status(request, words["problem"], form, rows))


@require_POST
def indicator_set_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a set of the unit out of use."""
    return _close(request, IndicatorSet, pk, "indicator_sets")


@require_POST
def scale_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a scale of the unit out of use."""
    return _close(request, GradeScale, pk, "scales")


def _close(request: HttpRequest, model: type[GradeScale | IndicatorSet], pk: int, back: str) -> HttpResponse:
    user, unit = the_keeper(request)
    found = _row(model, unit, pk)
    if found.unit_id is None:
        raise Http404
    service.retire(unit=unit, row=found, by=user, version=version_of(request))
    messages.success(request, _("“%(name)s” is out of use.") % {"name": found})
    return redirect(_at(back, unit))


def _status(request: HttpRequest, problem: str, *forms: Any) -> int:
    failed = problem or (request.method == "POST" and not all(form.is_valid() for form in forms))
    return 422 if failed else 200
