"""Planning, holding, answering and finishing talks. Every act is one transaction with its audit event and notices."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common import numbers
from common.errors import DomainError
from common.writes import lock
from notifications.services import notify
from positions.models import Unit
from talks.hooks import talk_changed
from talks.models import Talk, TalkAttendee, TalkKind
from talks.people import side_of, sides_of
from talks.permissions import talks as permissions
from talks.services.limits import reply_due
from talks.states import TALK_TABLE

_ARRANGED = ["talker", "recorder", "planned_at", "due_on", "place", "reason"]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Who holds it, when, where and why."""

    talker: User
    reason: str
    recorder: User | None = None
    planned_at: datetime | None = None
    due_on: date | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What the record says. An inquiry needs its content only: the questions."""

    content: str
    held_at: datetime | None = None
    place: str = ""
    recorder: User | None = None
    person_opinion: str = ""
    talker_opinion: str = ""


@transaction.atomic
def plan(
    *,
    unit: Unit,
    kind: str,
    talker: User,
    reason: str,
    by: User,
    person: User | None = None,
    attendees: Collection[User] = (),
    recorder: User | None = None,
    planned_at: datetime | None = None,
    due_on: date | None = None,
    place: str = "",
    source_label: str = "",
    source_url: str = "",
) -> Talk:
    """A planned talk with `person`, or with `attendees` when it is a collective one. The talker is told, the person not yet.

    Raises NotAllowed; DomainError for a person or talker who left, a matter that is missing, a date in the past, two roles in one hand.
    """
    people = _people(kind, person, attendees)
    permissions.may_plan(by, unit, kind=kind, talker=talker, people=people).require()
    year = timezone.localdate().year
    talk = Talk(
        unit=unit,
        kind=TalkKind(kind),
        person=None if kind == TalkKind.COLLECTIVE else person,
        planned_by=by,
        number=f"{unit.code}-YT-{year}-{numbers.take(f'talk:{unit.pk}:{year}'):04d}",
        source_label=source_label[:120],
        source_url=source_url[:200],
    )
    _arrange(talk, people, Arrangement(talker, reason, recorder, planned_at, due_on, place))
    talk.person_name, talk.person_unit, talk.person_post = _words(talk.person)
    _save(talk, by)
    if talk.kind == TalkKind.COLLECTIVE:
        sides = sides_of(people)
        for one in people:
            side = sides[one.pk]
            TalkAttendee.objects.create(talk=talk, person=one, name=side.name, unit=side.unit, post=side.post)
    audit.record("talk.planned", by=by, obj=talk)
    _tell(
        [talk.talker, talk.recorder], talk, _("A talk has been planned for you to hold or record: %(talk)s.") % {"talk": _named(talk)}, by
    )
    talk_changed(talk=talk, step="planned", by=by)
    return talk


@transaction.atomic
def change(*, talk: Talk, arrangement: Arrangement, by: User, version: int | None = None) -> Talk:
    """Change a planned talk; who is no longer to hold it and who is now are told, and the person where invited. Raises NotAllowed,
    Conflict, DomainError as `plan` does."""
    talk = _locked(talk, version)
    permissions.may_change(by, talk).require()
    before = Talk.objects.get(pk=talk.pk)
    _arrange(talk, _people_of(talk), arrangement)
    changes = audit.differences(before, talk, _ARRANGED)
    if not changes:
        return talk
    _save(talk, by)
    audit.record("talk.changed", by=by, obj=talk, changes=changes)
    text = _("The arrangement of a talk has changed: %(talk)s.") % {"talk": _named(talk)}
    _tell([talk.talker, talk.recorder, before.talker, before.recorder], talk, text, by)
    if talk.invited_at and changes.keys() & {"planned_at", "place", "talker"}:
        _tell(_people_of(talk), talk, _invitation(talk), by)
    talk_changed(talk=talk, step="changed", by=by)
    return talk


@transaction.atomic
def invite(*, talk: Talk, by: User, version: int | None = None) -> Talk:
    """Tell the person time and place; from now on the person sees the talk. Raises NotAllowed, Conflict."""
    talk = _locked(talk, version)
    permissions.may_invite(by, talk).require()
    talk.invited_at = timezone.now()
    _save(talk, by)
    audit.record("talk.invited", by=by, obj=talk)
    _tell(_people_of(talk), talk, _invitation(talk), by)
    talk_changed(talk=talk, step="invited", by=by)
    return talk


@transaction.atomic
def hold(*, talk: Talk, record: Record, by: User, version: int | None = None) -> Talk:
    """The record of the talk, or the letter of an inquiry. Posts are those of the day; a limit for the written answer begins to run.

    Raises NotAllowed, NotPossible, Conflict; DomainError for a record without content, place or time, or a time that has not come.
    """
    talk = _locked(talk, version)
    permissions.may_hold(by, talk).require()
    transition = TALK_TABLE.move(talk, "hold")
    _write(talk, record)
    talk.person_name, talk.person_unit, talk.person_post = _words(talk.person)
    talk.talker_name, talk.talker_unit, talk.talker_post = _words(talk.talker)
    talk.reply_due_on = reply_due(talk)
    _save(talk, by)
    audit.record(transition.audit, by=by, obj=talk)
    if talk.is_inquiry:
        text = _("An inquiry has been sent to you. Answer in writing by %(day)s.") % {"day": talk.reply_due_on or "—"}
    else:
        text = _("The record of a talk waits for you to confirm it: %(talk)s.") % {"talk": talk}
    _tell(_people_of(talk), talk, text, by)
    talk_changed(talk=talk, step=transition.name, by=by)
    return talk


@transaction.atomic
def keep_draft(*, talk: Talk, record: Record, by: User, version: int | None = None) -> Talk:
    """Keep what has been written of a record that is not there yet; nobody is told, nothing is asked. Raises NotAllowed, Conflict."""
    talk = _locked(talk, version)
    permissions.may_hold(by, talk).require()
    talk.content, talk.place = record.content, record.place or talk.place
    talk.person_opinion, talk.talker_opinion = record.person_opinion, record.talker_opinion
    _save(talk, by)
    return talk


@transaction.atomic
def amend(*, talk: Talk, record: Record, by: User, version: int | None = None) -> Talk:
    """Complete the record before it is confirmed. Raises NotAllowed, Conflict, DomainError as `hold` does."""
    talk = _locked(talk, version)
    permissions.may_amend(by, talk).require()
    _write(talk, record)
    talk.reply_due_on = reply_due(talk)
    _save(talk, by)
    audit.record("talk.amended", by=by, obj=talk)
    talk_changed(talk=talk, step="amended", by=by)
    return talk


@transaction.atomic
def confirm(*, talk: Talk, by: User, opinion: str = "", version: int | None = None) -> Talk:
    """The person confirms the record (in place of the signature), with an opinion. In a collective talk everybody confirms for themselves.

    Raises NotAllowed, Conflict.
    """
    talk = _locked(talk, version)
    permissions.may_confirm(by, talk).require()
    now = timezone.now()
    if talk.kind == TalkKind.COLLECTIVE:
        attendee = talk.attendees.select_for_update().get(person=by)
        attendee.confirmed_at, attendee.opinion = now, opinion.strip()
        attendee.save()
        if not talk.attendees.filter(confirmed_at=None).exists():
            talk.confirmed_at = now
    else:
        talk.confirmed_at = now
        talk.person_opinion = opinion.strip() or talk.person_opinion
    talk.unsigned_reason = "" if talk.confirmed_at else talk.unsigned_reason
    _save(talk, by)
    audit.record("talk.confirmed", by=by, obj=talk)
    _tell([talk.talker], talk, _("%(person)s has confirmed the record of %(talk)s.") % {"person": by.name, "talk": talk}, by)
    talk_changed(talk=talk, step="confirmed", by=by)
    return talk


@transaction.atomic
def note_unsigned(*, talk: Talk, reason: str, by: User, version: int | None = None) -> Talk:
    """Why the person does not sign the record. Raises NotAllowed, Conflict, DomainError without a reason."""
    talk = _locked(talk, version)
    permissions.may_note_unsigned(by, talk).require()
    talk.unsigned_reason = _needs(reason)
    _save(talk, by)
    audit.record("talk.unsigned", by=by, obj=talk, reason=talk.unsigned_reason)
    _tell(_people_of(talk), talk, _("It has been noted that you did not sign the record of %(talk)s.") % {"talk": talk}, by)
    talk_changed(talk=talk, step="unsigned", by=by)
    return talk


@transaction.atomic
def reply(*, talk: Talk, text: str, by: User, version: int | None = None) -> Talk:
    """The person's written answer. Late ones are accepted, and shown as late. Raises NotAllowed, NotPossible, Conflict, DomainError."""
    talk = _locked(talk, version)
    permissions.may_reply(by, talk).require()
    transition = TALK_TABLE.move(talk, "reply")
    if not text.strip():
        raise DomainError(_("Write your answer."))
    now = timezone.now()
    talk.reply, talk.replied_at = text.strip(), now
    if talk.is_inquiry:
        talk.confirmed_at, talk.unsigned_reason = now, ""
    _save(talk, by)
    audit.record(transition.audit, by=by, obj=talk)
    _tell([talk.talker, talk.recorder], talk, _("The written answer to %(talk)s has come.") % {"talk": _named(talk)}, by)
    talk_changed(talk=talk, step=transition.name, by=by)
    return talk


@transaction.atomic
def send_back(*, talk: Talk, reason: str, by: User, version: int | None = None) -> Talk:
    """The answer does not do: the person answers again, with a new limit. Raises NotAllowed, NotPossible, Conflict, DomainError."""
    talk = _locked(talk, version)
    permissions.may_send_back(by, talk).require()
    reason = _needs(reason)
    transition = TALK_TABLE.move(talk, "send_back")
    if talk.is_inquiry:
        talk.confirmed_at = None
    talk.reply_due_on = reply_due(talk, timezone.localdate()) or talk.reply_due_on
    _save(talk, by, reason)
    audit.record(transition.audit, by=by, obj=talk, reason=reason)
    _tell(_people_of(talk), talk, _("Your answer was sent back: %(reason)s") % {"reason": reason}, by)
    talk_changed(talk=talk, step=transition.name, by=by)
    return talk


@transaction.atomic
def finish(*, talk: Talk, by: User, opinion: str = "", version: int | None = None) -> Talk:
    """Close it, with the talker's last opinion. Raises NotAllowed with what is missing, NotPossible, Conflict."""
    talk = _locked(talk, version)
    permissions.may_finish(by, talk).require()
    transition = TALK_TABLE.move(talk, "finish")
    talk.talker_opinion = opinion.strip() or talk.talker_opinion
    talk.finished_at = timezone.now()
    _save(talk, by)
    audit.record(transition.audit, by=by, obj=talk)
    _tell([*_people_of(talk), talk.recorder], talk, _("%(talk)s has been finished.") % {"talk": talk}, by)
    talk_changed(talk=talk, step=transition.name, by=by)
    return talk


@transaction.atomic
def cancel(*, talk: Talk, reason: str, by: User, version: int | None = None) -> Talk:
    """It will not take place. Raises NotAllowed, NotPossible, Conflict, DomainError without a reason."""
    talk = _locked(talk, version)
    permissions.may_cancel(by, talk).require()
    transition = TALK_TABLE.move(talk, "cancel")
    talk.cancelled_reason = _needs(reason)
    _save(talk, by, reason)
    audit.record(transition.audit, by=by, obj=talk, reason=talk.cancelled_reason)
    told = [talk.talker, talk.recorder, *(_people_of(talk) if talk.invited_at else [])]
    _tell(told, talk, _("%(talk)s will not take place: %(reason)s") % {"talk": talk, "reason": talk.cancelled_reason}, by)
    talk_changed(talk=talk, step=transition.name, by=by)
    return talk


def _locked(talk: Talk, version: int | None) -> Talk:
    return lock(Talk.objects.select_related("unit", "person", "talker", "recorder"), talk.pk, version=version)


def _people(kind: str, person: User | None, attendees: Collection[User]) -> list[User]:
    people = list(attendees) if kind == TalkKind.COLLECTIVE else [person] if person else []
    if not people:
        raise DomainError(_("Say with whom the talk is."))
    today = timezone.localdate()
    for one in people:
        if not one.is_active or (one.left_on and one.left_on <= today):
            raise DomainError(_("%(name)s has left the unit.") % {"name": one.name})
    return people


def _people_of(talk: Talk) -> list[User]:
    if talk.person:
        return [talk.person]
    return [attendee.person for attendee in talk.attendees.select_related("person")]


def _arrange(talk: Talk, people: Collection[User], said: Arrangement) -> None:
    keys = {person.pk for person in people}
    if said.talker.pk in keys:
        raise DomainError(_("Nobody holds a talk with themselves."))
    if said.recorder and (said.recorder.pk in keys or said.recorder.pk == said.talker.pk):
        raise DomainError(_("The recorder is a third person."))
    for one in (said.talker, said.recorder):
        if one is not None and not one.is_active:
            raise DomainError(_("%(name)s has left the unit.") % {"name": one.name})
    if not said.reason.strip():
        raise DomainError(_("Say what the talk is about."))
    if said.due_on and said.due_on != talk.due_on and said.due_on < timezone.localdate():
        raise DomainError(_("The date by which the talk is to be held lies in the past."))
    if said.planned_at and said.planned_at != talk.planned_at and said.planned_at < timezone.now():
        raise DomainError(_("The time of the talk lies in the past."))
    talk.talker, talk.recorder = said.talker, said.recorder
    talk.talker_name, talk.talker_unit, talk.talker_post = _words(said.talker)
    talk.recorder_name, talk.recorder_unit, talk.recorder_post = _words(said.recorder)
    talk.planned_at, talk.due_on = said.planned_at, said.due_on
    talk.place, talk.reason = said.place.strip(), said.reason.strip()


def _write(talk: Talk, record: Record) -> None:
    if not record.content.strip():
        raise DomainError(_("Write what was asked.") if talk.is_inquiry else _("Write what was talked about."))
    now = timezone.now()
    held_at = now if talk.is_inquiry else record.held_at
    if held_at is None or not (talk.is_inquiry or record.place.strip()):
        raise DomainError(_("Say when and where the talk was held."))
    if held_at > now:
        raise DomainError(_("The time of the talk has not come yet."))
    recorder = record.recorder or talk.recorder
    if recorder and (recorder.pk == talk.talker_id or recorder in _people_of(talk)):
        raise DomainError(_("The recorder is a third person."))
    talk.recorder = recorder
    talk.recorder_name, talk.recorder_unit, talk.recorder_post = _words(recorder)
    talk.held_at, talk.place, talk.content = held_at, record.place.strip(), record.content.strip()
    talk.person_opinion, talk.talker_opinion = record.person_opinion.strip(), record.talker_opinion.strip()


def _words(person: User | None) -> tuple[str, str, str]:
    side = side_of(person)
    return side.name, side.unit, side.post


def _named(talk: Talk) -> str:
    """The kind with the name of the person, for the two who hold it."""
    return f"{talk.get_kind_display()} · {talk.person_name}" if talk.person_name else str(talk)


def _invitation(talk: Talk) -> str:
    at = date_format(timezone.localtime(talk.planned_at), "Y-m-d H:i") if talk.planned_at else "—"
    return _("You are invited to a talk with %(talker)s: %(at)s, %(place)s.") % {"talker": talk.talker_name, "at": at, "place": talk.place}


def _needs(reason: str) -> str:
    if not reason.strip():
        raise DomainError(_("Give a reason: it is kept with the talk."))
    return reason.strip()


def _save(talk: Talk, by: User, reason: str = "") -> None:
    talk._history_user = by  # type: ignore[attr-defined]
    talk._change_reason = reason[:100] or None  # type: ignore[attr-defined]
    talk.save()


def _tell(people: Iterable[User | None], talk: Talk, text: str, by: User) -> None:
    told: list[Any] = [person for person in people if person]
    notify(told, kind="talk", text=text, url=talk.get_absolute_url(), except_for=by, sensitive=True)
