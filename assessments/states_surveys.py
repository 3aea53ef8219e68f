"""The life of a survey: drafted, open for answers, closed; or given up, and then no result is ever shown (domain §6)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.states import StateTable, Transition, register


class SurveyState(models.TextChoices):
    DRAFT = "draft", _("draft")
    OPEN = "open", pgettext_lazy("survey", "taking answers")
    CLOSED = "closed", pgettext_lazy("survey", "closed")
    CANCELLED = "cancelled", pgettext_lazy("survey", "given up")


COMMITTEE = _("discipline committee")

SURVEY_TABLE = register(
    StateTable(
        "survey",
        SurveyState,
        SurveyState.DRAFT,
        [
            Transition(
                "open",
                (SurveyState.DRAFT,),
                SurveyState.OPEN,
                pgettext_lazy("survey", "open"),
                COMMITTEE,
                "survey.opened",
                requires=_("questions, a last day that is not past"),
            ),
            Transition(
                "close",
                (SurveyState.OPEN,),
                SurveyState.CLOSED,
                pgettext_lazy("survey", "close"),
                COMMITTEE,
                "survey.closed",
                told=_("unit head and party committee"),
            ),
            Transition(
                "cancel",
                (SurveyState.DRAFT, SurveyState.OPEN),
                SurveyState.CANCELLED,
                pgettext_lazy("survey", "give up"),
                COMMITTEE,
                "survey.cancelled",
                requires=_("a reason"),
            ),
        ],
    )
)
