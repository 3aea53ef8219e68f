"""The life of a version of an annual report."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.states import StateTable, Transition, register


class ReportState(models.TextChoices):
    """Figures are counted anew while it is a draft and kept from the submission on; an approved version never changes."""

    DRAFT = "draft", pgettext_lazy("annual report", "draft")
    SUBMITTED = "submitted", pgettext_lazy("annual report", "waiting for approval")
    APPROVED = "approved", pgettext_lazy("annual report", "approved")
    SUPERSEDED = "superseded", pgettext_lazy("annual report", "replaced by a newer version")


S = ReportState
_WRITER = _("member of the discipline committee")
_APPROVER = _("head of the discipline or party committee, not who submitted it")
REPORT_TABLE = register(
    StateTable(
        "annual_report",
        ReportState,
        S.DRAFT,
        [
            Transition(
                "submit",
                (S.DRAFT,),
                S.SUBMITTED,
                pgettext_lazy("annual report", "submit"),
                _WRITER,
                "annual_report.submitted",
                requires=_("what was done and what comes next are written"),
                told=_("who may approve it"),
            ),
            Transition(
                "return",
                (S.SUBMITTED,),
                S.DRAFT,
                pgettext_lazy("annual report", "send back"),
                _APPROVER,
                "annual_report.returned",
                requires=_("a reason"),
                told=_("who submitted it"),
            ),
            Transition(
                "approve",
                (S.SUBMITTED,),
                S.APPROVED,
                pgettext_lazy("annual report", "approve"),
                _APPROVER,
                "annual_report.approved",
                told=_("who submitted it"),
            ),
            Transition(
                "supersede",
                (S.APPROVED,),
                S.SUPERSEDED,
                pgettext_lazy("annual report", "replace"),
                _("the approval of a newer version"),
                "annual_report.superseded",
            ),
        ],
    )
)
