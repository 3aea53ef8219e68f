"""When the organisation changes, who answers for a warning does too (domain §3: responsibility follows appointments and 分工)."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from early_warnings import committees
from early_warnings.models import Warning
from early_warnings.services import moves
from early_warnings.services.organisation import derive_responsible
from early_warnings.states import WarningState


@transaction.atomic
def follow_organisation(*, unit_ids: Collection[int], by: User | None, reason: str) -> None:
    """Move open warnings to whom they now belong, with a trace; drafts are derived anew when they are submitted anyway.

    Who takes over is told. With every post vacant nobody answers, and the discipline committee is told.
    """
    waiting = [state for state in WarningState if state != WarningState.DRAFT]
    keys = Warning.objects.open().filter(unit_id__in=unit_ids, state__in=waiting).order_by("pk").values_list("pk", flat=True)
    for pk in keys:
        warning = moves.locked(Warning(pk=pk))
        before, name = warning.responsible_id, warning.responsible.name if warning.responsible else None
        derive_responsible(warning)
        if warning.responsible_id == before:
            continue
        moves.save(warning, by)
        warning = moves.locked(warning)
        new = warning.responsible
        audit.record(
            "warning.followed",
            by=by,
            obj=warning,
            unit_id=warning.unit_id,
            changes={"responsible": [name, new.name if new else None]},
            reason=reason,
        )
        if new is None:
            people = [member.person for member in committees.discipline_members(warning)]
            moves.tell(people, warning, _("Nobody answers for a warning any more: every post is vacant."), by)
        elif warning.issued_at:
            moves.tell([new], warning, _("You now answer for a warning: see what is to be done and by when."), by)
