"""Addresses of the pages without sign-in. All lie below one of settings.UNWATCHED_PATHS."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from leads.views import public

urlpatterns = [
    path("", public.choose, name="public_choose"),
    # A switch of their own: the one of the signed-in pages would load a session.
    path("language/", require_POST(login_not_required(set_language)), name="public_language"),
    path("follow-up/", public.follow_up, name="follow_up"),
    re_path(r"^(?P<code>[A-Z0-9]{1,20})/$", public.report, name="public_report"),
]
