"""《预警信息台账》: the list and its file."""

from io import BytesIO

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from audit import services as audit
from common.files import workbook_response
from common.htmx import render_page
from common.tables import configure
from leads import exports, selectors
from leads.filters import LedgerFilter
from leads.models import Lead
from leads.tables import LedgerTable
from leads.views.desk import the_keeper


def filtered(user: User, data: QueryDict) -> tuple[LedgerFilter, QuerySet[Lead]]:
    """The filter and what it leaves, the latest first. Screen and file both come from here."""
    filterset = LedgerFilter(data, queryset=Lead.objects.visible_to(user), choices=selectors.choices_for(user))
    return filterset, filterset.qs.order_by("-received_at", "-pk")


@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """The list."""
    filterset, leads = filtered(the_keeper(request), request.GET)
    table = LedgerTable(selectors.for_list(leads))
    configure(request, table)
    return render_page(request, "leads/ledger.html", {"filterset": filterset, "table": table, "count": table.paginator.count})


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Exactly what is filtered."""
    user = the_keeper(request)
    _filterset, leads = filtered(user, request.GET)
    target = BytesIO()
    with transaction.atomic():
        written = exports.write_ledger(target, leads)
        audit.record("leads.exported", by=user, detail={"rows": written})
    return workbook_response(target, _("Ledger of warning information"))
