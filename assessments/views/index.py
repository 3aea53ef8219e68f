"""“岗位廉政风险指数”: the leadership positions of a unit, one index with all its figures, and how it is computed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from assessments import index_selectors as selectors
from assessments.forms.index import IndexSettingsForm
from assessments.models import PositionIndex
from assessments.permissions import index as permissions
from assessments.querysets_index import kept_unit_ids, reading_unit_ids
from assessments.services import index as services
from assessments.tables_index import IndexTable
from audit.selectors import timeline
from common.errors import DomainError
from common.htmx import render_page
from common.posted import version as version_of
from common.tables import configure
from positions.models import Unit
from positions.scopes import scope_of

_LARGEST_KEY = 2**63
_EVENTS = ("position_index.computed", "position_index.settings_changed")


def _reader(request: HttpRequest) -> User:
    """Somebody who reads the index of a unit, or holds a leadership position; for everybody else there is none."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    scope = scope_of(user)
    if not reading_unit_ids(scope) and not scope.leadership_unit_ids:
        raise Http404
    return user


def _chosen(request: HttpRequest, ids: frozenset[int]) -> tuple[Unit, list[Unit]]:
    """The unit asked for among those, else the highest; 404 without any."""
    units = list(Unit.objects.filter(pk__in=ids).order_by("path"))
    if not units:
        raise Http404
    chosen = request.GET.get("unit", "")
    return next((unit for unit in units if str(unit.pk) == chosen), units[0]), units


def _kept(request: HttpRequest) -> tuple[User, Unit]:
    """A member of a discipline committee and the unit asked for among theirs."""
    user = _reader(request)
    return user, _chosen(request, kept_unit_ids(scope_of(user)))[0]


def _at(name: str, unit: Unit) -> str:
    return f"{reverse(f'assessments:{name}')}?unit={unit.pk}"


@require_GET
def index_list(request: HttpRequest) -> HttpResponse:
    """The leadership positions of a unit with their latest index."""
    user = _reader(request)
    scope = scope_of(user)
    unit, units = _chosen(request, reading_unit_ids(scope) | scope.leadership_unit_ids)
    rows = selectors.rows_of(user, unit)
    table = IndexTable(rows)
    configure(request, table)
    keeps = bool(permissions.may_keep(user, unit.pk))
    context = {
        "unit": unit,
        "units": units if len(units) > 1 else [],
        "table": table,
        "chart": selectors.list_chart(rows),
        "keeps": keeps,
        "reads_all": unit.pk in reading_unit_ids(scope),
        "compute": _compute_button(unit) if keeps else None,
        "settings_url": _at("index_settings", unit),
        "events": timeline(unit, limit=10, actions=_EVENTS) if keeps else [],
    }
    return render_page(request, "assessments/index/list.html", context)


def _compute_button(unit: Unit) -> dict[str, Any]:
    return {"label": _("Compute as of today"), "url": _at("index_compute", unit), "allowed": True, "primary": True, "icon": "refresh"}


@require_POST
def compute(request: HttpRequest) -> HttpResponse:
    """Make the index of every leadership position as of today."""
    user, unit = _kept(request)
    made = services.compute(unit=unit, by=user)
    without = sum(row.total is None for row in made)
    if without:
        messages.warning(
            request,
            _("Computed for %(n)d positions; %(without)d of them have no index yet, their pages say why.")
            % {"n": len(made), "without": without},
        )
    else:
        messages.success(request, _("Computed for %(n)d positions.") % {"n": len(made)})
    return redirect(_at("index_list", unit))


@require_GET
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """One index: picture, parts, every figure with its source."""
    user = _reader(request)
    if pk >= _LARGEST_KEY:
        raise Http404
    rows = PositionIndex.objects.visible_to(user).select_related("unit", "position", "holder", "made_by")
    found: PositionIndex = get_object_or_404(rows, pk=pk)
    way = [{"label": _("Position risk index"), "url": _at("index_list", found.unit)}, {"label": str(found)}]
    context = {"index": found, "sheet": selectors.sheet_of(user, found), "crumbs": way}
    return render_page(request, "assessments/index/index.html", context)


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Weights, points, thresholds, and which survey counts for a position."""
    user, unit = _kept(request)
    row = services.settings_of(unit.pk)
    positions = unit.positions.filter(department=None, closed_on=None)
    form = IndexSettingsForm(request.POST if request.method == "POST" else None, row=row, positions=positions)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            services.change(unit=unit, rules=form.rules(), survey_kinds=form.survey_kinds(), by=user, version=version_of(request))
        except DomainError as error:
            if error.status != DomainError.status:
                raise
            problem = str(error)
        else:
            messages.success(request, _("The settings have been saved. They hold from the next computation on."))
            return redirect(_at("index_list", unit))
    way = [{"label": _("Position risk index"), "url": _at("index_list", unit)}, {"label": _("Settings")}]
    context = {"unit": unit, "row": row, "form": form, "groups": form.groups, "problem": problem, "crumbs": way}
    return render_page(request, "assessments/index/settings.html", context, status=422 if problem or form.errors else 200)
