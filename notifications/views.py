"""The inbox of notices, and how one wants to be told besides."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from common.htmx import render_page
from common.posted import version as version_of
from notifications import services
from notifications.forms import PreferenceForm
from notifications.inbox import inbox
from notifications.models import Notice
from notifications.rows import notice_rows
from notifications.services import preferences

PAGE = 30


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Unread notices first."""
    user = request.user
    assert isinstance(user, User)  # LoginRequiredMiddleware
    found = inbox(user, request.GET.get("page"), per_page=PAGE)
    context = {"page": found.page, "rows": notice_rows(found.page.object_list), "unread": found.unread}
    return render_page(request, "notifications/index.html", context)


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


@require_http_methods(["GET", "POST"])
def preferences_page(request: HttpRequest) -> HttpResponse:
    """E-mails, the daily one, quiet hours."""
    user = request.user
    assert isinstance(user, User)  # LoginRequiredMiddleware
    mine = preferences.preference_of(user)
    form = PreferenceForm(request.POST or None, instance=preferences.preference_of(user))
    if request.method == "POST" and form.is_valid():
        preferences.set_preference(by=user, wishes=form.wishes(), version=version_of(request))
        messages.success(request, _("Saved."))
        return redirect("notifications:preferences")
    context = {"form": form, "preference": mine, "address": user.email, "by_email": settings.NOTICES_BY_EMAIL}
    return render_page(request, "notifications/preferences.html", context, status=422 if form.errors else 200)
