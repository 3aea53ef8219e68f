"""The life of a result, and of the appeal against one (domain §6: calculated, reviewed, confirmed, shown, appealed, final)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.states import StateTable, Transition, register


class ResultState(models.TextChoices):
    COMPUTED = "computed", pgettext_lazy("assessment result", "calculated")
    REVIEWED = "reviewed", pgettext_lazy("assessment result", "reviewed")
    CONFIRMED = "confirmed", pgettext_lazy("assessment result", "confirmed")
    DROPPED = "dropped", pgettext_lazy("assessment result", "dropped, scored anew")


R = ResultState
# Still on its way to being confirmed.
PENDING = (R.COMPUTED, R.REVIEWED)

RESULT_TABLE = register(
    StateTable(
        "assessment_result",
        ResultState,
        R.COMPUTED,
        [
            Transition(
                "review",
                (R.COMPUTED,),
                R.REVIEWED,
                pgettext_lazy("assessment result", "review"),
                _("member of the discipline committee who did not submit the round; never for the own result"),
                "assessment.result_reviewed",
                requires=_("the round is under review, or an appeal is granted"),
            ),
            Transition(
                "confirm",
                (R.REVIEWED,),
                R.CONFIRMED,
                pgettext_lazy("assessment result", "confirm"),
                _("member of the party committee who did not review it; never for the own result"),
                "assessment.result_confirmed",
                requires=_("the round is with the party committee, or an appeal was granted"),
                told=_("the assessed, where the results are shown already"),
            ),
            Transition(
                "drop",
                (R.COMPUTED, R.REVIEWED, R.CONFIRMED),
                R.DROPPED,
                pgettext_lazy("assessment result", "drop"),
                _("who returns the round for scoring; never after the results were shown"),
                "assessment.result_dropped",
            ),
        ],
    )
)
