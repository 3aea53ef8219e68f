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
    "risks:position_levels": gettext_lazy("Risk levels of positions"),
    "risks:measures": gettext_lazy("Ledger of prevention measures"),
    "regrading:proposals": gettext_lazy("Proposals of levels"),
    "risks:grading_session": gettext_lazy("Grading session"),
    "risks:campaign": gettext_lazy("Campaign"),
    "powers:index": gettext_lazy("Power catalogue"),
    "powers:catalogue": gettext_lazy("Catalogue being compiled"),
    "powers:rules": gettext_lazy("Rules library"),
    "warnings:ledger": gettext_lazy("Ledger of warnings"),
    "warnings:rectification_ledger": gettext_lazy("Ledger of rectification"),
    "warnings:points_ledger": gettext_lazy("Ledger of points"),
    "leads:ledger": gettext_lazy("Ledger of leads"),
    "talks:index": gettext_lazy("Talks"),
    "education:mottos": gettext_lazy("Mottos of the day"),
    "assessments:rounds": gettext_lazy("Assessment rounds"),
    "assessments:summary": gettext_lazy("Summary of results"),
    "assessments:surveys": gettext_lazy("Contact-rate surveys"),
    "assessments:eligibility": gettext_lazy("Eligibility checks"),
    "assessments:restrictions": gettext_lazy("Restrictions from assessment"),
    "deadlines:ledger": gettext_lazy("Ledger of reminders"),
    "reporting:file_requests": gettext_lazy("Integrity files"),
    "reporting:file_looks": gettext_lazy("Looks at integrity files"),
    "organisation:people": gettext_lazy("People"),
    "accounts:index": gettext_lazy("Accounts"),
    "audit:index": gettext_lazy("Audit trail"),
    "web:deliveries": gettext_lazy("Deliveries"),
    "api:tokens": gettext_lazy("Interface for other systems"),
}
# Words searched for in the ledger of leads may be a name, and may lie nowhere in the clear: they belong to no view either.
WORDS_NOT_KEPT = {"leads:ledger": ("q",)}
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


def checked_query(query: str, list_key: str) -> str:
    """`kept_query` without the words that the list does not let be kept. Raises DomainError when it is longer than a view may be."""
    found = QueryDict(kept_query(query), mutable=True)
    for name in WORDS_NOT_KEPT.get(list_key, ()):
        found.pop(name, None)
    text = found.urlencode()
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
