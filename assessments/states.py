"""The life of a quarterly round: set up, rated in secret, scored, reviewed, confirmed, shown, open to appeal, final (domain §6)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.states import StateTable, Transition, register


class RoundState(models.TextChoices):
    SETTING_UP = "setting_up", pgettext_lazy("round", "setting up")
    RATING = "rating", pgettext_lazy("round", "appraisal")
    SCORING = "scoring", pgettext_lazy("round", "scoring")
    REVIEW = "review", pgettext_lazy("round", "review")
    CONFIRMATION = "confirmation", pgettext_lazy("round", "confirmation")
    NOTICE = "notice", pgettext_lazy("round", "notice")
    APPEAL = "appeal", pgettext_lazy("round", "appeal")
    FINAL = "final", pgettext_lazy("round", "final")
    CANCELLED = "cancelled", pgettext_lazy("round", "cancelled")


S = RoundState
OPEN = tuple(state for state in S if state not in (S.FINAL, S.CANCELLED))
# The phases with dates, in their order.
PHASES = (S.SETTING_UP, S.RATING, S.SCORING, S.REVIEW, S.CONFIRMATION, S.NOTICE, S.APPEAL)
# Results are known to whom they concern.
SHOWN = (S.NOTICE, S.APPEAL, S.FINAL)
# No answer can be given any more; the ballots have been counted.
COUNTED = (S.SCORING, S.REVIEW, S.CONFIRMATION, *SHOWN)

_DISCIPLINE = _("member of the discipline committee")
_PARTY = _("member of the party committee; never for the own result")

ROUND_TABLE = register(
    StateTable(
        "assessment_round",
        RoundState,
        S.SETTING_UP,
        [
            Transition(
                "open_rating",
                (S.SETTING_UP,),
                S.RATING,
                _("open the appraisal"),
                _DISCIPLINE,
                "assessment.rating_opened",
                requires=_("people, raters for each of them, weights that add up, dates"),
                told=_("raters"),
            ),
            Transition(
                "close_rating",
                (S.RATING,),
                S.SCORING,
                _("close the appraisal"),
                _DISCIPLINE,
                "assessment.rating_closed",
                requires=_("the last day is over, or a reason"),
            ),
            Transition(
                "submit",
                (S.SCORING,),
                S.REVIEW,
                pgettext_lazy("round", "submit for review"),
                _DISCIPLINE,
                "assessment.submitted",
                requires=_("a score with grounds for every method of every person"),
                told=_("discipline committee"),
            ),
            Transition(
                "return_scores",
                (S.REVIEW,),
                S.SCORING,
                pgettext_lazy("round", "return for scoring"),
                _("member of the discipline committee who did not submit it"),
                "assessment.returned",
                requires=_("an opinion"),
                told=_("who submitted it"),
            ),
            Transition(
                "review",
                (S.REVIEW,),
                S.CONFIRMATION,
                pgettext_lazy("round", "pass on to the party committee"),
                _("members of the discipline committee who did not submit it; never for the own result"),
                "assessment.reviewed",
                requires=_("every result reviewed"),
                told=_("party committee"),
            ),
            Transition(
                "send_back",
                (S.CONFIRMATION,),
                S.SCORING,
                pgettext_lazy("round", "send back"),
                _PARTY,
                "assessment.sent_back",
                requires=_("an opinion"),
                told=_("discipline committee"),
            ),
            Transition(
                "publish",
                (S.CONFIRMATION,),
                S.NOTICE,
                pgettext_lazy("round", "show the results"),
                _PARTY,
                "assessment.published",
                requires=_("every result confirmed"),
                told=_("the assessed"),
            ),
            Transition(
                "open_appeals",
                (S.NOTICE,),
                S.APPEAL,
                _("begin the time for appeals"),
                _("the calendar, or a member of the discipline committee"),
                "assessment.appeals_opened",
                told=_("the assessed"),
            ),
            Transition(
                "finish",
                (S.APPEAL,),
                S.FINAL,
                _("declare final"),
                _("the calendar, or a member of the discipline committee"),
                "assessment.finished",
                requires=_("the time for appeals is over, every appeal answered, corrections confirmed"),
                told=_("the assessed"),
            ),
            Transition(
                "cancel",
                (S.SETTING_UP, S.RATING, S.SCORING, S.REVIEW, S.CONFIRMATION),
                S.CANCELLED,
                pgettext_lazy("round", "cancel"),
                _DISCIPLINE,
                "assessment.cancelled",
                requires=_("a reason; ballots given are destroyed"),
                told=_("raters who were asked"),
            ),
        ],
    )
)
