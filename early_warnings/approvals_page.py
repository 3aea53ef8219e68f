"""What the party committee decides on, with how far each vote is; and what one has decided lately."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from common.verdicts import Verdict
from early_warnings import committees
from early_warnings.lists import Lights, Waiting
from early_warnings.models import ApprovalVote, Warning
from early_warnings.permissions import warnings as permissions

STILL_SHOWN = timedelta(days=90)
SHOWN = 20
MOST_WAITING = 50


@dataclass(frozen=True, slots=True)
class Card:
    """A warning to be decided on: the verdict says whether by this person, and why not."""

    warning: Warning
    verdict: Verdict
    waiting: Waiting
    deciders: list[Any]
    voted: list[ApprovalVote]
    by_vote: bool


def card_of(user: User, warning: Warning, lights: Lights, known: committees.Known | None = None) -> Card:
    """What the person needs to decide."""
    members = permissions.deciding(warning, known)
    votes = [vote for vote in warning.votes.all() if vote.round == warning.approval_round]
    return Card(
        warning,
        permissions.may_decide(user, warning, known),
        lights.of(warning),
        members,
        votes,
        permissions.by_vote(warning, members, known),
    )


def waiting_for(user: User, today: date) -> list[Card]:
    """The longest waiting first; those this person decides before those that wait for others."""
    related = ("level", "responsible", "started_by", "submitted_by", "unit", "party_body", "person", "department")
    rows = Warning.objects.handled_by(user).waiting_for_approval().select_related(*related).prefetch_related("votes__member", "recusals")
    waiting, lights = list(rows.order_by("submitted_at")[:MOST_WAITING]), Lights(today)
    known = committees.known_for(waiting)
    cards = [card_of(user, row, lights, known) for row in waiting]
    return sorted(cards, key=lambda card: not card.verdict)


def decided_by(user: User) -> list[ApprovalVote]:
    """What the person decided in the last 90 days, and still may see."""
    votes = ApprovalVote.objects.visible_to(user).filter(member=user, at__gte=timezone.now() - STILL_SHOWN)
    return list(votes.select_related("warning__level").order_by("-at")[:SHOWN])
