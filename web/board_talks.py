"""The start page's part about talks: to hold, to finish, to confirm, to answer. Nobody is named: the page may be seen by who passes by."""

from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from accounts.models import User
from common.prepared import Given
from positions.scopes import Scope
from talks.models import Talk, TalkAttendee, TalkKind
from talks.states import TalkState
from web.board_parts import Asked, Sent, Task, moment, rows
from web.links import link

SHOWN = 5


def asks() -> dict[str, Any]:
    """Whether the person has a part in a talk that is not done; and one's answers in writing that nobody has read yet."""
    attended = Exists(TalkAttendee.objects.filter(talk=OuterRef("pk"), person=Given("me")))
    open_ones = Talk.objects.open().filter(Q(talker=Given("me")) | Q(person=Given("me")) | Q(attended))
    answered = Talk.objects.filter(person=Given("me"), state=TalkState.REPLIED).order_by("-pk")
    return {
        "talks.open": Exists(open_ones),
        "talks.answered": ArraySubquery(answered.values(json=JSONObject(pk="pk", kind="kind", number="number", at="replied_at"))[:SHOWN]),
    }


def tasks(*, user: User, scope: Scope, today: date, asked: Asked) -> list[Task]:
    """The most urgent of the talks in which it is this person's turn."""
    if not asked["talks.open"]:
        return []
    waiting = Talk.objects.waiting_for(user).order_by("reply_due_on", "due_on", "pk")[:SHOWN]
    return [_task(talk, user, today) for talk in waiting]


def sent(*, user: User, scope: Scope, today: date, asked: Asked) -> list[Sent]:
    """One's answers in writing that wait to be read."""
    text, where = _("Written answer: %(talk)s"), _("waits to be read")
    return [
        Sent(
            text % {"talk": f"{TalkKind(row['kind']).label} {row['number']}"}, link("talks:talk", row["pk"]), where, since=moment(row["at"])
        )
        for row in rows(asked["talks.answered"])
    ]


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
