"""Pages of the audit administrator. There is no verb that changes an event."""

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from accounts.models import AdminRole, User
from audit import chain
from audit.models import AuditEvent, AuditLink
from audit.selectors import is_confidential, is_open
from audit.sentences import changes_in_words, sentence
from audit.services import record
from audit.tables import AuditFilter, AuditTable
from common.htmx import render_page
from common.tables import configure

LAST_CHECK = "audit-last-check"


def _guard(request: HttpRequest) -> User:
    """These pages do not exist for anybody but the audit administrator."""
    user = request.user
    if not isinstance(user, User) or user.admin_role != AdminRole.AUDIT:
        raise Http404
    return user


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All events, newest first, filtered."""
    _guard(request)
    found = AuditFilter(request.GET, queryset=AuditEvent.objects.all())
    table = AuditTable(found.qs)
    configure(request, table)
    context = {
        "filterset": found,
        "table": table,
        "head": AuditLink.objects.order_by("-position").first(),
        "anchor_path": chain.anchor_path().name,
        "last_check": cache.get(LAST_CHECK),
    }
    return render_page(request, "audit/index.html", context)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One event with its link of the chain."""
    _guard(request)
    event = get_object_or_404(AuditEvent, pk=pk)
    readable = is_open(event)
    context = {
        "event": event,
        "link": AuditLink.objects.filter(event_id=event.pk).first(),
        "readable": readable,
        "confidential": is_confidential(event),
        "sentence": sentence(event) if readable else "",
        "changes": changes_in_words(event) if readable else "",
    }
    return render_page(request, "audit/detail.html", context)


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Recompute the chain and hold it against the anchors kept outside."""
    user = _guard(request)
    report = chain.verify()
    cache.set(LAST_CHECK, report.as_dict(), None)
    record("audit.verified", by=user, detail={"ok": report.ok, "events": report.events, "faults": len(report.faults)})
    return redirect("audit:index")
