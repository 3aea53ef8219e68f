"""“记分台账”: every confirmed entry one sees, on screen and as a file."""

from functools import partial

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from audit import services as audit
from common.htmx import render_page
from common.tables import configure
from early_warnings import exports_points as exports
from early_warnings import point_selectors as selectors
from early_warnings.filters.points import PointFilter
from early_warnings.models import PointEntry
from early_warnings.tables.points import LedgerTable
from early_warnings.views.points import tabs, the_user
from jobs.ledgers import Found, Ledger
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


def _found(user: User, data: QueryDict) -> Found:
    """The oldest first, as the totals run."""
    _filterset, rows = filtered(user, data)
    sheet = exports.ledger_sheet(user, rows.order_by("occurred_on", "pk"), heading=title())
    return Found(sheet, rows.order_by().count())


LEDGER = Ledger("points_export", "warnings:points_ledger", title, the_user, _found, partial(audit.record, "points.exported"))
export, export_later = require_GET(LEDGER.export), require_POST(LEDGER.export_later)
