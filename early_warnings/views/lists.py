"""Lists of warnings: the discipline committee's board, the party committee's approvals, what is mine to do, and the ledger."""

from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from audit import services as audit
from common.htmx import render_page
from common.tables import configure
from early_warnings import exports, lists
from early_warnings.approvals_page import decided_by, waiting_for
from early_warnings.filters.warnings import WarningFilter
from early_warnings.models import Tier, Warning
from early_warnings.permissions import warnings as permissions
from early_warnings.rectification import measures_of, overdue
from early_warnings.states import ENDED
from early_warnings.tables.warnings import LedgerTable, WarningTable
from jobs.ledgers import Found, Ledger
from positions.models import BodyKind
from positions.scopes import scope_of


def the_user(request: HttpRequest) -> User:
    """Signed in, and no administrator: they have no warnings to see."""
    user = request.user
    if not isinstance(user, User) or not scope_of(user).unit_ids:
        raise Http404
    return user


def in_committee(request: HttpRequest, kind: str) -> User:
    """A member of such a committee; for everybody else the page does not exist."""
    user = the_user(request)
    if not scope_of(user).bodies.get(kind):
        raise Http404
    return user


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """“预警工作台” of the discipline committee: what it has to do, what waits for others, what is late."""
    user = in_committee(request, BodyKind.DISCIPLINE_COMMITTEE)
    today = timezone.localdate()
    handled = Warning.objects.handled_by(user)
    counts = lists.board_of(handled, today)
    tab = request.GET.get("tab", lists.TO_DO)
    tab = tab if tab in counts.tabs else lists.TO_DO
    rows = handled.filter(lists.of_tab(tab, today)).select_related("level", "responsible")
    order: list[Any] = ["-closed_at"] if tab == lists.ENDED_TAB else [F("step_due_on").asc(nulls_last=True), "-pk"]
    table = WarningTable(rows.order_by(*order), lights=lists.Lights(today))
    configure(request, table)
    address = reverse("warnings:board")
    context = {
        "table": table,
        "tab": tab,
        "tab_items": [
            {"label": label, "url": f"{address}?tab={name}", "active": name == tab, "count": counts.tabs[name]}
            for name, label in lists.TABS
        ],
        "tiers": [(tier.label, counts.tiers[tier.value], f"{reverse('warnings:ledger')}?which=running&tier={tier.value}") for tier in Tier],
        "overdue": counts.tabs[lists.OVERDUE],
        "overdue_measures": overdue(measures_of(user, today)).count(),
    }
    return render_page(request, "warnings/board.html", context)


@require_GET
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits for the party committee's decision, each with what is needed to decide it here."""
    user = in_committee(request, BodyKind.PARTY_COMMITTEE)
    context = {"cards": waiting_for(user, timezone.localdate()), "decided": decided_by(user)}
    return render_page(request, "warnings/approvals.html", context)


def _received(request: HttpRequest, template: str, rows: QuerySet[Warning]) -> HttpResponse:
    done = request.GET.get("tab") == "ended"
    rows = rows.filter(state__in=ENDED) if done else rows.exclude(state__in=ENDED)
    order: list[Any] = ["-closed_at"] if done else [F("step_due_on").asc(nulls_last=True), "-pk"]
    table = WarningTable(rows.select_related("level", "responsible").order_by(*order), lights=lists.Lights(timezone.localdate()))
    configure(request, table)
    tabs = [
        {"label": _("To do"), "url": request.path, "active": not done},
        {"label": _("Ended"), "url": f"{request.path}?tab=ended", "active": done},
    ]
    return render_page(request, template, {"table": table, "tab_items": tabs, "done": done})


@require_GET
def rectifications(request: HttpRequest) -> HttpResponse:
    """Warnings the person answers for as leader."""
    user = the_user(request)
    return _received(request, "warnings/rectifications.html", lists.answered_for(user))


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Warnings given to the person, or to the department or unit the person heads."""
    user = the_user(request)
    return _received(request, "warnings/mine.html", lists.given_to(user))


def filtered(user: User, data: QueryDict) -> tuple[WarningFilter, QuerySet[Warning]]:
    """Screen and file both come from here: what the person sees, narrowed, the newest first."""
    filterset = WarningFilter(data, queryset=Warning.objects.visible_to(user).with_inside(user), user=user, today=timezone.localdate())
    return filterset, filterset.qs.order_by("-pk")


@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """“预警台账”."""
    user = the_user(request)
    filterset, rows = filtered(user, request.GET)
    table = LedgerTable(rows.select_related("level", "responsible"), lights=lists.Lights(timezone.localdate()))
    configure(request, table)
    table.reports = exports.last_reports([row.record.pk for row in table.page.object_list])
    context: dict[str, Any] = {
        "filterset": filterset,
        "table": table,
        "export_is_long": table.paginator.count > settings.EXPORT_INLINE_ROWS,
        "may_draft": bool(permissions.may_draft(user)),
    }
    return render_page(request, "warnings/ledger.html", context)


def title() -> str:
    """The heading of the file."""
    return _("Ledger of warnings")


def _found(user: User, data: QueryDict) -> Found:
    _filterset, rows = filtered(user, data)
    return Found(exports.ledger_sheet(rows, heading=title()), rows.order_by().count())


LEDGER = Ledger("warnings_export", "warnings:ledger", title, the_user, _found, partial(audit.record, "warning.ledger_exported"))
export, export_later = require_GET(LEDGER.export), require_POST(LEDGER.export_later)
