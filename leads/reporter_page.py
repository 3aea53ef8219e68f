"""What pages show of a reporter: to the reporter in neutral words, to the desk as parts of the lead's page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads.forms.public import AskForm, FilesForm
from leads.marks import tags_of
from leads.models import Lead, LeadAttachment, LeadMessage
from leads.permissions import reporter as permissions
from leads.states import ENDED, LeadState

# What a reporter learns: never who handles it, how it was judged or what came of it; the desk says that in a message if it may.
_ARRIVED = _("has arrived")
_HANDLED = _("is being handled")
_DONE = _("concluded")


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the conversation."""

    from_reporter: bool
    text: str
    at: datetime
    author: str
    files: list[LeadAttachment]


def neutral_state(lead: Lead) -> dict[str, Any]:
    """The state as a badge for the reporter."""
    if lead.state in ENDED:
        return {"label": _DONE, "tone": "success"}
    return {"label": _ARRIVED, "tone": "info"} if lead.state == LeadState.RECEIVED else {"label": _HANDLED, "tone": "accent"}


def own_leads(user: User) -> QuerySet[Lead]:
    """Leads the person reported under their name; to be shown by `follow_up` alone, never as the desk sees them."""
    return Lead.objects.filter(identity__owner_tag__in=tags_of(user))


def questions_to(user: User) -> int:
    """How many of the person's own open reports end with a message of the desk: shown live, because a notice would name the reporter."""
    last = LeadMessage.objects.filter(lead=OuterRef("pk")).order_by("-id").values("from_reporter")[:1]
    return own_leads(user).exclude(state__in=ENDED).annotate(answered=Subquery(last)).filter(answered=False).count()


def follow_up(lead: Lead) -> dict[str, Any]:
    """The reporter's view of a lead."""
    said = _conversation(lead)
    return {
        "unit": lead.unit,
        "received_on": lead.received_at,
        "state": neutral_state(lead),
        "said": said,
        "first_files": [a for a in lead.attachments.all() if a.message_id is None and a.from_reporter],
        "waits": bool(said) and not said[-1].from_reporter,
        "may_answer": permissions.may_answer(lead),
    }


def facts(user: User, lead: Lead) -> dict[str, Any]:
    """What the three parts of the lead's page need. The caller found the lead through `visible_to`."""
    return {
        "has_reporter": permissions.has_reporter(lead),
        "is_public": hasattr(lead, "receipt"),
        "said": _conversation(lead),
        "files": list(lead.attachments.select_related("message")),
        "may_write": permissions.may_write(user, lead),
        "ask_form": AskForm(),
        "files_form": FilesForm(),
        "may_open": permissions.may_open_identity(user, lead),
        "openings": list(lead.identity_openings.select_related("by")),
    }


def _conversation(lead: Lead) -> list[Said]:
    prefetch_related_objects([lead], "messages__author", "attachments")  # nothing when a list has asked for all at once
    files: dict[int, list[LeadAttachment]] = {}
    for attachment in lead.attachments.all():
        if attachment.message_id:
            files.setdefault(attachment.message_id, []).append(attachment)
    return [Said(m.from_reporter, m.text, m.at, m.author.name if m.author else "", files.get(m.pk, [])) for m in lead.messages.all()]
