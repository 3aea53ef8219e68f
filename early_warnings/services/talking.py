"""Talks because of a warning: planned here, held and recorded in talks/ (domain §5, §11)."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common.errors import DomainError
from early_warnings.models import SubjectKind, Warning, WarningTalk
from early_warnings.permissions import parts as permissions
from early_warnings.services import moves
from talks.models import Talk
from talks.services import talks


@transaction.atomic
def plan_talk(
    *,
    warning: Warning,
    kind: str,
    talker: User,
    reason: str,
    by: User,
    person: User | None = None,
    attendees: Collection[User] = (),
    planned_at: datetime | None = None,
    due_on: date | None = None,
    place: str = "",
) -> Talk:
    """Plan a talk (`TalkKind`) with the person warned, or with people of the department or unit warned, and link it to the warning.

    The leader plans their own; the discipline committee for any talker. Raises NotAllowed and DomainError as `talks.services.talks.plan`.
    """
    warning = moves.locked(warning)
    permissions.may_plan_talk(by, warning).require()
    if warning.subject_kind == SubjectKind.PERSON:
        if attendees or (person is not None and person.pk != warning.person_id):
            raise DomainError(_("The talk is with the person warned."))
        person = warning.person
    talk = talks.plan(
        unit=warning.unit,
        kind=kind,
        talker=talker,
        reason=reason,
        by=by,
        person=person,
        attendees=attendees,
        planned_at=planned_at,
        due_on=due_on,
        place=place,
        source_label=warning.number,
        source_url=warning.get_absolute_url(),
    )
    WarningTalk.objects.create(warning=warning, talk=talk)
    audit.record("warning.talk_planned", by=by, obj=warning, unit_id=warning.unit_id)
    return talk
