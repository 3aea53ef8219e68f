"""The lives of a campaign, a form, a risk in the register and a measure (domain §3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.states import StateTable, Transition, register


class CampaignState(models.TextChoices):
    PREPARING = "preparing", _("being prepared")
    RUNNING = "running", _("running")
    CLOSED = "closed", _("closed")


CAMPAIGN_TABLE = register(
    StateTable(
        "campaign",
        CampaignState,
        CampaignState.PREPARING,
        [
            Transition(
                "start",
                (CampaignState.PREPARING,),
                CampaignState.RUNNING,
                _("start"),
                _("office of the leading group or unit head"),
                "campaign.started",
                requires=_("phases with dates, a grading scheme"),
                told=_("everybody who has a form to fill in"),
            ),
            Transition(
                "close",
                (CampaignState.RUNNING,),
                CampaignState.CLOSED,
                _("close"),
                _("office of the leading group or unit head"),
                "campaign.closed",
                requires=_("no form under review"),
                told=_("leading group"),
            ),
        ],
    )
)


class FormState(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("under review")
    RETURNED = "returned", _("returned")
    REVIEWED = "reviewed", _("with the leading group")
    GRADED = "graded", _("graded")
    CANCELLED = "cancelled", _("cancelled")


F = FormState
FORM_TABLE = register(
    StateTable(
        "declaration",
        FormState,
        F.DRAFT,
        [
            Transition(
                "submit",
                (F.DRAFT, F.RETURNED),
                F.IN_REVIEW,
                _("sign and hand in"),
                _("declarant"),
                "declaration.signed",
                requires=_("at least one risk, or a reason why none was found; every risk complete; commitment signed"),
                told=_("first reviewer, or the one who returned it"),
            ),
            Transition(
                "submit_to_group",
                (F.DRAFT, F.RETURNED),
                F.REVIEWED,
                _("sign and hand in to the leading group"),
                _("declarant"),
                "declaration.signed",
                requires=_("a path without further reviewers"),
                told=_("office of the leading group"),
            ),
            Transition(
                "withdraw",
                (F.IN_REVIEW,),
                F.DRAFT,
                _("take back"),
                _("declarant"),
                "declaration.withdrawn",
                requires=_("no reviewer has decided yet"),
            ),
            Transition(
                "agree",
                (F.IN_REVIEW,),
                F.REVIEWED,
                _("agree"),
                _("reviewer of the last step"),
                "declaration.reviewed",
                requires=_("every step before is decided"),
                told=_("office of the leading group"),
            ),
            Transition(
                "return",
                (F.IN_REVIEW, F.REVIEWED),
                F.RETURNED,
                _("return"),
                _("reviewer of the current step; leading group"),
                "declaration.returned",
                requires=_("a reason"),
                told=_("declarant"),
            ),
            Transition(
                "grade",
                (F.REVIEWED,),
                F.GRADED,
                _("close the form after grading"),
                _("leading group"),
                "declaration.graded",
                requires=_("every risk of the form decided"),
                told=_("declarant"),
            ),
            Transition(
                "cancel",
                (F.DRAFT, F.RETURNED, F.IN_REVIEW, F.REVIEWED),
                F.CANCELLED,
                _("cancel"),
                _("office of the leading group; the system, when the appointment has ended"),
                "declaration.cancelled",
                requires=_("a reason"),
                told=_("declarant"),
            ),
        ],
    )
)


class RiskState(models.TextChoices):
    REGISTERED = "registered", _("in the register")
    RETIRED = "retired", _("taken off the register")


RISK_TABLE = register(
    StateTable(
        "risk_point",
        RiskState,
        RiskState.REGISTERED,
        [
            Transition(
                "retire",
                (RiskState.REGISTERED,),
                RiskState.RETIRED,
                _("take off the register"),
                _("leading group"),
                "risk.retired",
                requires=_("a reason"),
                told=_("responsible leader and direct holder"),
            ),
            Transition(
                "restore",
                (RiskState.RETIRED,),
                RiskState.REGISTERED,
                _("enter again"),
                _("leading group"),
                "risk.restored",
                requires=_("a reason"),
                told=_("responsible leader and direct holder"),
            ),
        ],
    )
)


class MeasureState(models.TextChoices):
    PLANNED = "planned", _("planned")
    DONE = "done", _("reported done")
    CONFIRMED = "confirmed", _("confirmed")
    DROPPED = "dropped", _("dropped")


M = MeasureState
MEASURE_TABLE = register(
    StateTable(
        "measure",
        MeasureState,
        M.PLANNED,
        [
            Transition(
                "report",
                (M.PLANNED,),
                M.DONE,
                _("report done"),
                _("who does it, or the department head"),
                "measure.reported",
                requires=_("a note or a file as proof"),
                told=_("department head"),
            ),
            Transition(
                "confirm",
                (M.DONE,),
                M.CONFIRMED,
                _("confirm"),
                _("department head or leader in charge, not who reported it"),
                "measure.confirmed",
                told=_("who reported it"),
            ),
            Transition(
                "reject",
                (M.DONE, M.CONFIRMED),
                M.PLANNED,
                _("not accepted"),
                _("department head or leader in charge"),
                "measure.rejected",
                requires=_("a reason"),
                told=_("who reported it"),
            ),
            Transition(
                "drop",
                (M.PLANNED,),
                M.DROPPED,
                _("drop"),
                _("department head or leader in charge"),
                "measure.dropped",
                requires=_("a reason"),
            ),
        ],
    )
)
