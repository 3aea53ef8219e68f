"""Writes around integrity files: asking, deciding, looking, signing, settings. The file itself is only read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common import numbers
from common.errors import DomainError, NotAllowed
from common.writes import lock
from notifications.services import notify
from positions.models import Unit
from reporting.integrity import permissions
from reporting.integrity.contents import file_of
from reporting.integrity.entries import IntegrityFile
from reporting.integrity.models import FileLook, FileRequest, FileSettings, FileSignature, OwnFile
from reporting.integrity.states import REQUEST_TABLE

_KIND = "integrity_file"
_RELATED = ("unit", "person", "requested_by", "body")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked: purpose (FilePurpose), what it is needed for in words, the last day of reading."""

    purpose: str
    matter: str
    until: date


@transaction.atomic
def ask(*, person: User, wish: Wish, by: User) -> FileRequest:
    """Ask to read a person's file; the head of the discipline committee is told.

    Raises NotAllowed, DomainError for a day that is over or too far away, for a request that waits already, and where nobody may approve.
    """
    permissions.may_ask(by, person).require()
    post = permissions.main_post(person)
    assert post is not None  # may_ask found one
    unit = post.position.unit
    _check(wish, permissions.settings_of(unit.pk), timezone.localdate())
    if FileRequest.objects.filter(person=person, requested_by=by, state=REQUEST_TABLE.initial).exists():
        raise DomainError(_("You have asked for this file already, and the request is not decided yet."))
    approver = permissions.approver_for(unit=unit, person_id=person.pk, requester_id=by.pk)
    if approver is None:
        raise DomainError(_("Nobody in the system may approve this: everybody who could asks, is concerned, or depends on the person."))
    now = timezone.now()
    year = timezone.localdate(now).year
    name = (unit.short_name or unit.name)[:30]
    found = FileRequest(
        unit=unit,
        # The words are Chinese, whatever language who asks reads.
        number=f"{name}廉档阅〔{year}〕{numbers.take(f'integrity_file:{unit.pk}:{year}')}号",
        person=person,
        person_label=f"{person.name} · {post.position.department or unit} {post.position.name}"[:300],
        purpose=wish.purpose,
        matter=wish.matter.strip()[:300],
        until=wish.until,
        requested_by=by,
        requested_at=now,
        body=approver.body,
    )
    _save(found, by)
    audit.record("integrity_file.asked", by=by, obj=found)
    text = _("A request to read an integrity file waits for your approval.")
    notify(approver.heads, kind=_KIND, text=text, url=found.get_absolute_url(), sensitive=True, except_for=by)
    return found


def _check(wish: Wish, settings: FileSettings, today: date) -> None:
    if not wish.matter.strip():
        raise DomainError(_("Say what the file is needed for: it is kept with the request."))
    if wish.until < today:
        raise DomainError(_("The last day lies in the past."))
    if wish.until > today + timedelta(days=settings.longest_days):
        raise DomainError(_("A file may be read for %(n)d days at most.") % {"n": settings.longest_days})


@transaction.atomic
def approve(*, request: FileRequest, by: User, until: date | None = None, note: str = "", version: int | None = None) -> FileRequest:
    """Let the file be read, at the longest until the day asked for. Raises NotAllowed, NotPossible, Conflict, DomainError (the day)."""
    found = _locked(request, version)
    permissions.may_decide(by, found).require()
    last = until or found.until
    if not timezone.localdate() <= last <= found.until:
        raise DomainError(_("The last day lies between today and the day asked for, %(day)s.") % {"day": found.until.isoformat()})
    transition = REQUEST_TABLE.move(found, "approve")
    found.granted_until = last
    _decide(found, by, note)
    audit.record(transition.audit, by=by, obj=found, detail={"until": last.isoformat()})
    text = _("You may read the integrity file you asked for (%(number)s) until %(day)s.")
    _tell(found, text % {"number": found.number, "day": last.isoformat()}, by)
    return found


@transaction.atomic
def reject(*, request: FileRequest, by: User, reason: str, version: int | None = None) -> FileRequest:
    """Do not let the file be read. Raises NotAllowed, NotPossible, Conflict, DomainError without a reason."""
    found = _locked(request, version)
    permissions.may_decide(by, found).require()
    if not reason.strip():
        raise DomainError(_("Give a reason: who asked reads it."))
    transition = REQUEST_TABLE.move(found, "reject")
    _decide(found, by, reason)
    audit.record(transition.audit, by=by, obj=found)
    _tell(found, _("Your request %(number)s to read an integrity file was not approved.") % {"number": found.number}, by)
    return found


@transaction.atomic
def withdraw(*, request: FileRequest, by: User, version: int | None = None) -> FileRequest:
    """Take one's request back. Raises NotAllowed, NotPossible, Conflict."""
    found = _locked(request, version)
    permissions.may_withdraw(by, found).require()
    transition = REQUEST_TABLE.move(found, "withdraw")
    _save(found, by)
    audit.record(transition.audit, by=by, obj=found)
    return found


@transaction.atomic
def end(*, request: FileRequest, by: User, reason: str, version: int | None = None) -> FileRequest:
    """End the reading before its last day. Raises NotAllowed, NotPossible, Conflict, DomainError without a reason."""
    found = _locked(request, version)
    permissions.may_end(by, found).require()
    if not reason.strip():
        raise DomainError(_("Say why the reading ends: it is kept with the request."))
    transition = REQUEST_TABLE.move(found, "end")
    found.ended_by, found.ended_at, found.end_reason = by, timezone.now(), reason.strip()[:300]
    _save(found, by)
    audit.record(transition.audit, by=by, obj=found)
    _tell(found, _("The reading of an integrity file you asked for (%(number)s) was ended.") % {"number": found.number}, by)
    return found


@transaction.atomic
def look(*, request: FileRequest, by: User, how: str) -> IntegrityFile:
    """The file, read under an approval; the look is on record before anything of it is shown. Raises NotAllowed."""
    # Locked, so that an approval that is being ended is not read any more.
    found = _locked(request, None)
    permissions.may_read(by, found).require()
    post = permissions.main_post(found.person)
    assert post is not None
    FileLook.objects.create(unit=found.unit, request=found, person=found.person, by=by, how=how)
    audit.record(f"integrity_file.read_{how}", by=by, obj=found)
    signs = permissions.settings_of(post.position.unit_id).own_file == OwnFile.SIGN
    return file_of(person=found.person, reader=by, post=post, signs=signs)


@transaction.atomic
def look_at_own(*, by: User, how: str) -> IntegrityFile:
    """One's own file; on record like every look. Raises NotAllowed."""
    permissions.may_read_own(by).require()
    made = _own(by)
    post = permissions.main_post(by)
    assert post is not None
    seen = FileLook.objects.create(unit=post.position.unit, person=by, by=by, how=how)
    # Not of the account: its timeline is read by administrators.
    audit.record(f"integrity_file.own_{how}", by=by, obj=seen)
    return made


def _own(person: User) -> IntegrityFile:
    post = permissions.main_post(person)
    if post is None:
        raise NotAllowed(_("There is no integrity file without a post."))
    signs = permissions.settings_of(post.position.unit_id).own_file == OwnFile.SIGN
    return file_of(person=person, reader=person, post=post, signs=signs)


@transaction.atomic
def sign(*, by: User, digests: Collection[str], remark: str = "") -> int:
    """Sign entries of the own file as they were read (their digests); returns how many.

    Raises NotAllowed, DomainError when none is chosen or one has changed since it was read.
    """
    permissions.may_sign(by).require()
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two tabs sign one after the other
    waiting = {entry.digest: entry for entry in _own(by).to_sign}
    if not digests:
        raise DomainError(_("Choose at least one entry."))
    if set(digests) - waiting.keys():
        raise DomainError(_("An entry has changed since you read it, or is signed already. Read the file again and sign then."))
    rows = [
        FileSignature(
            person=by, entry=entry.key, digest=digest, text=_as_text(entry.title, entry.text, entry.mark), remark=remark.strip()[:500]
        )
        for digest, entry in waiting.items()
        if digest in digests
    ]
    FileSignature.objects.bulk_create(rows)
    audit.record("integrity_file.signed", by=by, detail={"entries": len(rows)})
    return len(rows)


def _as_text(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


@transaction.atomic
def save_settings(*, unit: Unit, own_file: str, longest_days: int, by: User, version: int | None = None) -> FileSettings:
    """The unit's own settings, made from the common ones at the first change. Raises NotAllowed, Conflict."""
    permissions.may_set(by, unit.pk).require()
    Unit.objects.select_for_update().get(pk=unit.pk)
    before = permissions.settings_of(unit.pk)
    own = FileSettings.objects.filter(unit=unit).first()
    row = lock(FileSettings.objects, own.pk, version=version) if own else FileSettings(unit=unit)
    row.own_file, row.longest_days = own_file, longest_days
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    audit.record("integrity_file.settings_changed", by=by, obj=row, changes=audit.differences(before, row, ["own_file", "longest_days"]))
    return row


def _locked(request: FileRequest, version: int | None) -> FileRequest:
    return lock(FileRequest.objects.select_related(*_RELATED), request.pk, version=version)


def _decide(found: FileRequest, by: User, note: str) -> None:
    found.decided_by, found.decided_at, found.note = by, timezone.now(), note.strip()[:300]
    _save(found, by)


def _tell(found: FileRequest, text: str, by: User) -> None:
    notify([found.requested_by], kind=_KIND, text=text, url=found.get_absolute_url(), sensitive=True, except_for=by)


def _save(found: FileRequest, by: User) -> None:
    found._history_user = by  # type: ignore[attr-defined]
    found.save()
