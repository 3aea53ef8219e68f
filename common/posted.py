"""Words out of a POST that has no form of its own."""

from django.http import HttpRequest


def text(request: HttpRequest, name: str, most: int = 500) -> str:
    """The field without blanks around it and without NUL, which PostgreSQL cannot keep; at most `most` characters."""
    return request.POST.get(name, "").replace("\x00", "").strip()[:most]
