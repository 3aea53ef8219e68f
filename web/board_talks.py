"""The start page's part about talks: to hold, to finish, to confirm, to answer. Nobody is named: the page may be seen by who passes by."""

from datetime import date

from django.utils.translation import gettext as _

from accounts.models import User
from positions.scopes import Scope
from talks.models import Talk
from talks.states import TalkState
from web.board_parts import Task

SHOWN = 5


def tasks(*, user: User, scope: Scope, today: date) -> list[Task]:
    """The most urgent of the talks in which it is this person's turn."""
    rows = Talk.objects.waiting_for(user).order_by("reply_due_on", "due_on", "pk")[:SHOWN]
    return [_task(talk, user, today) for talk in rows]


def _task(talk: Talk, user: User, today: date) -> Task:
    if talk.talker_id == user.pk:
        if talk.state == TalkState.PLANNED:
            text, due = (_("Send: %(talk)s") if talk.is_inquiry else _("Hold and record: %(talk)s")), talk.due_on
        elif talk.state == TalkState.REPLIED:
            text, due = _("Read the written answer: %(talk)s"), None
        else:
            text, due = _("Finish: %(talk)s"), None
    elif talk.asks_reply and (talk.is_inquiry or talk.confirmed_at or talk.state == TalkState.RETURNED):
        text, due = _("Answer in writing: %(talk)s"), talk.reply_due_on
    else:
        text, due = _("Confirm the record: %(talk)s"), talk.reply_due_on
    return Task(text % {"talk": talk}, talk.get_absolute_url(), due=due, urgent=bool(due and due < today))
