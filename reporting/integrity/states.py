"""The life of a request to read somebody's integrity file."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.states import StateTable, Transition, register


class RequestState(models.TextChoices):
    """An approved request is read until its last day: that it has run out follows from the date, not from a state."""

    WAITING = "waiting", pgettext_lazy("integrity file", "waiting for approval")
    APPROVED = "approved", pgettext_lazy("integrity file", "approved")
    REJECTED = "rejected", pgettext_lazy("integrity file", "not approved")
    WITHDRAWN = "withdrawn", pgettext_lazy("integrity file", "withdrawn")
    ENDED = "ended", pgettext_lazy("integrity file", "ended early")


S = RequestState
_APPROVER = _("the head of the committee that approves")
REQUEST_TABLE = register(
    StateTable(
        "integrity_file_request",
        RequestState,
        S.WAITING,
        [
            Transition(
                "approve",
                (S.WAITING,),
                S.APPROVED,
                pgettext_lazy("integrity file", "approve"),
                _APPROVER,
                "integrity_file.approved",
                requires=_("not about the approver or who is above, not asked by the approver"),
                told=_("who asked"),
            ),
            Transition(
                "reject",
                (S.WAITING,),
                S.REJECTED,
                pgettext_lazy("integrity file", "do not approve"),
                _APPROVER,
                "integrity_file.rejected",
                requires=_("a reason"),
                told=_("who asked"),
            ),
            Transition(
                "withdraw",
                (S.WAITING,),
                S.WITHDRAWN,
                pgettext_lazy("integrity file", "withdraw"),
                _("who asked"),
                "integrity_file.withdrawn",
            ),
            Transition(
                "end",
                (S.APPROVED,),
                S.ENDED,
                pgettext_lazy("integrity file", "end the reading"),
                _("who asked, or the approver"),
                "integrity_file.ended",
                requires=_("a reason"),
                told=_("who asked"),
            ),
        ],
    )
)
