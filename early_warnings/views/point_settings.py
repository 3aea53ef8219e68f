"""The rules of counting: catalogue of behaviours, schemes, and the closing of a year."""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from common.errors import DomainError
from common.htmx import render_page
from common.posted import version as version_of
from early_warnings import point_selectors as selectors
from early_warnings.forms.points import BehaviourForm, SchemeForm
from early_warnings.models import BehaviourField, PointBehaviour, PointClosing, PointScheme, WarningScheme
from early_warnings.permissions import points as permissions
from early_warnings.points import Cycle, is_over
from early_warnings.querysets_points import watching_unit_ids
from early_warnings.services import point_closing, point_schemes
from early_warnings.views.points import in_committee, number_in, scheme_words, tabs, the_user
from positions.models import BodyKind, Unit
from positions.scopes import scope_of


def _unit(request: HttpRequest, user: User) -> Unit:
    """The unit whose rules are shown: the one asked for among the person's, else the highest."""
    unit = selectors.unit_for(user, number_in(request.GET.get("unit", "")), scope_of(user).unit_ids)
    if unit is None:
        raise Http404
    return unit


def _kept_unit(request: HttpRequest) -> tuple[User, Unit]:
    """The member of a discipline committee, and the unit whose rules it keeps."""
    user = in_committee(request)
    kept = scope_of(user).bodies[BodyKind.DISCIPLINE_COMMITTEE]
    unit = selectors.unit_for(user, number_in(request.GET.get("unit", "")), kept)
    assert unit is not None
    return user, unit


@require_GET
def behaviours(request: HttpRequest) -> HttpResponse:
    """The catalogue by field, for everybody to know."""
    user = the_user(request)
    unit = _unit(request, user)
    may = permissions.may_keep(user, unit.pk)
    rows = PointBehaviour.objects.of_unit(unit.pk)
    if not may:
        rows = rows.active()
    order = {field: place for place, field in enumerate(BehaviourField.values)}
    ordered = sorted(rows, key=lambda row: (order[row.field], row.code))
    groups = [(BehaviourField(field).label, list(lines)) for field, lines in groupby(ordered, key=lambda row: row.field)]
    context = {"tabs": tabs(user, "point_behaviours"), "groups": groups, "count": len(ordered), "may_keep": bool(may), "unit": unit}
    return render_page(request, "warnings/points/behaviours.html", context)


@require_http_methods(["GET", "POST"])
def behaviour(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a line, or change one."""
    user, unit = _kept_unit(request)
    found: PointBehaviour | None = None
    if pk is not None:
        if pk >= 2**63:
            raise Http404
        found = get_object_or_404(PointBehaviour.objects.of_unit(unit.pk), pk=pk)
    form = BehaviourForm(request.POST if request.method == "POST" else None, behaviour=found)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            point_schemes.save_behaviour(unit=unit, facts=form.said(), by=user, behaviour=found, version=version_of(request))
        except DomainError as error:
            if error.status != DomainError.status:
                raise
            problem = str(error)
        else:
            messages.success(request, _("The catalogue has been changed."))
            return redirect("warnings:point_behaviours")
    heading = _("Change a behaviour") if found else _("Add a behaviour")
    back = reverse("warnings:point_behaviours")
    context = {
        "form": form,
        "heading": heading,
        "problem": problem,
        "version": found.version if found else "",
        "back": back,
        "note": _("This line is common to all units: the change makes a line of your own unit, which takes its place.")
        if found and found.unit_id is None
        else "",
        "crumbs": [{"label": _("Behaviours"), "url": back}, {"label": heading}],
    }
    return render_page(request, "warnings/points/form.html", context, status=422 if problem or form.errors else 200)


@require_GET
def schemes(request: HttpRequest) -> HttpResponse:
    """How points are counted: the scheme in force, those before and those to come."""
    user = the_user(request)
    unit = _unit(request, user)
    today = timezone.localdate()
    current = selectors.scheme_of(unit.pk, today)
    rows = []
    for scheme in PointScheme.objects.filter(Q(unit=unit) | Q(unit=None)).select_related("unit"):
        edit = permissions.may_edit_scheme(user, scheme)
        rows.append(
            {
                "scheme": scheme,
                "is_current": current is not None and scheme.pk == current.pk,
                "begins": scheme.begins(today),
                "words": scheme_words(scheme),
                "thresholds": list(scheme.thresholds.select_related("level").order_by("points")),
                "may_edit": bool(edit),
            }
        )
    rows.sort(key=lambda row: (not row["is_current"], not row["begins"]))
    context = {
        "tabs": tabs(user, "point_schemes"),
        "rows": rows,
        "unit": unit,
        "may_keep": bool(permissions.may_keep(user, unit.pk)),
    }
    return render_page(request, "warnings/points/schemes.html", context)


@require_http_methods(["GET", "POST"])
def scheme(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make a scheme of the unit, beginning from the one in force; or change one that nothing was entered under."""
    user, unit = _kept_unit(request)
    today = timezone.localdate()
    if pk is None:
        start = selectors.scheme_of(unit.pk, today)
        if start is None:
            raise Http404
        initial: dict[str, Any] = {"in_force_from": today.replace(year=today.year + 1, month=1, day=1), "name": ""}
    else:
        if pk >= 2**63:
            raise Http404
        start, initial = get_object_or_404(PointScheme.objects.filter(unit=unit), pk=pk), {}
        permissions.may_edit_scheme(user, start).require()
    form = SchemeForm(request.POST if request.method == "POST" else None, scheme=start, levels=_colours(start), initial=initial)
    problem = ""
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = {"values": form.values(), "thresholds": form.thresholds(), "by": user}
        try:
            if pk is None:
                point_schemes.create(unit=unit, **said)
            else:
                point_schemes.update(scheme=start, version=version_of(request), **said)
        except DomainError as error:
            if error.status != DomainError.status:
                raise
            problem = str(error)
        else:
            messages.success(request, _("The scheme has been saved."))
            return redirect("warnings:point_schemes")
    heading = _("New point scheme") if pk is None else _("Change the point scheme")
    back = reverse("warnings:point_schemes")
    context = {
        "form": form,
        "heading": heading,
        "problem": problem,
        "version": start.version if pk is not None else "",
        "back": back,
        "unit": unit,
        "crumbs": [{"label": _("Point schemes"), "url": back}, {"label": heading}],
    }
    return render_page(request, "warnings/points/scheme.html", context, status=422 if problem or form.errors else 200)


def _colours(start: PointScheme) -> WarningScheme:
    """The warning scheme whose levels the thresholds stand for."""
    first = start.thresholds.select_related("level__scheme").first()
    if first is not None:
        return first.level.scheme
    return get_object_or_404(WarningScheme, code="four-colours")


@require_GET
def closings(request: HttpRequest) -> HttpResponse:
    """Years that were closed, and the one that may be closed."""
    user = the_user(request)
    watched = watching_unit_ids(scope_of(user))
    unit = selectors.unit_for(user, number_in(request.GET.get("unit", "")), watched)
    if unit is None:
        raise Http404
    today = timezone.localdate()
    rows = list(PointClosing.objects.visible_to(user).filter(unit=unit).select_related("by", "scheme"))
    closed = {row.year for row in rows}
    scheme = selectors.scheme_of(unit.pk, today)
    year = today.year if is_over(today.year, today) else today.year - 1
    may = permissions.may_keep(user, unit.pk)
    # A year in which nothing was entered needs no closing.
    used = unit.point_entries.filter(cycle_year=year).exists()
    text = _("Everybody's balance of %(year)s is kept, and nothing is entered or taken back in that year any more.") % {"year": year}
    action = {
        "label": _("Close the year %(year)s") % {"year": year},
        "url": reverse("warnings:point_close"),
        "allowed": bool(may),
        "reason": may.reason,
        "confirm": text,
        "primary": True,
        "fields": {"year": year, "unit": unit.pk},
    }
    is_calendar = scheme is not None and scheme.cycle == Cycle.CALENDAR
    context = {
        "tabs": tabs(user, "point_closings"),
        "rows": rows,
        "unit": unit,
        "is_calendar": is_calendar,
        "action": action if is_calendar and used and year not in closed else None,
        "year": today.year,
    }
    return render_page(request, "warnings/points/closings.html", context)


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Close a year."""
    user = in_committee(request)
    kept = scope_of(user).bodies[BodyKind.DISCIPLINE_COMMITTEE]
    unit = selectors.unit_for(user, number_in(request.POST.get("unit", "")), kept)
    year = number_in(request.POST.get("year", ""))
    if unit is None or year is None:
        raise DomainError(_("Say which year is to be closed."))
    closing = point_closing.close_year(unit=unit, year=year, by=user)
    messages.success(request, _("The points of %(year)s are closed.") % {"year": year})
    return redirect(closing.get_absolute_url())


@require_GET
def closing(request: HttpRequest, pk: int) -> HttpResponse:
    """The balances of a closed year."""
    user = the_user(request)
    if pk >= 2**63:
        raise Http404
    found = get_object_or_404(PointClosing.objects.visible_to(user).select_related("unit", "by", "scheme"), pk=pk)
    rows = selectors.balances_seen(user, found)
    context = {
        "closing": found,
        "rows": rows,
        "crumbs": [{"label": _("Closing of the year"), "url": reverse("warnings:point_closings")}, {"label": str(found)}],
    }
    return render_page(request, "warnings/points/closing.html", context)
