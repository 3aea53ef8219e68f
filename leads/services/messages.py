"""Questions of the desk and answers of the reporter. No notice goes to a reporter: a row that names one would give them away."""

from collections.abc import Iterable
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import NotPossible
from common.writes import lock
from leads.models import Lead, LeadMessage
from leads.permissions import reporter as permissions
from leads.services import attachments, trace

MOST_ANSWERS = 50


@transaction.atomic
def ask(*, lead: Lead, by: User, text: str) -> LeadMessage:
    """Write to the reporter, who finds it on the follow-up page. Raises NotAllowed, NotPossible."""
    permissions.may_write(by, lead).require()
    message = LeadMessage.objects.create(lead=lead, from_reporter=False, author=by, text=_said(text))
    trace.record("lead.asked", lead=lead, by=by)
    return message


def answer(*, lead: Lead, text: str, files: Iterable[IO[bytes]] = ()) -> LeadMessage:
    """The reporter adds something. The caller has proved to be the reporter (code, or own report); nothing says who it was.

    Raises NotAllowed when the lead has ended, NotPossible without text, FileNotAccepted.
    """
    accepted = attachments.check(files)
    text = text.strip() or (_("(files only)") if accepted else "")
    with transaction.atomic():
        lead = lock(Lead.objects, lead.pk)
        permissions.may_answer(lead).require()
        if lead.messages.filter(from_reporter=True).count() >= MOST_ANSWERS:
            raise NotPossible(_("So many messages cannot be kept with one report. Please send a new report."))
        message = LeadMessage.objects.create(lead=lead, from_reporter=True, text=_said(text))
        attachments.attach(lead=lead, files=accepted, from_reporter=True, message=message)
        trace.record("lead.answered", lead=lead, by=None)
        trace.tell_desk(lead, trace.waiting_text(), by=None)
    return message


def _said(text: str) -> str:
    text = text.strip()
    if not text:
        raise NotPossible(_("Write something first."))
    most = LeadMessage._meta.get_field("text").max_length or 0
    if len(text) > most:
        raise NotPossible(_("At most %(most)d characters.") % {"most": most})
    return text
