"""What falls due of talks: to be held, to be answered in writing (domain §5, §7). Only who reads a talk is told of it."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from deadlines.people import Organisation, People
from deadlines.registry import DeadlineKind, Due, Intervals, SetElsewhere, register, set_elsewhere
from positions.models import BodyKind
from talks.models import Talk
from talks.states import TalkState


def to_hold(today: date, until: date) -> Iterator[Due]:
    """Planned talks with a date: the talker; late, the head of the discipline committee who reads it."""
    found = list(Talk.objects.filter(state=TalkState.PLANNED, due_on__lte=until).order_by("pk"))
    leaders = _committee_heads(found, today, [talk.pk for talk in found if talk.due_on < today])
    for talk in found:
        text = _("hold %(talk)s") % {"talk": talk}
        places = (leaders.get(talk.pk, ()),)
        yield Due(talk.pk, talk.unit_id, talk.due_on, (talk.talker_id,), text, talk.get_absolute_url(), places)


def to_answer(today: date, until: date) -> Iterator[Due]:
    """Answers in writing: the person asked; late, the talker, then the head of the committee who reads the talk."""
    waiting = [TalkState.HELD, TalkState.RETURNED]
    found = list(Talk.objects.filter(state__in=waiting, reply_due_on__lte=until, person__isnull=False).order_by("pk"))
    leaders = _committee_heads(found, today, [talk.pk for talk in found if talk.reply_due_on < today])
    for talk in found:
        text = _("answer %(talk)s in writing") % {"talk": talk}
        places = ((talk.talker_id,), leaders.get(talk.pk, ()))
        yield Due(talk.pk, talk.unit_id, talk.reply_due_on, (talk.person_id,), text, talk.get_absolute_url(), places)


def _committee_heads(found: Iterable[Talk], today: date, late: list[int]) -> dict[int, People]:
    """Talk → heads of its unit's discipline committee who may read it: never those it is about or who depend on them (talks.querysets)."""
    organisation = Organisation(today)
    units = {talk.unit_id for talk in found if talk.pk in set(late)}
    heads = {unit: organisation.body_heads(unit, BodyKind.DISCIPLINE_COMMITTEE) for unit in units}
    told: dict[int, list[int]] = {}
    for head in User.objects.filter(pk__in={person for people in heads.values() for person in people}):
        own = [unit for unit, people in heads.items() if head.pk in people]
        for pk in Talk.objects.visible_to(head).filter(pk__in=late, unit_id__in=own).values_list("pk", flat=True):
            told.setdefault(pk, []).append(head.pk)
    return {pk: tuple(sorted(people)) for pk, people in told.items()}


_COMMON: dict[str, Any] = {"notice": "talk", "url": reverse_lazy("talks:index"), "sensitive": True}
TO_HOLD = register(
    DeadlineKind(
        code="talk_to_hold",
        title=gettext_lazy("Talks to be held"),
        find=to_hold,
        default=Intervals(before=(3,), on_day=True, after=(1, 5), every=5, escalate=(3,)),
        **_COMMON,
    )
)
TO_ANSWER = register(
    DeadlineKind(
        code="talk_answer",
        title=gettext_lazy("Answers in writing"),
        find=to_answer,
        default=Intervals(before=(3,), on_day=True, after=(1, 5), every=5, escalate=(1, 5)),
        **_COMMON,
    )
)

set_elsewhere(
    "talk_limits",
    SetElsewhere(
        title=gettext_lazy("Days for answers in writing"),
        note=gettext_lazy("How long people have for the answer to an inquiry or an admonition."),
        url=reverse_lazy("talks:limits"),
        body=BodyKind.DISCIPLINE_COMMITTEE,
    ),
)
