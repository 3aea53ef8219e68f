"""The start page (待办): what must I do, by when, and what did I hand in?

An app adds its part with a module of functions (all take `user`, `scope` and `today`, all may be missing) named in PROVIDERS:
`tasks` → list[Task], `sent` → list[Sent] (or `tasks_and_sent` → both, where one query finds both), `figures` → list[Figure],
`answers` → Answers | None. They read through `visible_to`.
"""

from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from django.utils import timezone

from accounts.models import User
from positions.scopes import scope_of
from web import (
    board_assessments,
    board_files,
    board_leads,
    board_points,
    board_powers,
    board_rating,
    board_regrading,
    board_risks,
    board_surveys,
    board_talks,
    board_warnings,
)
from web.board_parts import Answers, Figure, Sent, Task
from web.navigation import reviews, sees_whole_unit

PROVIDERS = (
    board_warnings,
    board_risks,
    board_powers,
    board_regrading,
    board_leads,
    board_points,
    board_talks,
    board_surveys,
    board_rating,
    board_assessments,
    board_files,
)
SHOWN = 3  # a clerk sees at most three things (design.md); what is beyond waits behind a click
SHOWN_TO_LEADERS = 6
FIGURES = 4


@dataclass(frozen=True, slots=True)
class Board:
    """The page's content: `tasks` are shown at once, `more` behind a click."""

    tasks: list[Task]
    more: list[Task]
    sent: list[Sent]
    figures: list[Figure]
    answers: Answers | None
    is_administrator: bool


def board_for(user: User, today: date | None = None) -> Board:
    """Everything the start page of this person shows; administrators have no case content."""
    if user.is_administrator:
        return Board([], [], [], [], None, is_administrator=True)
    scope, today = scope_of(user), today or timezone.localdate()

    def gathered(name: str) -> list[Any]:
        parts = [getattr(provider, name) for provider in PROVIDERS if hasattr(provider, name)]
        return list(chain.from_iterable(part(user=user, scope=scope, today=today) for part in parts))

    found: list[Task] = []
    sent: list[Sent] = []
    for provider in PROVIDERS:
        if hasattr(provider, "tasks_and_sent"):
            tasks, under_way = provider.tasks_and_sent(user=user, scope=scope, today=today)
            found += tasks
            sent += under_way
        else:
            found += provider.tasks(user=user, scope=scope, today=today) if hasattr(provider, "tasks") else []
            sent += provider.sent(user=user, scope=scope, today=today) if hasattr(provider, "sent") else []
    tasks = sorted(found, key=lambda task: (not task.urgent, task.due or date.max))
    shown = SHOWN_TO_LEADERS if reviews(scope) else SHOWN
    return Board(
        tasks=tasks[:shown],
        more=tasks[shown:],
        sent=sorted(sent, key=lambda sent: sent.since.timestamp() if sent.since else 0, reverse=True),
        figures=gathered("figures")[:FIGURES] if reviews(scope) else [],
        answers=board_risks.answers(user=user, scope=scope, today=today) if sees_whole_unit(scope) else None,
        is_administrator=False,
    )
