"""The dashboard of leaders, the wide screen of a meeting room, units side by side, and the lists behind the numbers (ADR 0021)."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from common.htmx import render_page
from positions.scopes import scope_of
from reporting.dashboards import board, lists
from reporting.dashboards.selection import ALL, Selection, leads_somebody, read, sees_units_below

REFRESH_SECONDS, WALL_REFRESH_SECONDS = 300, 60


def _reader(request: HttpRequest) -> User:
    """Somebody who leads, or sits in a body that does; for everybody else there is no dashboard."""
    user = request.user
    if not isinstance(user, User) or not leads_somebody(scope_of(user)):
        raise Http404
    return user


def _read_only() -> None:
    """All figures of a page come from the same moment, and none of them can change anything."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _context(selection: Selection) -> dict[str, Any]:
    scope = selection.scope
    return {
        "selection": selection,
        "now": timezone.localtime(),
        "units": [(ALL, _("all units")), *selection.units] if len(selection.units) > 1 else [],
        "chosen_unit": selection.unit_id or ALL,
        "periods": selection.periods(),
        "here": selection.address("dashboard"),
        "wall_url": selection.address("wide"),
        "today_url": selection.address("dashboard", day=None),
        "units_url": selection.address("subtree", unit=None, department=None) if sees_units_below(scope) else "",
    }


def _taken(user: User, data: QueryDict, make: Any) -> tuple[Selection, Any]:
    """The question, and what `make` answers in a transaction of its own that only reads."""
    # Inside a test's transaction the mode can no longer be chosen; there is then nothing to set.
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            _read_only()
        selection = read(user, data)
        return selection, make(selection)


@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    """“统计看板”."""
    selection, shown = _taken(_reader(request), request.GET, board.board)
    context = _context(selection) | {"board": shown, "refresh": REFRESH_SECONDS}
    return render_page(request, "reporting/dashboard/dashboard.html", context)


@require_GET
def wide(request: HttpRequest) -> HttpResponse:
    """“大屏”: today only, refreshes itself."""
    data = request.GET.copy()
    data.pop("day", None)
    selection, shown = _taken(_reader(request), data, board.wide)
    context = _context(selection) | {"wide": shown, "refresh": WALL_REFRESH_SECONDS, "address": selection.address("wide")}
    return render_page(request, "reporting/dashboard/wide.html", context)


@require_GET
def subtree(request: HttpRequest) -> HttpResponse:
    """Units side by side, for who sees more than one as a whole."""
    user = _reader(request)
    if not sees_units_below(scope_of(user)):
        raise Http404
    data = request.GET.copy()
    data["unit"] = ALL
    data.pop("department", None)
    selection, table = _taken(user, data, board.units)
    return render_page(request, "reporting/dashboard/subtree.html", _context(selection) | {"table": table})


@require_GET
def rows(request: HttpRequest, kind: str) -> HttpResponse:
    """The rows behind a number, as they were on the day."""

    def make(selection: Selection) -> tuple[lists.Kind, Any, list[lists.Row]]:
        found, everything = lists.found(selection, kind, request.GET)
        page = Paginator(everything, settings.PAGE_SIZE).get_page(request.GET.get("page"))
        return found, page, found.cells(selection, list(page.object_list))

    selection, (found, page, lines) = _taken(_reader(request), request.GET, make)
    context = {
        "selection": selection,
        "title": found.title,
        "heads": found.heads,
        "lines": [(line.url, [_cell(head, value) for head, value in zip(found.heads, line.cells, strict=True)]) for line in lines],
        "page": page,
        "crumbs": [{"label": _("Dashboard"), "url": selection.address("dashboard")}, {"label": found.title}],
    }
    return render_page(request, "reporting/dashboard/rows.html", context)


def _cell(head: Any, value: Any) -> dict[str, Any]:
    """A level, of risks or of points, is drawn as a badge."""
    is_level = hasattr(value, "colour")
    return {"head": head, "value": "" if value is None else value, "is_level": is_level}
