"""Control group, joint meetings, monitoring log, reports to committees (domain §5: 风险防控小组, 实时监控, 报告上级)."""

from collections.abc import Collection
from datetime import date, datetime
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common import files
from common.errors import DomainError
from early_warnings import committees
from early_warnings.models import (
    Addressee,
    ControlGroup,
    ControlGroupMember,
    ControlMeeting,
    MonitoringEntry,
    Warning,
    WarningReport,
)
from early_warnings.permissions import parts as permissions
from early_warnings.services import moves
from positions.models import Appointment


@transaction.atomic
def form_group(*, warning: Warning, members: Collection[User], by: User, task: str = "") -> ControlGroup:
    """Name the group, or name it anew. Who is responsible leads it and is always a member.

    Raises NotAllowed; DomainError without a member beside the head, for people who left, for the person warned or who was recused.
    """
    warning = moves.locked(warning)
    permissions.may_form_group(by, warning).require()
    head = warning.responsible
    if head is None:
        raise DomainError(_("Nobody answers for it: every post from the head of the department up is vacant."))
    people = {person.pk: person for person in members if person.pk != head.pk}
    if not people:
        raise DomainError(_("Name at least one member beside the head."))
    _check_members(warning, people)
    group = ControlGroup.objects.filter(warning=warning).first() or ControlGroup(warning=warning, formed_on=timezone.localdate())
    group.head, group.task, group.formed_by = head, task.strip(), by
    _save(group, by)
    wanted = {head.pk, *people}
    for member in group.members.exclude(person_id__in=wanted):
        _save(member, by, delete=True)
    for pk in sorted(wanted - set(group.members.values_list("person_id", flat=True))):
        _save(ControlGroupMember(group=group, person_id=pk), by)
    audit.record("warning.group_formed", by=by, obj=warning, unit_id=warning.unit_id)
    moves.tell([head, *people.values()], warning, _("You have been named to the risk control group of a warning."), by)
    return group


@transaction.atomic
def record_meeting(
    *,
    warning: Warning,
    held_at: datetime,
    attendees: Collection[User],
    decisions: str,
    by: User,
    place: str = "",
    discussion: str = "",
) -> ControlMeeting:
    """Record a joint meeting. Attendees are members of the group or of the discipline committee that handles the warning.

    Raises NotAllowed, DomainError without decisions, for a time to come, or fewer than two attendees.
    """
    warning = moves.locked(warning)
    permissions.may_record_meeting(by, warning).require()
    if not decisions.strip():
        raise DomainError(_("Write what was decided."))
    if held_at > timezone.now():
        raise DomainError(_("The meeting cannot be recorded before it was held."))
    allowed = set(warning.control_group.members.values_list("person_id", flat=True))
    allowed |= {member.person_id for member in committees.discipline_members(warning)}
    there = {person.pk for person in attendees}
    if len(there) < 2:
        raise DomainError(_("A joint meeting has at least two attendees."))
    if not there <= allowed:
        raise DomainError(_("Attendees are members of the control group or of the discipline committee."))
    meeting = ControlMeeting.objects.create(
        warning=warning, held_at=held_at, place=place.strip(), discussion=discussion.strip(), decisions=decisions.strip(), recorder=by
    )
    meeting.attendees.set(there)
    audit.record("warning.meeting_recorded", by=by, obj=warning, unit_id=warning.unit_id)
    return meeting


@transaction.atomic
def monitor(*, warning: Warning, text: str, by: User) -> MonitoringEntry:
    """Add to the discipline committee's log. Raises NotAllowed, DomainError for an empty text."""
    warning = moves.locked(warning)
    permissions.may_monitor(by, warning).require()
    if not text.strip():
        raise DomainError(_("Write what was seen."))
    entry = MonitoringEntry.objects.create(warning=warning, text=text.strip(), by=by)
    audit.record("warning.monitored", by=by, obj=warning, unit_id=warning.unit_id)
    return entry


@transaction.atomic
def report_to(
    *,
    warning: Warning,
    addressee: str,
    text: str,
    reported_on: date,
    by: User,
    file: UploadedFile | IO[bytes] | None = None,
) -> WarningReport:
    """Record a report to a committee (`Addressee`). Raises NotAllowed, DomainError for an empty text, a day to come or before the issue."""
    warning = moves.locked(warning)
    permissions.may_report_to_committee(by, warning).require()
    if not text.strip():
        raise DomainError(_("Write what was reported."))
    issued = timezone.localdate(warning.issued_at)
    if not issued <= reported_on <= timezone.localdate():
        raise DomainError(_("It was reported between the issue of the warning and today."))
    row = WarningReport(warning=warning, addressee=Addressee(addressee), text=text.strip(), reported_on=reported_on, by=by)
    if file is not None:
        row.file = files.store(content=file, name=getattr(file, "name", "") or "", by=by)
    row.save()
    audit.record("warning.committee_told", by=by, obj=warning, unit_id=warning.unit_id)
    if row.addressee == Addressee.PARTY_COMMITTEE:
        people = [m.person for m in committees.entitled(warning.party_body, committees.subject_of(warning))]
        moves.tell(people, warning, _("The party committee has received a report on a warning."), by)
    return row


def _save(row: Any, by: User, *, delete: bool = False) -> None:
    """With the history row naming who did it."""
    row._history_user = by
    if delete:
        row.delete()
    else:
        row.save()


def _check_members(warning: Warning, people: dict[int, User]) -> None:
    recused = set(warning.recusals.values_list("person_id", flat=True))
    if warning.person_id in people or recused & people.keys():
        raise DomainError(_("Who is warned or recused is no member of the control group."))
    here = set(
        Appointment.objects.in_force().filter(person_id__in=people, position__unit_id=warning.unit_id).values_list("person_id", flat=True)
    )
    if gone := [person.name for pk, person in people.items() if pk not in here]:
        raise DomainError(_("No longer in this unit: %(names)s. Choose others.") % {"names": _(", ").join(gone)})
