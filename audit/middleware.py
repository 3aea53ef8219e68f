"""Refusals and failures leave their row after the rollback of what was refused (quality.md, audit; mistake 5)."""

from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from accounts.models import User
from audit.models import Outcome
from audit.services import record
from common.context import RequestFacts, current
from common.middleware import GetResponse

# Raised on purpose: refusals, and allauth's way to the password page.
_EXPECTED = (Http404, PermissionDenied, ImmediateHttpResponse, ReauthenticationRequired)


class AuditMiddleware:
    """Runs outside every transaction of the request: ATOMIC_REQUESTS is off, services have rolled back when an error arrives here."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        refused = getattr(request, "refused", "")
        if (refused or response.status_code in (403, 404)) and isinstance(request.user, User):
            self._record(request, "request.refused", Outcome.REFUSED, str(refused), response.status_code)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """An error nobody expected: only its kind is kept, messages may hold content. Expected ones carry a `status` and are refusals."""
        if not hasattr(exception, "status") and not isinstance(exception, _EXPECTED):
            self._record(request, "request.failed", Outcome.FAILED, type(exception).__name__, 500)

    def _record(self, request: HttpRequest, action: str, outcome: Outcome, reason: str, status: int) -> None:
        match = request.resolver_match
        detail = {"route": match.view_name if match else "", "method": request.method or "", "status": status}
        if match:
            # Keys of our own rows only; a receipt code or token in an address never reaches the trail.
            detail["ids"] = {key: value for key, value in match.kwargs.items() if isinstance(value, int)}
        if _is_unnamed(request, status):  # a reporter or a rater: that something failed is kept, and not for whom
            token = current.set(RequestFacts())
            try:
                record(action, by=None, outcome=outcome, reason=reason if outcome == Outcome.FAILED else "", detail=detail)
            finally:
                current.reset(token)
            return
        record(action, by=request.user if isinstance(request.user, User) else None, outcome=outcome, reason=reason, detail=detail)


def _is_unnamed(request: HttpRequest, status: int) -> bool:
    """Asked for by the view; or turned away (a stale form) on its way to a view where that would say when somebody handed something in."""
    return getattr(request, "is_unnamed", False) or (status == 403 and request.path.startswith(settings.UNTIMED_PATHS))
