"""Refusals and failures leave their row after the rollback."""

from django.http import HttpRequest, HttpResponse

from common.middleware import GetResponse


class AuditMiddleware:
    """Placeholder until the audit pages land in this session."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
