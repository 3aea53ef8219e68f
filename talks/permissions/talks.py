"""May this person do this to a talk, now? Buttons and services share the sentence (domain §5, §7)."""

from collections.abc import Collection

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.verdicts import YES, Verdict, no
from positions.models import Appointment, BodyKind, Unit
from positions.scopes import scope_of
from talks.chain import superiors_of
from talks.models import Talk, TalkKind
from talks.states import TALK_TABLE, UNFINISHED, TalkState

ONLY_TALKER = _("Only the talker decides this.")
ONLY_PERSON = _("Only the person talked to does this.")


def may_plan(user: User, unit: Unit, *, kind: str, talker: User, people: Collection[User]) -> Verdict:
    """The discipline committee (of the unit or of one above it) for any talker; leaders, as talkers, for those they lead; the personnel
    office, as talker, collective and admonition talks. Nobody plans a talk with themselves or with those above them."""
    scope = scope_of(user)
    if not scope.unit_ids or scope.admin_role:
        return no(_("Only people of the unit plan talks."))
    if any(person.pk == user.pk for person in people):
        return no(_("Nobody plans a talk with themselves."))
    if in_committee(user, unit):
        above = superiors_of(user)
        concerned = talker.pk != user.pk and any(person.pk in above for person in people)
        return no(_("A talk with somebody above you is planned by others.")) if concerned else YES
    if talker.pk != user.pk:
        return no(_("The discipline committee plans talks for others; you plan those that you hold yourself."))
    if scope.sits_in(BodyKind.PERSONNEL_OFFICE, unit.pk) and kind in (TalkKind.COLLECTIVE, TalkKind.ADMONITION):
        return YES
    if leads_all(user, people):
        return YES
    return no(_("You hold talks with people of the departments that you lead or are in charge of."))


def in_committee(user: User, unit: Unit) -> bool:
    """Member of the discipline committee of the unit or of a unit above it."""
    committees = scope_of(user).bodies.get(BodyKind.DISCIPLINE_COMMITTEE, frozenset())
    return unit.pk in committees or (bool(committees) and Unit.objects.get_ancestors(unit).filter(pk__in=committees).exists())


def leads_all(user: User, people: Collection[User]) -> bool:
    """Whether each of them works in a department the user leads or is in charge of, or in a unit the user heads."""
    scope = scope_of(user)
    posts = (
        Appointment.objects.in_force().filter(person__in=people).values_list("person_id", "position__department_id", "position__unit_id")
    )
    led = {person for person, department, unit in posts if department in scope.reviewed_department_ids or unit in scope.headed_unit_ids}
    return bool(people) and led == {person.pk for person in people}


def arranges(user: User, talk: Talk) -> bool:
    """Talker, or a member of the committee who may see the talk (the queryset has shut out whoever is concerned)."""
    return talk.talker_id == user.pk or _committee_sees(user, talk)


def conducts(user: User, talk: Talk) -> bool:
    """The talker; the committee for a talker whose account is closed."""
    return talk.talker_id == user.pk or (not talk.talker.is_active and _committee_sees(user, talk))


def is_person(user: User, talk: Talk) -> bool:
    """The one talked to, or one of them."""
    return talk.person_id == user.pk or (talk.kind == TalkKind.COLLECTIVE and talk.attendees.filter(person=user).exists())


def _committee_sees(user: User, talk: Talk) -> bool:
    if not scope_of(user).bodies.get(BodyKind.DISCIPLINE_COMMITTEE):
        return False
    return bool(Talk.objects.filter(pk=talk.pk).kept_by_committee(user).exists())


def _state(talk: Talk, step: str) -> Verdict:
    if talk.state in TALK_TABLE.get(step).sources:
        return YES
    return no(_("Not possible while the talk is “%(state)s”.") % {"state": talk.state_label})


def _planned(talk: Talk) -> Verdict:
    return YES if talk.state == TalkState.PLANNED else no(_("Only planned talks are changed."))


def may_change(user: User, talk: Talk) -> Verdict:
    """Change time, place, talker, recorder and matter while it is planned."""
    return _planned(talk) if arranges(user, talk) else no(_("The talker and the discipline committee arrange the talk."))


def may_invite(user: User, talk: Talk) -> Verdict:
    """Tell the person time and place. An inquiry is sent at once and needs none."""
    verdict = may_change(user, talk)
    if not verdict:
        return verdict
    if talk.is_inquiry:
        return no(_("An inquiry is sent, not held: there is no invitation."))
    return YES if talk.planned_at and talk.place else no(_("Set time and place first."))


def may_hold(user: User, talk: Talk) -> Verdict:
    """Record that it was held, or send the inquiry."""
    if conducts(user, talk) or talk.recorder_id == user.pk:
        return _state(talk, "hold")
    return no(_("The talker or the recorder writes the record."))


def may_amend(user: User, talk: Talk) -> Verdict:
    """Complete the record until the person has confirmed it."""
    if not conducts(user, talk) and talk.recorder_id != user.pk:
        return no(_("The talker or the recorder writes the record."))
    if talk.state not in UNFINISHED or talk.is_inquiry:
        return no(_("There is no record to complete."))
    if talk.confirmed_at or any(attendee.confirmed_at for attendee in talk.attendees.all()):
        return no(_("The person has confirmed the record: it is no longer changed."))
    return YES


def may_confirm(user: User, talk: Talk) -> Verdict:
    """Confirm the record, with one's own opinion."""
    if not is_person(user, talk):
        return no(ONLY_PERSON)
    if talk.state not in UNFINISHED or talk.is_inquiry:
        return no(_("There is no record to confirm."))
    attendee = talk.attendees.filter(person=user).first() if talk.kind == TalkKind.COLLECTIVE else None
    done = attendee.confirmed_at if attendee else talk.confirmed_at
    return no(_("You have confirmed the record already.")) if done else YES


def may_note_unsigned(user: User, talk: Talk) -> Verdict:
    """Say why the person does not sign or does not answer."""
    if not conducts(user, talk):
        return no(ONLY_TALKER)
    if talk.state not in UNFINISHED:
        return no(_("There is no record to sign."))
    return no(_("The person has confirmed the record already.")) if talk.confirmed_at else YES


def may_reply(user: User, talk: Talk) -> Verdict:
    """Answer an inquiry, hand in the self-criticism after an admonition."""
    if not is_person(user, talk):
        return no(ONLY_PERSON)
    return _state(talk, "reply") if talk.asks_reply else no(_("No written answer is asked for."))


def may_send_back(user: User, talk: Talk) -> Verdict:
    """Not accepted: the person answers again."""
    return _state(talk, "send_back") if conducts(user, talk) else no(ONLY_TALKER)


def may_finish(user: User, talk: Talk) -> Verdict:
    """Close it, with nothing missing."""
    if not conducts(user, talk):
        return no(ONLY_TALKER)
    state = _state(talk, "finish")
    if not state:
        return state
    over = talk.reply_due_on is not None and talk.reply_due_on < timezone.localdate()
    if talk.asks_reply and talk.state != TalkState.REPLIED and not (talk.unsigned_reason and over):
        return no(_("The written answer is still missing."))
    return YES if talk.is_settled else no(_("The person has not confirmed the record yet; or say why it is not signed."))


def may_cancel(user: User, talk: Talk) -> Verdict:
    """It will not take place."""
    return _state(talk, "cancel") if arranges(user, talk) else no(_("The talker and the discipline committee arrange the talk."))


def may_set_limits(user: User, unit: Unit) -> Verdict:
    """Limits of answers: the unit's discipline committee."""
    if scope_of(user).sits_in(BodyKind.DISCIPLINE_COMMITTEE, unit.pk):
        return YES
    return no(_("The discipline committee sets the limits."))


def may_see_source(user: User, talk: Talk) -> bool:
    """What set the talk off: not for the recorder, who need not know."""
    return talk.recorder_id != user.pk or _committee_sees(user, talk)
