"""Reads of talks for pages and upper apps. Callers of the upper apps have checked who reads."""

from datetime import date

from accounts.models import User
from talks.models import Talk, TalkKind
from talks.states import TalkState


def held_with(person: User, *, kinds: tuple[str, ...] = tuple(TalkKind.values), since: date | None = None) -> list[Talk]:
    """Finished talks of these kinds with the person, the latest first; since a day where one is given."""
    found = Talk.objects.with_person(person).filter(state=TalkState.DONE, kind__in=kinds)
    if since is not None:
        found = found.filter(held_at__date__gte=since)
    return list(found.order_by("-held_at"))


def is_held(talk: Talk) -> bool:
    """Whether the talk took place and its record is there, whatever is still to come (an answer, a signature)."""
    return talk.state not in (TalkState.PLANNED, TalkState.CANCELLED)
