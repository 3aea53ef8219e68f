"""Reads of the audit trail: an object's timeline, and the audit administrator's list."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import models
from django.db.models import F, Q

from audit.models import AuditEvent, Outcome
from audit.sentences import sentence, tone
from common.prepared import Given, one_of
from common.prepared_objects import Objects

MOST = 100  # events of a timeline

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


def timeline(*objects: models.Model, limit: int = MOST, actions: Collection[str] | None = None) -> list[TimelineEvent]:
    """The latest `limit` things that happened to the objects, newest first. The caller has checked that the reader may see them.

    `actions`: only these, for readers who may know of some steps and not of others.
    """
    keys: dict[str, list[str]] = {}
    for obj in objects:
        keys.setdefault(obj._meta.label_lower, []).append(str(obj.pk))
    if not keys:
        return []
    events: Iterable[AuditEvent]
    if actions is None and limit <= MOST:
        given = {f"{what}{n}": value for n, pair in enumerate(keys.items()) for what, value in zip(("type", "ids"), pair, strict=True)}
        events = _events_of(len(keys))(**given)[:limit]
    else:
        wanted = Q()
        for kind, ids in keys.items():
            wanted |= Q(object_type=kind, object_id__in=ids)
        if actions is not None:
            wanted &= Q(action__in=list(actions))
        events = AuditEvent.objects.filter(wanted, outcome=Outcome.DONE).order_by("-id")[:limit]
    return [TimelineEvent(sentence(e), e.at, e.actor_label.split(" (")[0], e.reason, tone(e)) for e in events]


@cache
def _events_of(kinds: int) -> Objects[AuditEvent]:
    """The latest of objects of so many kinds; a statement for each number of kinds, as pages with a timeline are opened all day."""

    def found() -> models.QuerySet[AuditEvent]:
        wanted = Q()
        for n in range(kinds):
            wanted |= Q(object_type=Given(f"type{n}", models.CharField())) & one_of("object_id", f"ids{n}", models.CharField())
        # The sum keeps PostgreSQL, which plans without the values, from going back through the whole trail to find a few events.
        return AuditEvent.objects.filter(wanted, outcome=Outcome.DONE).order_by((F("id") + 0).desc())[:MOST]

    return Objects(found)


def is_open(event: AuditEvent) -> bool:
    """Whether the audit administrator may read what the event says, and not only that it happened."""
    return event.action.startswith(OPEN_PREFIXES)


def is_confidential(event: AuditEvent) -> bool:
    """Whether even the name of the step and its object are kept from the audit administrator."""
    return event.action.startswith(CONFIDENTIAL_PREFIXES)
