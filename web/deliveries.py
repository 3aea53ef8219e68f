"""Deliveries, for the system administrator: sent, waiting, failed with reason, send again."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from common.htmx import render_page
from common.tables import configure
from notifications import permissions, selectors
from notifications.models import Delivery, Robot
from notifications.services import upkeep
from notifications.states import DeliveryState
from positions.models import Unit
from web.deliveries_list import DeliveryFilter, DeliveryTable


def _guard(request: HttpRequest) -> User:
    """These pages do not exist for anybody else."""
    user = request.user
    if not isinstance(user, User) or not permissions.may_deliver(user):
        raise Http404
    return user


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Figures and the list; never the text of a notice."""
    user = _guard(request)
    now = timezone.now()
    rows = Delivery.objects.visible_to(user).select_related("person", "robot").defer("robot__address")
    found = DeliveryFilter(request.GET, queryset=rows)
    with_robot = Robot.objects.visible_to(user).values_list("unit_id", flat=True)
    units = dict(Unit.objects.filter(pk__in=list(with_robot)).values_list("pk", "name"))
    table = DeliveryTable(found.qs, units=units)
    configure(request, table)
    counters = selectors.counters(now)
    context = {
        "filterset": found,
        "table": table,
        "counters": counters,
        "is_late": counters.is_late(now),
        "by_email": settings.NOTICES_BY_EMAIL,
        "failed": DeliveryState.FAILED,
        "waiting": DeliveryState.WAITING,
    }
    return render_page(request, "web/deliveries.html", context)


@require_POST
def send_again(request: HttpRequest) -> HttpResponse:
    """One (`only`), those chosen, or `all` that failed."""
    user = _guard(request)
    given = request.POST.getlist("only") or request.POST.getlist("chosen")
    ids = [int(value) for value in given if value.isascii() and value.isdigit() and len(value) < 19]
    n = upkeep.send_again(by=user, ids=None if request.POST.get("all") and not given else ids)
    messages.success(request, ngettext("%(n)d delivery is sent again.", "%(n)d deliveries are sent again.", n) % {"n": n})
    return redirect("web:deliveries")
