"""《预警信息台账》: the list and its file."""

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
from common.encrypted import encrypt_text
from common.files import workbook_response
from common.htmx import render_page
from common.tables import configure
from jobs import services as jobs
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


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Exactly what is filtered; more than `EXPORT_INLINE_ROWS` are written in the background."""
    user = the_keeper(request)
    _filterset, leads = filtered(user, request.GET)
    if leads.order_by().count() > settings.EXPORT_INLINE_ROWS:
        messages.info(request, _("This many entries are written in the background: use the button “Export”."))
        return redirect(f"{reverse('leads:ledger')}?{request.GET.urlencode()}")
    target = BytesIO()
    with transaction.atomic():
        written = exports.write_ledger(target, leads)
        audit.record("leads.exported", by=user, detail={"rows": written})
    return workbook_response(target, _("Ledger of warning information"))


@require_POST
def export_later(request: HttpRequest) -> HttpResponse:
    """The same as a job, whose file is kept encrypted. What was searched for may be a name: it is encrypted too."""
    user = the_keeper(request)
    query = encrypt_text(request.GET.urlencode())
    jobs.start(kind="leads_export", title=_("Ledger of warning information"), arguments={"query": query}, by=user)
    messages.success(request, _("The file is being written. You find it here as soon as it is ready."))
    return redirect("jobs:index")
