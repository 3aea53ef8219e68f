"""The lists whose filters and columns a person may keep: the routes of pages with a filter bar (tests/web/test_saved_views.py)."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.http import QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import DomainError

LISTS = {
    "risks:register": gettext_lazy("Risk register"),
    "risks:measures": gettext_lazy("Ledger of prevention measures"),
    "regrading:proposals": gettext_lazy("Proposals of levels"),
    "risks:grading_session": gettext_lazy("Grading session"),
    "risks:campaign": gettext_lazy("Campaign"),
    "powers:index": gettext_lazy("Power catalogue"),
    "powers:catalogue": gettext_lazy("Catalogue being compiled"),
    "powers:rules": gettext_lazy("Rules library"),
    "warnings:ledger": gettext_lazy("Ledger of warnings"),
    "warnings:points_ledger": gettext_lazy("Ledger of points"),
    "deadlines:ledger": gettext_lazy("Ledger of reminders"),
    "reporting:file_requests": gettext_lazy("Integrity files"),
    "reporting:file_looks": gettext_lazy("Looks at integrity files"),
    "organisation:people": gettext_lazy("People"),
    "accounts:index": gettext_lazy("Accounts"),
    "audit:index": gettext_lazy("Audit trail"),
}
# Where one is in a list, and what belongs to a form: no part of a view.
_NOT_KEPT = ("page", "csrfmiddlewaretoken")
_LONGEST = 2000


def list_at(address: str) -> tuple[str, str]:
    """The route of the list at an address of this site, and the address's path. Raises DomainError when there is no list."""
    path = urlsplit(address).path
    try:
        route = resolve(path).view_name
    except Resolver404:
        route = ""
    if route not in LISTS:
        raise DomainError(_("There is no list at this address."))
    return route, path


def checked_query(query: str) -> str:
    """`kept_query`. Raises DomainError when it is longer than a view may be."""
    text = kept_query(query)
    if len(text) > _LONGEST:
        raise DomainError(_("The filter is too long to be kept. Use fewer conditions."))
    return text


def kept_query(query: str) -> str:
    """The filter and order in a query string, each value once, without empty ones and without the page."""
    found = QueryDict(query.replace("\x00", ""), mutable=True)
    for name in _NOT_KEPT:
        found.pop(name, None)
    for name, values in list(found.lists()):
        found.setlist(name, _once(values))
    return found.urlencode()


def same_query(one: str, other: str) -> bool:
    """Whether two kept queries say the same, in whatever order."""
    return sorted(one.split("&")) == sorted(other.split("&"))


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))
