"""Talks to be held and answers to be given: reminded three working days before, told once when late (domain §5, §7)."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from common import workdays
from notifications.services import notify
from talks.models import Talk
from talks.states import TalkState

SOON = 3  # working days


def remind(*, today: date) -> int:
    """Tell talkers and people talked to what is due or late; once for each date, however often it runs. Returns the talks looked at."""
    last = workdays.add_workdays(today, SOON)
    to_hold = Q(state=TalkState.PLANNED, due_on__lte=last)
    to_answer = Q(state__in=[TalkState.HELD, TalkState.RETURNED], reply_due_on__lte=last)
    found = list(Talk.objects.filter(to_hold | to_answer).select_related("talker", "person"))
    for talk in found:
        if talk.state == TalkState.PLANNED and talk.due_on:
            _tell(talk, talk.talker, talk.due_on, today, _TO_HOLD)
        elif talk.reply_due_on and talk.person:
            _tell(talk, talk.person, talk.reply_due_on, today, _TO_ANSWER)
    return len(found)


_TO_HOLD, _TO_ANSWER = "hold", "answer"


def _tell(talk: Talk, person: User, due_on: date, today: date, what: str) -> None:
    is_late = due_on < today
    words = {"talk": talk, "day": due_on.isoformat()}
    text = {
        (_TO_HOLD, False): _("%(talk)s is to be held by %(day)s."),
        (_TO_HOLD, True): _("%(talk)s was to be held by %(day)s."),
        (_TO_ANSWER, False): _("%(talk)s is to be answered in writing by %(day)s."),
        (_TO_ANSWER, True): _("%(talk)s was to be answered in writing by %(day)s."),
    }[what, is_late]
    people = [person, talk.talker] if is_late else [person]
    key = f"talk:{talk.pk}:{what}:{due_on.isoformat()}:{'late' if is_late else 'soon'}"
    notify(people, kind="talk", text=text % words, url=talk.get_absolute_url(), key=key, sensitive=True)
