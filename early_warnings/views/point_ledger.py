"""“记分台账”: every confirmed entry one sees, on screen and as a file."""

from io import BytesIO

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from audit import services as audit
from common.files import workbook_response
from common.htmx import render_page
from common.tables import configure
from early_warnings import exports_points as exports
from early_warnings import point_selectors as selectors
from early_warnings.filters.points import PointFilter
from early_warnings.models import PointEntry
from early_warnings.tables.points import LedgerTable
from early_warnings.views.points import tabs, the_user
from jobs import services as jobs
from positions.models import Department


def filtered(user: User, data: QueryDict) -> tuple[PointFilter, QuerySet[PointEntry]]:
    """Screen and file both come from here."""
    seen = PointEntry.objects.visible_to(user).confirmed()
    places = Department.objects.filter(pk__in=seen.exclude(place=None).values("place_id"))
    filterset = PointFilter(
        data,
        queryset=selectors.ledger(user),
        years=selectors.years(seen),
        departments=list(places.order_by("unit__path", "order", "pk").values_list("pk", "name")),
    )
    return filterset, filterset.qs


@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """The list."""
    user = the_user(request)
    filterset, rows = filtered(user, request.GET)
    table = LedgerTable(rows)
    configure(request, table)
    table.reader = selectors.Reader.of(user, [row.record for row in table.page.object_list])
    context = {
        "tabs": tabs(user, "points_ledger"),
        "filterset": filterset,
        "table": table,
        "export_is_long": table.paginator.count > settings.EXPORT_INLINE_ROWS,
    }
    return render_page(request, "warnings/points/ledger.html", context)


def title() -> str:
    """The heading of the file."""
    return _("Ledger of points")


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Exactly what is filtered, the oldest first; longer ones are made in the background."""
    user = the_user(request)
    _filterset, rows = filtered(user, request.GET)
    if rows.count() > settings.EXPORT_INLINE_ROWS:
        messages.info(request, _("This many entries are written in the background: use the button “Export”."))
        return redirect(f"{reverse('warnings:points_ledger')}?{request.GET.urlencode()}")
    target = BytesIO()
    with transaction.atomic():
        written = exports.write_ledger(target, user, rows.order_by("occurred_on", "pk"), heading=title())
        audit.record("points.exported", by=user, detail={"rows": written})
    return workbook_response(target, title())


@require_POST
def export_later(request: HttpRequest) -> HttpResponse:
    """The same as a job."""
    user = the_user(request)
    jobs.start(kind="points_export", title=title(), arguments={"query": request.GET.urlencode()}, by=user)
    messages.success(request, _("The file is being written. You find it here as soon as it is ready."))
    return redirect("jobs:index")
