"""Session limits (quality.md: idle ≤ 30 minutes, absolute ≤ 12 hours)."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from common.middleware import GetResponse

# The time of the last request is written at most this often, so that reading pages does not write a row each time.
SEEN_EVERY = 60


class SessionLimitsMiddleware:
    """Ends sessions that idled or lived too long; the person is told why on the sign-in page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(timezone.now().timestamp())
            started = request.session.setdefault("started", now)
            seen = request.session.setdefault("seen", now)
            if now - seen > settings.SESSION_IDLE_SECONDS or now - started > settings.SESSION_ABSOLUTE_SECONDS:
                logout(request)
                request.session["ended"] = True
            elif now - seen >= SEEN_EVERY:
                request.session["seen"] = now
        return self.get_response(request)


def tell_ended(request: HttpRequest) -> None:
    """Put the reason of an ended session on the sign-in page, once."""
    if request.session.pop("ended", False):
        messages.info(request, _("You were signed out because nothing was done for a while. Drafts have been kept."))
