"""The life of a warning: the discipline committee starts it, the party committee approves, who is responsible acts (domain §5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.states import StateTable, Transition, register


class WarningState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("waiting for approval")
    APPROVED = "approved", _("approved, to be issued")
    RETURNED = "returned", _("returned for revision")
    REJECTED = "rejected", _("not approved")
    ISSUED = "issued", pgettext_lazy("warning", "issued")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("warning", "received")
    RECTIFYING = "rectifying", _("being rectified")
    REPORTED = "reported", _("rectification reported")
    VERIFIED = "verified", _("verified")
    CLOSED = "closed", _("closed as rectified")
    ESCALATED = "escalated", _("raised to the next tier")
    WITHDRAWN = "withdrawn", _("withdrawn")


S = WarningState
# Nothing more happens in these.
ENDED = (S.REJECTED, S.CLOSED, S.ESCALATED, S.WITHDRAWN)
OPEN = tuple(state for state in S if state not in ENDED)
# Known to those it concerns.
RUNNING = (S.ISSUED, S.ACKNOWLEDGED, S.RECTIFYING, S.REPORTED, S.VERIFIED)

_DISCIPLINE = _("member of the discipline committee, not concerned")
_PARTY = _("secretary or members of the party committee, not concerned, neither starter nor submitter")
_RECIPIENT = _("who is responsible, or who is concerned")

WARNING_TABLE = register(
    StateTable(
        "warning",
        WarningState,
        S.DRAFT,
        [
            Transition(
                "submit",
                (S.DRAFT, S.RETURNED),
                S.SUBMITTED,
                _("submit to the party committee"),
                _DISCIPLINE,
                "warning.submitted",
                requires=_("grounds, basis, requirements, somebody responsible, somebody who can approve"),
                told=_("members of the party committee who may approve"),
            ),
            Transition(
                "approve",
                (S.SUBMITTED,),
                S.APPROVED,
                pgettext_lazy("warning", "approve"),
                _PARTY,
                "warning.approved",
                requires=_("the secretary, or quorum and majority"),
                told=_("starter and discipline committee"),
            ),
            Transition(
                "return",
                (S.SUBMITTED,),
                S.RETURNED,
                _("return for revision"),
                _PARTY,
                "warning.returned",
                requires=_("an opinion"),
                told=_("starter and discipline committee"),
            ),
            Transition(
                "reject",
                (S.SUBMITTED,),
                S.REJECTED,
                _("do not approve"),
                _PARTY,
                "warning.rejected",
                requires=_("an opinion"),
                told=_("starter and discipline committee"),
            ),
            Transition(
                "issue",
                (S.APPROVED,),
                S.ISSUED,
                _("issue"),
                _DISCIPLINE,
                "warning.issued",
                told=_("who is concerned and who is responsible"),
            ),
            Transition(
                "acknowledge",
                (S.ISSUED,),
                S.ACKNOWLEDGED,
                _("confirm receipt"),
                _RECIPIENT,
                "warning.acknowledged",
                told=_("discipline committee"),
            ),
            Transition(
                "plan",
                (S.ACKNOWLEDGED,),
                S.RECTIFYING,
                _("set measures"),
                _RECIPIENT,
                "warning.planned",
                requires=_("causes and at least one measure with a date"),
                told=_("discipline committee"),
            ),
            Transition(
                "report",
                (S.RECTIFYING,),
                S.REPORTED,
                _("report the rectification"),
                _RECIPIENT,
                "warning.reported",
                requires=_("a written report; every measure done or explained"),
                told=_("discipline committee"),
            ),
            Transition(
                "verify",
                (S.REPORTED,),
                S.VERIFIED,
                _("confirm the rectification"),
                _("member of the discipline committee who did not report it"),
                "warning.verified",
                requires=_("an opinion; all measures done"),
                told=_("who is concerned and who is responsible"),
            ),
            Transition(
                "re_rectify",
                (S.REPORTED, S.VERIFIED),
                S.RECTIFYING,
                _("send back to be rectified again"),
                _("member of the discipline committee who did not report it"),
                "warning.re_rectified",
                requires=_("a reason and a new date"),
                told=_("who is concerned and who is responsible"),
            ),
            Transition(
                "escalate",
                (S.REPORTED, S.VERIFIED),
                S.ESCALATED,
                _("raise to the next tier"),
                _("member of the discipline committee who did not report it"),
                "warning.escalated",
                requires=_("a reason; a tier above"),
                told=_("who is concerned and who is responsible; a new draft is made"),
            ),
            Transition(
                "close",
                (S.VERIFIED,),
                S.CLOSED,
                _("close"),
                _("member of the discipline committee, not who verified while another is there"),
                "warning.closed",
                requires=_("everything the tier asks for; statements answered; dispositions carried out"),
                told=_("who is concerned and who is responsible"),
            ),
            Transition(
                "withdraw",
                OPEN,
                S.WITHDRAWN,
                _("withdraw"),
                _DISCIPLINE,
                "warning.withdrawn",
                requires=_("a reason"),
                told=_("everybody who knows of it"),
            ),
        ],
    )
)
