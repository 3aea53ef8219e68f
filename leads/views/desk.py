"""The board, and the page of a lead."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from common.htmx import render_page
from common.tables import configure
from leads import lead_page, reporter_page, selectors
from leads.models import Lead
from leads.permissions.leads import may_enter
from leads.tables import BoardTable


def the_keeper(request: HttpRequest) -> User:
    """Signed in, and somebody to whose desk leads come; else there is nothing here."""
    user = request.user
    if not isinstance(user, User) or not selectors.keeps_leads(user):
        raise Http404
    return user


def find(request: HttpRequest, public_id: UUID) -> tuple[User, Lead]:
    """The person and a lead they may see; else it does not exist."""
    user = the_keeper(request)
    found: Lead = get_object_or_404(Lead.objects.visible_to(user).select_related("unit", "power_item", "received_by"), public_id=public_id)
    return user, found


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """“廉情办理”: what waits on my desks, what is being handled, what is overdue, what has ended."""
    user = the_keeper(request)
    today = timezone.localdate()
    leads = Lead.objects.visible_to(user)
    counts = selectors.tab_counts(leads, today)
    chosen = request.GET.get("tab", "")
    tab = chosen if chosen in selectors.TABS else selectors.WAITING
    table = BoardTable(selectors.for_list(selectors.of_tab(leads, tab, today)))
    configure(request, table)
    labels = {
        selectors.WAITING: _("to be judged"),
        selectors.HANDLING: _("being handled"),
        selectors.OVERDUE: _("overdue"),
        selectors.ENDED_TAB: _("ended"),
    }
    url = reverse("leads:board")
    unit = lead_page.unit_of(user)
    context = {
        "table": table,
        "tab": tab,
        "tabs": [{"label": labels[t], "url": f"{url}?tab={t}", "active": t == tab, "count": counts[t]} for t in selectors.TABS],
        "may_enter": unit is not None and may_enter(user, unit.pk),
    }
    return render_page(request, "leads/board.html", context)


@require_GET
def lead(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """“廉情详情”: what was reported, how it is judged, on whose desk it lies, what happened."""
    user, found = find(request, public_id)
    context = lead_page.context(user, found) | {"reporter": reporter_page.facts(user, found)}
    return render_page(request, "leads/lead.html", context)
