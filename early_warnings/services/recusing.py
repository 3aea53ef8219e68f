"""回避: somebody takes no part in handling a warning."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common.errors import DomainError, NotPossible
from early_warnings.models import Warning, WarningRecusal
from early_warnings.permissions import warnings as permissions
from early_warnings.services import moves


@transaction.atomic
def recuse(*, warning: Warning, person: User, reason: str, by: User) -> WarningRecusal:
    """Shut somebody out for good: oneself, or (the discipline committee) anybody. Votes of a round still open no longer count.

    Raises NotAllowed, NotPossible (already, or nobody would be left in the committee), DomainError without a reason.
    """
    warning = moves.locked(warning)
    permissions.may_recuse(by, warning, person).require()
    if not reason.strip():
        raise DomainError(_("Give a reason: it is kept with the recusal."))
    if warning.recusals.filter(person=person).exists():
        raise NotPossible(_("%(name)s takes no part already.") % {"name": person.name})
    row = WarningRecusal.objects.create(warning=warning, person=person, reason=reason.strip()[:300], by=by)
    audit.record("warning.recused", by=by, obj=warning, unit_id=warning.unit_id)
    return row
