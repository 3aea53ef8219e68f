"""Turns what services raise into pages people can read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.errors import DomainError
from common.middleware import GetResponse


class ErrorPagesMiddleware:
    """A DomainError becomes its own page or part with the message; nothing was changed when one arrives here."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """422, 403 or 409 as the error says; everything else is left to Django."""
        if not isinstance(exception, DomainError):
            return None
        context = {"message": exception.message, "status": exception.status}
        return render(request, f"{exception.status}.html", context, status=exception.status)
