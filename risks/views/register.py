"""The register: the list that leaders, the discipline committee and clerks work with, and its files."""

from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from audit import services as audit
from common.htmx import render_page
from jobs.ledgers import Found, Ledger
from positions.scopes import scope_of
from risks import exports, pages, selectors
from risks.filters.register import PositionLevelFilter, RegisterFilter
from risks.models import Level, RiskPoint
from risks.providers import import_url, row_lines
from risks.tables.position_levels import PositionLevelTable
from risks.tables.register import RegisterTable


def the_user(request: HttpRequest) -> User:
    """Signed in, and no administrator: they have no register to see."""
    user = request.user
    if not isinstance(user, User) or not scope_of(user).unit_ids:
        raise Http404
    return user


@dataclass(frozen=True, slots=True)
class Filtered:
    """The filter, the points the person sees, those of them that the filter leaves, and the order asked for."""

    filterset: RegisterFilter
    seen: QuerySet[RiskPoint]
    points: QuerySet[RiskPoint]
    order: list[str]
    levels: dict[int, Level]
    units: list[int]  # that the reader sees as a whole, when it is nothing else


def filtered(user: User, data: QueryDict) -> Filtered:
    """Screen and file both come from here."""
    choices = selectors.choices_for(user, number_in(data.get("department", "")))
    seen = RiskPoint.objects.visible_to(user)
    filterset = RegisterFilter(data, queryset=seen, choices=choices, user=user)
    scope = scope_of(user)
    one_unit = len(scope.whole_unit_ids) <= 1
    units = sorted(scope.whole_unit_ids) if scope.whole_unit_ids >= scope.unit_ids | scope.leadership_unit_ids else []
    order = selectors.ordering(data.get("sort", ""), choices.levels, one_unit=one_unit)
    return Filtered(filterset, seen, filterset.qs, order, choices.levels, units)


@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """“风险点登记册”."""
    user = the_user(request)
    found = filtered(user, request.GET)
    walked = found.filterset.walked if request.GET.get("q", "").strip() else None
    paginator = pages.PageOfPoints(found.points, found.order, seen=found.seen, walked=walked, units=found.units)
    page = paginator.page(request.GET.get("page", 1))
    points = list(page.object_list)
    sort = request.GET.get("sort", "")
    table = RegisterTable(
        pages.PageData(points),
        levels=found.levels,
        points=points,
        lines=row_lines(user=user, rows=points),
        order_by=(sort,) if sort in selectors.SORTS else ("number",),
    )
    # Given to the constructor, the request would order and page the table once more, as the address wishes.
    table.request, table.paginator, table.page = request, paginator, page
    page.object_list = table.rows
    is_long = paginator.count > settings.EXPORT_INLINE_ROWS
    context = {"filterset": found.filterset, "table": table, "count": paginator.count, "export_is_long": is_long}
    return render_page(request, "risks/register/list.html", context | {"import_url": import_url(user=user)})


def register_title() -> str:
    """The heading of the file."""
    return _("Register of integrity risk points")


def _found(user: User, data: QueryDict) -> Found:
    found = filtered(user, data)
    sheet = exports.register_sheet(user, found.points.order_by(*found.order), heading=register_title())
    return Found(sheet, selectors.counted(found.points), {"query": data.urlencode()[:500]})


LEDGER = Ledger("register_export", "risks:register", register_title, the_user, _found, partial(audit.record, "register.exported"))
export, export_later = require_GET(LEDGER.export), require_POST(LEDGER.export_later)


def levels_of(user: User, data: QueryDict) -> tuple[PositionLevelFilter, dict[int, Level]]:
    """Screen and file both come from here: the positions the person sees, narrowed; and the levels there are."""
    choices = selectors.choices_for(user)
    return PositionLevelFilter(data, queryset=selectors.position_levels(user), departments=choices.departments), choices.levels


@require_GET
def position_levels(request: HttpRequest) -> HttpResponse:
    """“岗位廉政风险等级目录”: the highest level of each position, with counts."""
    user = the_user(request)
    filterset, known = levels_of(user, request.GET)
    paginator = Paginator(filterset.qs, settings.PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    rows = selectors.rows_of_positions(user, list(page.object_list), known)
    table = PositionLevelTable(rows, levels=known, first=page.start_index())
    table.request, table.paginator, table.page = request, paginator, page
    page.object_list = table.rows
    is_long = paginator.count > settings.EXPORT_INLINE_ROWS
    context = {"filterset": filterset, "table": table, "count": paginator.count, "export_is_long": is_long}
    return render_page(request, "risks/register/position_levels.html", context)


def levels_title() -> str:
    """The heading of the file."""
    return _("Catalogue of position risk levels")


def _found_levels(user: User, data: QueryDict) -> Found:
    positions = levels_of(user, data)[0].qs
    sheet = exports.position_level_sheet(user, positions, heading=levels_title())
    return Found(sheet, positions.order_by().count(), {"catalogue": "position_levels"})


LEVELS = Ledger(
    "position_levels_export", "risks:position_levels", levels_title, the_user, _found_levels, partial(audit.record, "register.exported")
)
export_levels, export_levels_later = require_GET(LEVELS.export), require_POST(LEVELS.export_later)


def number_in(text: str) -> int | None:
    """The key in an address; None for anything that is none."""
    return int(text) if text.isdecimal() and len(text) < 18 else None
