"""The start page (待办): what must I do, by when, and what did I hand in?

An app adds its part with a module named in PROVIDERS: `asks` → questions by name (web/asked.py); `tasks` → list[Task] and `sent` →
list[Sent], or `tasks_and_sent` → both, where one query finds both, which take `user`, `scope`, `today` and the answers `asked`. What is
only counted it names in `counts` → list[Counting]; then `tasks` takes what was `counted`, too. Everything is read through `visible_to`.
Figures and who answers come from the register (web/board_risks.py).
"""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.models import User
from positions.scopes import scope_of
from web import (
    board_annual,
    board_assessments,
    board_files,
    board_leads,
    board_points,
    board_powers,
    board_rating,
    board_regrading,
    board_risks,
    board_schedule,
    board_surveys,
    board_talks,
    board_warnings,
    motto_of_the_day,
)
from web.asked import given, questions
from web.board_parts import Answers, Asked, Figure, Sent, Task, count
from web.board_rows import sent_rows, task_rows
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
    board_annual,
)
COUNTING = [provider for provider in PROVIDERS if hasattr(provider, "counts")]
QUESTIONS = questions(PROVIDERS)
SHOWN = 3  # a clerk sees at most three things (design.md); what is beyond waits behind a click
SHOWN_TO_LEADERS = 6


@dataclass(frozen=True, slots=True)
class Board:
    """The page's content: `tasks` are shown at once, `more` behind a click."""

    tasks: list[Task]
    more: list[Task]
    sent: list[Sent]
    figures: list[Figure]
    answers: Answers | None
    motto: motto_of_the_day.Shown | None = None
    is_administrator: bool = False

    @property
    def task_rows(self) -> SafeString:
        """The lines of `tasks`."""
        return task_rows(self.tasks)

    @property
    def more_rows(self) -> SafeString:
        """The lines of `more`."""
        return task_rows(self.more)

    @property
    def sent_rows(self) -> SafeString:
        """The lines of `sent`."""
        return sent_rows(self.sent)


def board_for(user: User, today: date | None = None, *, asked: Asked | None = None) -> Board:
    """Everything the start page of this person shows; administrators have no case content.

    `asked` takes the place of the answers to QUESTIONS: tests say with it that there may be something everywhere.
    """
    if user.is_administrator:
        return Board(board_schedule.tasks(user), [], [], [], None, is_administrator=True)
    scope, today = scope_of(user), today or timezone.localdate()
    asked = asked or QUESTIONS.ask(given(user=user, scope=scope, today=today))
    about = {"user": user, "scope": scope, "today": today}
    wanted = [one for provider in COUNTING for one in provider.counts(**about) if asked[one.name]]
    counted = count(user, scope, today, wanted)
    found: list[Task] = []
    sent: list[Sent] = []
    for provider in PROVIDERS:
        facts = about | {"asked": asked}
        more = {"counted": counted} if provider in COUNTING else {}
        if hasattr(provider, "tasks_and_sent"):
            tasks, under_way = provider.tasks_and_sent(**facts, **more)
            found += tasks
            sent += under_way
        else:
            found += provider.tasks(**facts, **more)
            sent += provider.sent(**facts) if hasattr(provider, "sent") else []
    tasks = sorted(found, key=lambda task: (not task.urgent, task.due or date.max))
    shown = SHOWN_TO_LEADERS if reviews(scope) else SHOWN
    known = board_risks.standing(user, scope, today) if reviews(scope) or sees_whole_unit(scope) else None
    return Board(
        tasks=tasks[:shown],
        more=tasks[shown:],
        sent=sorted(sent, key=lambda sent: sent.since.timestamp() if sent.since else 0, reverse=True),
        figures=board_risks.figures(user=user, asked=asked, known=known) if known and reviews(scope) else [],
        answers=board_risks.answers(known=known) if known and sees_whole_unit(scope) else None,
        motto=motto_of_the_day.shown(asked),
        is_administrator=False,
    )
