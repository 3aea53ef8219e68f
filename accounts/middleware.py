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
# Where secret ballots are given: often enough that nobody is signed out while reading, and never when something is handed in (ADR 0014).
SEEN_EVERY_UNTIMED = 300


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
            elif now - seen >= SEEN_EVERY and _may_note(request, now - seen):
                request.session["seen"] = now
        return self.get_response(request)


def _may_note(request: HttpRequest, seconds: int) -> bool:
    """Whether the time of this request may be written, so many seconds after the one that was written last.

    A page that refreshes itself is not somebody at work: left open, it would keep the session alive for good.
    """
    if "X-Refresh" in request.headers:
        return False
    if not request.path.startswith(settings.UNTIMED_PATHS):
        return True
    return request.method == "GET" and seconds >= SEEN_EVERY_UNTIMED


def tell_ended(request: HttpRequest) -> None:
    """Put the reason of an ended session on the sign-in page, once."""
    if request.session.pop("ended", False):
        messages.info(request, _("You were signed out because nothing was done for a while. Drafts have been kept."))
