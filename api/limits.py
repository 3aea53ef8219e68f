"""How often a token may ask: so many requests a minute, counted in Redis. Without Redis nobody is turned away; /healthz tells."""

import time

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from api.problems import Problem

MINUTE = 60


def count(token_id: int) -> None:
    """Count one request. Raises Problem 429 with Retry-After when the minute's share is used up."""
    now = int(time.time())
    key = f"api:{token_id}:{now // MINUTE}"
    try:
        cache.add(key, 0, 2 * MINUTE)
        number = int(cache.incr(key))
    except (RedisError, OSError, ValueError):
        return
    if number > settings.API_REQUESTS_A_MINUTE:
        wait = MINUTE - now % MINUTE
        detail = _("Too many requests: at most %(n)d a minute. Try again in %(s)d seconds.") % {
            "n": settings.API_REQUESTS_A_MINUTE,
            "s": wait,
        }
        raise Problem(429, "too many requests", detail, {"Retry-After": str(wait)})
