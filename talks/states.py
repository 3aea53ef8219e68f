"""The life of a talk: planned, held (or sent, for an inquiry), answered where an answer is asked for, done (domain §5, §7)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.states import StateTable, Transition, register


class TalkState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("talk", "planned")
    HELD = "held", pgettext_lazy("talk", "held")
    REPLIED = "replied", pgettext_lazy("talk", "answered")
    RETURNED = "returned", pgettext_lazy("talk", "answer sent back")
    DONE = "done", pgettext_lazy("talk", "done")
    CANCELLED = "cancelled", pgettext_lazy("talk", "cancelled")


# Held already, but not yet closed.
UNFINISHED = (TalkState.HELD, TalkState.REPLIED, TalkState.RETURNED)

TALK_TABLE = register(
    StateTable(
        "talk",
        TalkState,
        TalkState.PLANNED,
        [
            Transition(
                "hold",
                (TalkState.PLANNED,),
                TalkState.HELD,
                _("record the talk"),
                _("talker or recorder"),
                "talk.held",
                requires=_("time, reason and content; for a talk also the place"),
                told=_("the person talked to"),
            ),
            Transition(
                "reply",
                (TalkState.HELD, TalkState.RETURNED),
                TalkState.REPLIED,
                _("answer in writing"),
                _("the person talked to"),
                "talk.replied",
                requires=_("an answer is asked for (inquiry, admonition)"),
                told=_("talker and recorder"),
            ),
            Transition(
                "send_back",
                (TalkState.REPLIED,),
                TalkState.RETURNED,
                _("send the answer back"),
                _("talker"),
                "talk.sent_back",
                requires=_("a reason"),
                told=_("the person talked to"),
            ),
            Transition(
                "finish",
                (TalkState.HELD, TalkState.REPLIED, TalkState.RETURNED),
                TalkState.DONE,
                _("finish"),
                _("talker"),
                "talk.finished",
                requires=_(
                    "the record confirmed by the person, or why it is not signed; the answer where one is asked for, or its time is over"
                ),
                told=_("the person talked to"),
            ),
            Transition(
                "cancel",
                (TalkState.PLANNED,),
                TalkState.CANCELLED,
                _("cancel"),
                _("talker or discipline committee"),
                "talk.cancelled",
                requires=_("a reason"),
                told=_("talker, recorder; the person where invited"),
            ),
        ],
    )
)
