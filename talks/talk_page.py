"""What the page of a talk shows: the next steps, first of all."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import workdays
from common.verdicts import Verdict
from talks.models import Talk
from talks.permissions import talks as permissions
from talks.states import TalkState


def steps(user: User, talk: Talk) -> list[dict[str, Any]]:
    """The next possible steps; refused ones only for people who would look for them."""
    found: list[tuple[bool, dict[str, Any]]] = []

    def offer(look_for: bool, label: str, name: str, verdict: Verdict, **more: Any) -> None:
        action = {
            "label": label, "url": reverse(f"talks:{name}", args=[talk.pk]), "allowed": verdict.allowed, "reason": verdict.reason,
            "fields": {"version": talk.version}, **more,
        }  # fmt: skip
        found.append((look_for or verdict.allowed, action))

    arranges, conducts = permissions.arranges(user, talk), permissions.conducts(user, talk)
    person = permissions.is_person(user, talk)
    if talk.state == TalkState.PLANNED:
        _planned(user, talk, offer, arranges, conducts)
    elif talk.state not in (TalkState.DONE, TalkState.CANCELLED):
        _held(user, talk, offer, conducts, person)
    return [action for shown, action in found if shown]


def _planned(user: User, talk: Talk, offer: Any, arranges: bool, conducts: bool) -> None:
    told = _("The talker and the recorder are told, and the person where already invited.")
    offer(False, _("Cancel the talk"), "cancel", permissions.may_cancel(user, talk), confirm=told, ask_reason=True, danger=True)
    offer(False, _("Change the arrangement"), "change", permissions.may_change(user, talk), method="get", icon="pencil")
    if not talk.is_inquiry:
        text = _("%(name)s learns time, place and matter, and sees the talk from now on.") % {
            "name": talk.person_name or _("Everybody talked to")
        }
        label = _("Invite again") if talk.invited_at else _("Invite the person")
        offer(arranges, label, "invite", permissions.may_invite(user, talk), confirm=text, icon="mail")
    label = _("Write and send the inquiry") if talk.is_inquiry else _("Write the record")
    offer(conducts, label, "record", permissions.may_hold(user, talk), method="get", primary=True, icon="pencil")


def _held(user: User, talk: Talk, offer: Any, conducts: bool, person: bool) -> None:
    offer(False, _("Complete the record"), "record", permissions.may_amend(user, talk), method="get", icon="pencil")
    text = _("It is kept with the record that the person does not sign, and why. The person is told.")
    label = _("Does not answer") if talk.is_inquiry else _("Does not sign")
    offer(False, label, "unsigned", permissions.may_note_unsigned(user, talk), confirm=text, ask_reason=True)
    text = _("The person is told your reason and answers again.")
    offer(False, _("Send the answer back"), "send_back", permissions.may_send_back(user, talk), confirm=text, ask_reason=True)
    may_confirm = permissions.may_confirm(user, talk)
    text = _("You confirm that the record is right; this stands for your signature. You may add your opinion.")
    extra = {"ask_reason": _("My opinion"), "reason_required": False}
    offer(False, _("Confirm the record"), "confirm", may_confirm, confirm=text, primary=True, **extra)
    may_reply = permissions.may_reply(user, talk)
    label = _("Answer the inquiry") if talk.is_inquiry else _("Hand in the self-criticism")
    offer(False, label, "reply", may_reply, method="get", primary=not may_confirm, icon="pencil")
    text = _("The record is closed and no longer changed.")
    extra = {"ask_reason": _("Opinion of the talker"), "reason_required": False}
    offer(conducts, _("Finish the talk"), "finish", permissions.may_finish(user, talk), confirm=text, primary=True, **extra)


def shows_record(user: User, talk: Talk) -> bool:
    """A record being written is for who writes it; once held, for everybody who sees the talk."""
    return bool(talk.content) and (talk.state != TalkState.PLANNED or not permissions.is_person(user, talk))


def years_not_announced(talk: Talk) -> list[int]:
    """Years the limit of the answer runs through whose working days are not known yet, while it runs."""
    if talk.held_at is None or talk.reply_due_on is None or talk.state not in (TalkState.HELD, TalkState.RETURNED):
        return []
    first = timezone.localdate(talk.held_at).year
    return [year for year in range(first, talk.reply_due_on.year + 1) if not workdays.is_announced(year)]
