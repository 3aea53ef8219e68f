"""Turns what services raise into pages people can read."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render

from common.errors import Conflict, DomainError
from common.middleware import GetResponse

METHODS = ("GET", "HEAD", "POST")
READING = ("GET",)  # all that the interface for other systems knows
# Shorter words without Chinese are codes of choices, numbers and dates: nobody needs them back.
SHORT = 15


class ErrorPagesMiddleware:
    """A DomainError becomes its own page, part or JSON with the message; nothing was changed when one arrives here."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        methods = READING if request.path.startswith("/api/") else METHODS
        if request.method not in methods:  # class-based views of libraries take PUT for POST
            return HttpResponseNotAllowed(methods)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """422, 403 or 409 as the error says; everything else is left to Django. Scripts show a part's message as a toast."""
        if not isinstance(exception, DomainError):
            return None
        request.refused = str(exception)  # type: ignore[attr-defined] # audit.middleware records it
        if request.headers.get("X-Autosave"):
            return JsonResponse({"message": str(exception)}, status=exception.status)
        context = {"message": exception.message, "status": exception.status}
        if isinstance(exception, Conflict):
            context |= {"is_conflict": True, "typed": typed(request)}
        return render(request, f"{exception.status}.html", context, status=exception.status)


def typed(request: HttpRequest) -> str:
    """What the person wrote in words into the form that was not saved, to be copied from the conflict page."""
    values = [
        value.strip() for name, given in request.POST.lists() if name != "csrfmiddlewaretoken" and "password" not in name for value in given
    ]
    return "\n\n".join(value for value in values if len(value) > SHORT or not value.isascii())
