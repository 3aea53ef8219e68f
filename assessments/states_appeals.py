"""The life of an appeal (申诉): filed in time, answered with grounds, by somebody else than who reviewed where there is somebody."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.states import StateTable, Transition, register


class AppealState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("appeal", "waiting for an answer")
    UPHELD = "upheld", pgettext_lazy("appeal", "the result stands")
    CHANGED = "changed", pgettext_lazy("appeal", "the result is corrected")
    WITHDRAWN = "withdrawn", pgettext_lazy("appeal", "taken back")


A = AppealState
_DISCIPLINE = _("member of the discipline committee, who did not review the result where there is another; never for the own result")

APPEAL_TABLE = register(
    StateTable(
        "assessment_appeal",
        AppealState,
        A.WAITING,
        [
            Transition(
                "uphold",
                (A.WAITING,),
                A.UPHELD,
                pgettext_lazy("appeal", "leave the result as it is"),
                _DISCIPLINE,
                "assessment.appeal_upheld",
                requires=_("an answer with grounds"),
                told=_("who appealed"),
            ),
            Transition(
                "change",
                (A.WAITING,),
                A.CHANGED,
                pgettext_lazy("appeal", "correct the result"),
                _DISCIPLINE,
                "assessment.appeal_changed",
                requires=_("an answer with grounds, other scores with grounds; the party committee confirms the corrected result"),
                told=_("who appealed, party committee"),
            ),
            Transition(
                "reopen",
                (A.CHANGED,),
                A.WAITING,
                pgettext_lazy("appeal", "send the correction back"),
                _("member of the party committee, while the correction is not confirmed; never for the own result"),
                "assessment.appeal_reopened",
                requires=_("an opinion"),
                told=_("discipline committee"),
            ),
            Transition(
                "withdraw",
                (A.WAITING,),
                A.WITHDRAWN,
                pgettext_lazy("appeal", "take back"),
                _("who appealed"),
                "assessment.appeal_withdrawn",
                told=_("discipline committee"),
            ),
        ],
    )
)
