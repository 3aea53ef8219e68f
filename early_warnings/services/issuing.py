"""From the approval to the receipt: the warning gets its number and reaches those it is for (domain §5)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import numbers
from common.errors import NotPossible
from early_warnings import committees
from early_warnings.models import Warning
from early_warnings.permissions import warnings as permissions
from early_warnings.services import moves
from early_warnings.services.organisation import derive_responsible
from early_warnings.services.people import recipients


@transaction.atomic
def issue(*, warning: Warning, by: User, version: int | None = None) -> Warning:
    """Give it its number and tell who is warned and who answers for it. Raises NotAllowed, NotPossible, Conflict.

    Numbers run by unit and year without gaps: “农业农村局廉预〔2026〕3号”.
    """
    warning = moves.locked(warning, version)
    permissions.may_issue(by, warning).require()
    derive_responsible(warning)
    if warning.responsible_id is None:
        raise NotPossible(_("Nobody answers for it: every post from the head of the department up is vacant."))
    year = timezone.localdate().year
    name = warning.unit.short_name or warning.unit.name
    # The words on the paper are Chinese, whatever language who issues it reads.
    warning.number = f"{name[:30]}廉预〔{year}〕{numbers.take(f'warning:{warning.unit_id}:{year}')}号"
    warning.issued_by, warning.issued_at = by, timezone.now()
    moves.step(warning, "issue", by=by)
    moves.tell(recipients(warning), warning, _("A warning has been issued to you: confirm receipt and set measures in time."), by)
    return warning


@transaction.atomic
def acknowledge(*, warning: Warning, by: User, version: int | None = None) -> Warning:
    """Confirm receipt (送达回执), by who is warned or who answers for it. Raises NotAllowed, NotPossible, Conflict."""
    warning = moves.locked(warning, version)
    permissions.may_acknowledge(by, warning).require()
    warning.acknowledged_by, warning.acknowledged_at = by, timezone.now()
    moves.step(warning, "acknowledge", by=by)
    people = [warning.responsible, *(m.person for m in committees.discipline_members(warning))]
    moves.tell(people, warning, _("Receipt of a warning has been confirmed."), by)
    return warning
