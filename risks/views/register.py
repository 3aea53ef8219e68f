"""The register: the list that leaders, the discipline committee and clerks work with, and its files."""

from dataclasses import dataclass
from io import BytesIO

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from audit import services as audit
from common.files import workbook_response
from common.htmx import render_page
from jobs import services as jobs
from positions.scopes import scope_of
from risks import exports, pages, selectors
from risks.filters.register import RegisterFilter
from risks.models import Level, RiskPoint
from risks.providers import row_lines
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
    return render_page(request, "risks/register/list.html", context)


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Exactly what is filtered, as a file; more than `EXPORT_INLINE_ROWS` points are made in the background."""
    user = the_user(request)
    found = filtered(user, request.GET)
    if selectors.counted(found.points) > settings.EXPORT_INLINE_ROWS:
        messages.info(request, _("This many entries are written in the background: use the button “Export”."))
        return redirect(f"{reverse('risks:register')}?{request.GET.urlencode()}")
    target = BytesIO()
    with transaction.atomic():
        written = exports.write_register(target, found.points.order_by(*found.order), heading=_("Register of integrity risk points"))
        audit.record("register.exported", by=user, detail={"rows": written, "query": request.GET.urlencode()[:500]})
    return workbook_response(target, _("Register of integrity risk points"))


@require_POST
def export_later(request: HttpRequest) -> HttpResponse:
    """The same as a job; the file waits under “my files”."""
    user = the_user(request)
    title = _("Register of integrity risk points")
    jobs.start(kind="register_export", title=title, arguments={"query": request.GET.urlencode()}, by=user)
    messages.success(request, _("The file is being written. You find it here as soon as it is ready."))
    return redirect("jobs:index")


@require_GET
def position_levels(request: HttpRequest) -> HttpResponse:
    """“岗位廉政风险等级目录”: the highest level of each position, with counts."""
    user = the_user(request)
    department = number_in(request.GET.get("department", ""))
    positions = selectors.position_levels(user, department_id=department)
    paginator = Paginator(positions, settings.PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    choices = selectors.choices_for(user)
    rows = selectors.rows_of_positions(user, list(page.object_list), choices.levels)
    context = {
        "rows": [(row, list(zip(choices.levels.values(), row.counts, strict=True))) for row in rows],
        "page": page,
        "levels": choices.levels.values(),
        "departments": choices.departments,
        "department": department,
    }
    return render_page(request, "risks/register/position_levels.html", context)


@require_GET
def export_position_levels(request: HttpRequest) -> HttpResponse:
    """The catalogue as a file."""
    user = the_user(request)
    title = _("Catalogue of position risk levels")
    target = BytesIO()
    with transaction.atomic():
        written = exports.write_position_levels(target, user, heading=title, department_id=number_in(request.GET.get("department", "")))
        audit.record("register.exported", by=user, detail={"rows": written, "catalogue": "position_levels"})
    return workbook_response(target, title)


def number_in(text: str) -> int | None:
    """The key in an address; None for anything that is none."""
    return int(text) if text.isdecimal() and len(text) < 18 else None
