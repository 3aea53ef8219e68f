"""Dispositions of a warning: ordered, carried out with a record, or cancelled (domain §5; protections of 001)."""

from datetime import date
from typing import IO

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common import files
from common.errors import DomainError
from common.writes import lock
from early_warnings import committees, limits
from early_warnings.models import Disposition, DispositionKind, OrderedBy, SubjectKind, Warning
from early_warnings.permissions import parts as permissions
from early_warnings.services import moves
from positions.models import Appointment, BodyKind, BodyMembership, Department, Rank
from talks.models import Talk


@transaction.atomic
def order(
    *,
    warning: Warning,
    kind: DispositionKind,
    by: User,
    person: User | None = None,
    content: str = "",
    ordered_for: str = "",
    due_on: date | None = None,
) -> Disposition:
    """Order a disposition of a kind that fits the warning's tier and subject (`DispositionKind.objects.fitting`).

    About a person: whom is known. About a department or unit it is for that, or for `person`, the leader it names (对责任领导诫勉谈话).
    `ordered_for` chooses between discipline committee and personnel office where the kind leaves it open (default: discipline committee).
    Without `due_on` the kind's limit counts from today. Raises NotAllowed, DomainError for a kind that does not fit or a date in the past.
    """
    warning = moves.locked(warning)
    permissions.may_order(by, warning, kind).require()
    fitting = DispositionKind.objects.fitting(unit_id=warning.unit_id, tier=warning.tier, subject_kind=warning.subject_kind)
    if not fitting.filter(pk=kind.pk).exists():
        raise DomainError(_("“%(kind)s” does not go with a warning of this tier and subject.") % {"kind": kind})
    today = timezone.localdate()
    if due_on and due_on < today:
        raise DomainError(_("The date by which it is to be carried out lies in the past."))
    whom, department = _whom(warning, person)
    disposition = Disposition(
        warning=warning,
        kind=kind,
        person=whom,
        department=department,
        content=content.strip(),
        ordered_for=_ordered_for(kind, ordered_for, warning.unit_id),
        ordered_by=by,
        ordered_on=today,
        due_on=due_on or (limits.due(today, kind.limit_days, kind.limit_working) if kind.limit_days else None),
        effect=kind.effect,
    )
    _save(disposition, by)
    audit.record("warning.disposition_ordered", by=by, obj=warning, unit_id=warning.unit_id)
    moves.tell(_executors(disposition), warning, _("A disposition of a warning is to be carried out."), by)
    return disposition


@transaction.atomic
def carry_out(
    *,
    disposition: Disposition,
    record: str,
    by: User,
    on: date | None = None,
    worked: bool | None = None,
    talk: Talk | None = None,
    file: UploadedFile | IO[bytes] | None = None,
    version: int | None = None,
) -> Disposition:
    """Record that it was carried out, on which day (default today), and whether it worked (None: not known yet).

    `talk`: by which talk of this warning. Raises NotAllowed, Conflict, DomainError without a record, for a day to come or before the order,
    and for a talk of another warning.
    """
    moves.locked(disposition.warning)
    disposition = lock(Disposition.objects.select_related("warning", "kind", "person"), disposition.pk, version=version)
    permissions.may_carry_out(by, disposition).require()
    day = on or timezone.localdate()
    if not record.strip():
        raise DomainError(_("Write what was done."))
    if not disposition.ordered_on <= day <= timezone.localdate():
        raise DomainError(_("It was carried out between the day it was ordered and today."))
    if talk is not None and not disposition.warning.talk_links.filter(talk=talk).exists():
        raise DomainError(_("This talk does not belong to the warning."))
    disposition.record, disposition.carried_out_on, disposition.carried_out_by = record.strip(), day, by
    disposition.worked, disposition.talk = worked, talk
    if file is not None:
        disposition.file = files.store(content=file, name=getattr(file, "name", "") or "", by=by)
    _save(disposition, by)
    audit.record("warning.disposition_done", by=by, obj=disposition.warning, unit_id=disposition.warning.unit_id)
    return disposition


@transaction.atomic
def judge(*, disposition: Disposition, worked: bool, by: User, version: int | None = None) -> Disposition:
    """Say later whether it worked: from then on its effect protects the person, or does not (001). Raises NotAllowed, Conflict."""
    moves.locked(disposition.warning)
    disposition = lock(Disposition.objects.select_related("warning", "kind"), disposition.pk, version=version)
    permissions.may_judge(by, disposition).require()
    disposition.worked = worked
    _save(disposition, by)
    audit.record("warning.disposition_judged", by=by, obj=disposition.warning, unit_id=disposition.warning.unit_id)
    return disposition


@transaction.atomic
def cancel(*, disposition: Disposition, reason: str, by: User, version: int | None = None) -> Disposition:
    """It will not be carried out. Raises NotAllowed, Conflict, DomainError without a reason."""
    moves.locked(disposition.warning)
    disposition = lock(Disposition.objects.select_related("warning", "kind", "person"), disposition.pk, version=version)
    permissions.may_cancel(by, disposition).require()
    if not reason.strip():
        raise DomainError(_("Give a reason: it is kept with the disposition."))
    disposition.cancelled_by, disposition.cancelled_at, disposition.cancel_reason = by, timezone.now(), reason.strip()[:300]
    _save(disposition, by)
    audit.record("warning.disposition_cancelled", by=by, obj=disposition.warning, unit_id=disposition.warning.unit_id)
    moves.tell(_executors(disposition), disposition.warning, _("A disposition of a warning was cancelled."), by)
    return disposition


def _whom(warning: Warning, person: User | None) -> tuple[User | None, Department | None]:
    if warning.subject_kind == SubjectKind.PERSON:
        if person is not None and person.pk != warning.person_id:
            raise DomainError(_("The disposition is for the person warned."))
        return warning.person, None
    if person is not None and not _leads_subject(warning, person):
        raise DomainError(_("Choose the leader who answers for the department or unit warned."))
    return person, warning.department


def _leads_subject(warning: Warning, person: User) -> bool:
    if person.pk == warning.responsible_id:
        return True
    held = Appointment.objects.in_force().filter(person=person)
    if warning.department_id:
        return held.filter(position__department_id=warning.department_id, position__rank=Rank.DEPARTMENT_HEAD).exists()
    return held.filter(position__unit_id=warning.unit_id, position__department=None).exists()


def _ordered_for(kind: DispositionKind, choice: str, unit_id: int) -> str:
    """Where a unit has no personnel office its acts are the discipline committee's."""
    wanted = kind.ordered_by
    if wanted == OrderedBy.EITHER:
        wanted = OrderedBy.PERSONNEL if choice == OrderedBy.PERSONNEL else OrderedBy.DISCIPLINE
    if wanted == OrderedBy.PERSONNEL and not _office(unit_id):
        return OrderedBy.DISCIPLINE
    return wanted


def _office(unit_id: int) -> list[User]:
    rows = BodyMembership.objects.in_force().filter(body__unit_id=unit_id, body__kind=BodyKind.PERSONNEL_OFFICE)
    return [row.person for row in rows.select_related("person")]


def _executors(disposition: Disposition) -> list[User]:
    """Who carries it out, without those who take no part in handling the warning."""
    warning = disposition.warning
    if disposition.ordered_for == OrderedBy.RESPONSIBLE:
        return [warning.responsible] if warning.responsible else []
    if disposition.ordered_for == OrderedBy.PERSONNEL:
        office = _office(warning.unit_id)
        out = committees.shut_out(committees.subject_of(warning), [person.pk for person in office])
        return [person for person in office if person.pk not in out]
    return [member.person for member in committees.discipline_members(warning)]


def _save(disposition: Disposition, by: User) -> None:
    disposition._history_user = by  # type: ignore[attr-defined]
    disposition.save()
