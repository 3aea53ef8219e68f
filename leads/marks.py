"""Marks by which the named reports of a member of staff are found: keyed digests, so that without a key nobody is led back to a person."""

import hashlib
import hmac

from django.conf import settings

from accounts.models import User


def tags_of(user: User) -> list[str]:
    """The marks of the person's own reports, the newest key's first."""
    return [tag(key, user.pk) for key in settings.LEADS_KEYS]


def tag(key: str, user_id: int) -> str:
    """The mark with one key."""
    return hmac.new(key.encode(), b"owner of a lead:%d" % user_id, hashlib.sha256).hexdigest()
