"""Session limits and duties of the account."""

from django.http import HttpRequest, HttpResponse

from common.middleware import GetResponse


class SessionLimitsMiddleware:
    """Ends sessions that idled or lived too long."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class AccountDutiesMiddleware(SessionLimitsMiddleware):
    """Sends people to what they must do first."""
