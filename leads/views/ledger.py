"""《预警信息台账》: the list and its file."""

from functools import partial

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from audit import services as audit
from common.errors import NotPossible
from common.htmx import render_page
from common.tables import configure
from jobs.ledgers import Found, Ledger
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
    count = table.paginator.count
    context = {"filterset": filterset, "table": table, "count": count, "export_is_long": count > settings.EXPORT_INLINE_ROWS}
    return render_page(request, "leads/ledger.html", context)


def title() -> str:
    """The heading of the file."""
    return _("Ledger of warning information")


def _found(user: User, data: QueryDict) -> Found:
    """Raises NotPossible when no leads come to the person's desk any more."""
    if not selectors.keeps_leads(user):
        raise NotPossible(_("You may no longer see this ledger."))
    _filterset, leads = filtered(user, data)
    return Found(exports.ledger_sheet(leads), leads.order_by().count())


# What was searched for may be a name: with a job, it is kept encrypted as the file is.
LEDGER = Ledger("leads_export", "leads:ledger", title, the_keeper, _found, partial(audit.record, "leads.exported"), is_sealed=True)
export, export_later = require_GET(LEDGER.export), require_POST(LEDGER.export_later)
