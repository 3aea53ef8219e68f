"""Reads of the audit trail: an object's timeline, and the audit administrator's list."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Q

from audit.models import AuditEvent, Outcome
from audit.sentences import sentence, tone

# What the audit administrator reads in full: the doors and the house, not the cases (quality.md, three administrators).
OPEN_PREFIXES = ("account.", "signin.", "organisation.", "audit.", "job.", "request.", "settings.")
# Steps of which it is not even told what they are and to which object they belong: a number or a kind would say that there is a lead
# (domain §4, quality.md: reports). That somebody did something, when and from where stays visible.
CONFIDENTIAL_PREFIXES = ("lead.", "leads.", "confidential.")


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One line of a timeline, as the component wants it."""

    sentence: str
    at: datetime
    actor: str
    reason: str
    tone: str


def timeline(*objects: models.Model, limit: int = 100, actions: Collection[str] | None = None) -> list[TimelineEvent]:
    """The latest `limit` things that happened to the objects, newest first. The caller has checked that the reader may see them.

    `actions`: only these, for readers who may know of some steps and not of others.
    """
    wanted = Q()
    for obj in objects:
        wanted |= Q(object_type=obj._meta.label_lower, object_id=str(obj.pk))
    if not wanted:
        return []
    if actions is not None:
        wanted &= Q(action__in=list(actions))
    events = AuditEvent.objects.filter(wanted, outcome=Outcome.DONE).order_by("-id")[:limit]
    return [TimelineEvent(sentence(e), e.at, e.actor_label.split(" (")[0], e.reason, tone(e)) for e in events]


def is_open(event: AuditEvent) -> bool:
    """Whether the audit administrator may read what the event says, and not only that it happened."""
    return event.action.startswith(OPEN_PREFIXES)


def is_confidential(event: AuditEvent) -> bool:
    """Whether even the name of the step and its object are kept from the audit administrator."""
    return event.action.startswith(CONFIDENTIAL_PREFIXES)
