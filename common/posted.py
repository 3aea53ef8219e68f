"""Words out of a POST that has no form of its own."""

from collections.abc import Iterable

from django.http import HttpRequest

MOST_IDS = 5000


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


def ids_from(values: Iterable[str]) -> list[int]:
    """Keys out of `chosen` boxes or of one list with commas; what is no key is left out, at most 5,000."""
    parts = (part.strip() for value in values for part in value.split(","))
    return [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) <= 18][:MOST_IDS]
