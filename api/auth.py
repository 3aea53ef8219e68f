"""Who reads: the person as whom an approved token reads, found by the digest of what was sent; no session, no cookie (ADR 0022)."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from api import limits, services
from api.models import ApiToken, Resource
from api.problems import Problem

if TYPE_CHECKING:
    from accounts.models import User


class TokenAuth(HttpBearer):
    """`Authorization: Bearer lf_…`. Asks on every request, so that a token ends at once with the person's rights."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """The token, counted and noted as used today; None (401) for any other word."""
        today = timezone.localdate()
        found = ApiToken.objects.usable(today).select_related("holder").filter(digest=services.digest_of(token)).first()
        if found is None:
            return None
        limits.count(found.pk)
        if found.last_used_on != today:
            services.used(token_id=found.pk, today=today)
        return found


def reader(request: HttpRequest, resource: Resource) -> "User":
    """The person as whom the token of the request reads; 403 when it may not read this resource."""
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    if resource not in token.resources:
        raise Problem(
            403, "resource not granted", _("This token may not read “%(what)s”. Ask for one that may.") % {"what": resource.label}
        )
    return token.holder
