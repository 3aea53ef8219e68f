"""The inbox of notices."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from common.htmx import render_page
from notifications import services
from notifications.models import Notice

PAGE = 30


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Unread notices first."""
    mine = Notice.objects.visible_to(request.user)
    page = Paginator(mine.unread_first(), PAGE).get_page(request.GET.get("page"))
    return render_page(request, "notifications/index.html", {"page": page, "unread": mine.unread().count()})


@require_POST
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark it read and go to what it is about."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    services.mark_read(by=request.user, ids=[notice.pk])
    is_own = notice.url and url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    return redirect(notice.url if is_own else "notifications:index")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything read."""
    services.mark_read(by=request.user)
    return redirect("notifications:index")
