"""Errors of the interface as problem details (RFC 9457): what is wrong, and what to do."""

from typing import Any

from django.http import JsonResponse

TYPE = "application/problem+json"


class Problem(Exception):
    """Raised by an endpoint; `title` for programs' logs, `detail` for people."""

    def __init__(self, status: int, title: str, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(title)
        self.status, self.title, self.detail, self.headers = status, title, detail, headers or {}


def answer(status: int, title: str, detail: str, headers: dict[str, str] | None = None, **more: Any) -> JsonResponse:
    """The response of a problem."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type=TYPE, headers=headers or {}, json_dumps_params={"ensure_ascii": False})
