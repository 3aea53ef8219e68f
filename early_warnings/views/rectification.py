"""“整改台账”: every measure of rectification one sees, on screen and as a file."""

from functools import partial

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from audit import services as audit
from common.htmx import render_page
from common.tables import configure
from early_warnings import exports_rectification as exports
from early_warnings import rectification
from early_warnings.filters.rectification import RectificationFilter
from early_warnings.models import RectificationMeasure
from early_warnings.tables.rectification import RectificationTable
from early_warnings.views.lists import the_user
from jobs.ledgers import Found, Ledger


def filtered(user: User, data: QueryDict) -> tuple[RectificationFilter, QuerySet[RectificationMeasure]]:
    """Screen and file both come from here, in the same order."""
    filterset = RectificationFilter(data, queryset=rectification.measures_of(user, timezone.localdate()), user=user)
    return filterset, filterset.qs.order_by(*rectification.order_of(data.get("sort", "")))


@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """The list."""
    user = the_user(request)
    filterset, rows = filtered(user, request.GET)
    table = RectificationTable(rectification.with_related(rows), today=timezone.localdate())
    configure(request, table)
    table.proposals = rectification.proposals_of(user, [row.record for row in table.page.object_list])
    context = {"filterset": filterset, "table": table, "export_is_long": table.paginator.count > settings.EXPORT_INLINE_ROWS}
    return render_page(request, "warnings/rectification_ledger.html", context)


def _found(user: User, data: QueryDict) -> Found:
    _filterset, rows = filtered(user, data)
    return Found(exports.ledger_sheet(user, rows), rows.order_by().count())


LEDGER = Ledger(
    "rectification_export",
    "warnings:rectification_ledger",
    exports.title,
    the_user,
    _found,
    partial(audit.record, "warning.rectifications_exported"),
)
export, export_later = require_GET(LEDGER.export), require_POST(LEDGER.export_later)
