"""Pages on which nobody is recognised (ADR 0010): before anything else sees the request, what could tell who sends it is taken out.

Neither session nor user, address, browser nor previous page reach views, templates, the audit trail, error reports or the access log
of our own server. What is left to count tries by is a digest with a key that lives in the cache for a day and nowhere else.
"""

import hashlib
import hmac
import ipaddress
import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.cookie import parse_cookie

from common.middleware import GetResponse, client_address

KEY_SECONDS = 24 * 3600
# Headers a page needs to work; whatever else a browser or a proxy adds is dropped, so that a new one is dropped too.
KEPT_HEADERS = frozenset({"HTTP_HOST", "HTTP_ORIGIN", "HTTP_REFERER", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"})
# Where somebody comes from, as the server or a proxy says it.
ADDRESSES = frozenset({"REMOTE_ADDR", "REMOTE_HOST", "REMOTE_PORT", "REMOTE_USER"})


class UnwatchedMiddleware:
    """Stands before everything that reads cookies or addresses. `request.visitor` is the digest, only where something is sent."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_unwatched(request.path):
            return self.get_response(request)
        request.visitor = digest(client_address(request)) if request.method == "POST" else ""  # type: ignore[attr-defined]
        forget_sender(request)
        response = self.get_response(request)
        # The next page or picture learns our host at most, not that somebody was here. Without an origin, CSRF could not be checked.
        response.headers["Referrer-Policy"] = "strict-origin"
        return response


def is_unwatched(path: str) -> bool:
    """Whether nobody is recognised at this address."""
    return path.startswith(settings.UNWATCHED_PATHS)


def forget_sender(request: HttpRequest) -> None:
    """Empty what names the sender, in place: the web server writes its own log from the same dictionary."""
    facts = request.META
    cookies = parse_cookie(facts.get("HTTP_COOKIE", ""))
    own = {name: cookies[name] for name in (settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME) if name in cookies}
    for name in list(facts):
        if name.startswith("HTTP_") and name not in KEPT_HEADERS:
            del facts[name]
    facts["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in own.items())
    for name in ADDRESSES & facts.keys():
        facts[name] = ""
    if referer := facts.get("HTTP_REFERER"):
        before = urlsplit(referer)
        facts["HTTP_REFERER"] = f"{before.scheme}://{before.netloc}/"  # enough for the CSRF check, and no more


def digest(address: str) -> str:
    """The same for the same network within a day, and nothing that can be led back to it once the key is gone."""
    key = cache.get_or_set("unwatched:key", lambda: secrets.token_hex(32), KEY_SECONDS)
    return hmac.new(str(key).encode(), _network(address).encode(), hashlib.sha256).hexdigest()[:32]


def _network(address: str) -> str:
    """One subscriber of IPv6 has 2⁶⁴ addresses and counts once."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else str(known)


def too_often(what: str, visitor: str, *, most: int, seconds: int, count: bool = True) -> bool:
    """Whether the visitor has done it `most` times within the time; counts this time unless told not to."""
    key = f"unwatched:{what}:{visitor}"
    if not count:
        return int(cache.get(key, 0)) >= most
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key)) > most
    except ValueError:  # ran out between the two
        return False
