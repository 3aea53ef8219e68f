"""Every write to tokens. A secret is shown once, to the person as whom it reads; only its digest is kept."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from api import permissions
from api.models import ApiToken, Resource
from api.states import TOKEN_TABLE
from audit import services as audit
from common.errors import DomainError
from common.writes import lock
from notifications.services import notify

LONGEST = timedelta(days=366)
PREFIX = "lf_"


def digest_of(secret: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def request(*, by: User, name: str, purpose: str, holder: User, resources: Collection[str], expires_on: date) -> ApiToken:
    """Ask for a token that reads as `holder`, who is told and has to approve it. Raises NotAllowed, DomainError."""
    permissions.may_request(by).require()
    today = timezone.localdate()
    if not holder.is_active or holder.admin_role:
        raise DomainError(_("A token reads as somebody who works in a unit: choose a person who may sign in and is no administrator."))
    if not name.strip() or not purpose.strip():
        raise DomainError(_("Say which system reads, and for what."))
    if not resources or not set(resources) <= set(Resource.values):
        raise DomainError(_("Choose what the token may read."))
    if not today <= expires_on <= today + LONGEST:
        raise DomainError(
            _("A token is valid for a year at most: choose a day from today to %(day)s.") % {"day": (today + LONGEST).isoformat()}
        )
    token = ApiToken.objects.create(
        name=name.strip(), purpose=purpose.strip(), holder=holder, resources=sorted(resources), expires_on=expires_on, requested_by=by
    )
    audit.record("token.requested", by=by, obj=token, detail={"holder": holder.label, "resources": token.resources})
    text = _("“%(system)s” asks to read data in your name. Look at what it may read before you approve it.") % {"system": token.name}
    notify([holder], kind="token", text=text, url=token.get_absolute_url(), key=f"token:{token.pk}:requested")
    return token


@transaction.atomic
def approve(*, token: ApiToken, by: User, version: int | None = None) -> tuple[ApiToken, str]:
    """Let the system read; returns the secret, which nothing can show again. Raises NotAllowed, NotPossible, Conflict, DomainError."""
    token = lock(ApiToken.objects.all(), token.pk, version=version)
    permissions.may_approve(by, token).require()
    if token.expires_on < timezone.localdate():
        raise DomainError(_("Its time has run out. Ask the system administrator for a new one."))
    transition = TOKEN_TABLE.move(token, "approve")
    secret = PREFIX + secrets.token_urlsafe(32)
    token.digest, token.hint, token.approved_at = digest_of(secret), secret[-4:], timezone.now()
    token.save()
    audit.record(transition.audit, by=by, obj=token, detail={"resources": token.resources, "until": token.expires_on.isoformat()})
    text = _("The token for “%(system)s” was approved.") % {"system": token.name}
    notify([token.requested_by], kind="token", text=text, url=token.get_absolute_url(), key=f"token:{token.pk}:approved")
    return token, secret


@transaction.atomic
def revoke(*, token: ApiToken, by: User, reason: str, version: int | None = None) -> ApiToken:
    """End a token at once. Raises NotAllowed, NotPossible, Conflict, and DomainError without a reason."""
    token = lock(ApiToken.objects.all(), token.pk, version=version)
    permissions.may_revoke(by, token).require()
    if not reason.strip():
        raise DomainError(_("Say why the token is revoked."))
    transition = TOKEN_TABLE.move(token, "revoke")
    token.revoked_by, token.revoked_at, token.reason = by, timezone.now(), reason.strip()[:300]
    token.save()
    audit.record(transition.audit, by=by, obj=token, reason=token.reason)
    text = _("The token for “%(system)s” was revoked.") % {"system": token.name}
    people = [token.holder, token.requested_by]
    notify(people, kind="token", text=text, url=token.get_absolute_url(), key=f"token:{token.pk}:revoked", except_for=by)
    return token


def used(*, token_id: int, today: date) -> None:
    """Note the day, once a day, and audit it: who read when is known to the day, not to the row."""
    fresh = ApiToken.objects.filter(pk=token_id).exclude(last_used_on=today)
    with transaction.atomic():
        if fresh.update(last_used_on=today):
            token = ApiToken.objects.select_related("holder").get(pk=token_id)
            audit.record("token.used", by=None, obj=token, detail={"holder": token.holder.label})
