"""Words out of a POST that has no form of its own."""

from django.http import HttpRequest


def text(request: HttpRequest, name: str, most: int = 500) -> str:
    """The field without blanks around it and without NUL, which PostgreSQL cannot keep; at most `most` characters."""
    return request.POST.get(name, "").replace("\x00", "").strip()[:most]


def version(request: HttpRequest) -> int | None:
    """The version a form was opened with, for `common.writes.lock`; None when it sends none.

    What is no number counts as a version nobody has, so that it conflicts instead of passing unguarded.
    """
    value = request.POST.get("version", "")
    if not value:
        return None
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
