"""The start page's part about annual reports: to approve, sent back, and those one submitted."""

from datetime import date
from typing import Any

from django.db.models import Exists, Q
from django.utils.translation import gettext as _

from accounts.models import User
from common import prepared
from common.prepared import Given, one_of
from positions.scopes import Scope
from reporting.annual.querysets import approving_unit_ids
from reporting.annual.states import ReportState
from reporting.models import AnnualReport
from web.board_parts import Asked, Sent, Task

_READ = ("id", "unit_id", "year", "number", "state", "submitted_by_id", "submitted_at", "return_reason")


def asks() -> dict[str, Any]:
    """Whether a report of the units of both committees waits for approval, or was sent back."""
    units = one_of("unit_id", "discipline") | one_of("unit_id", "party")
    sent_back = Q(state=ReportState.DRAFT, submitted_by=Given("me")) & ~Q(return_reason="")
    return {"annual": Exists(AnnualReport.objects.filter(units, Q(state=ReportState.SUBMITTED) | sent_back))}


def tasks_and_sent(*, user: User, scope: Scope, today: date, asked: Asked) -> tuple[list[Task], list[Sent]]:
    """For the heads of both committees what others submitted; for who submitted it where it is, or why it came back."""
    if not asked["annual"]:
        return [], []
    approved = approving_unit_ids(user)
    waiting, sent = [], []
    for row in _open(user, scope):
        mine = row.submitted_by_id == user.pk
        if row.state == ReportState.DRAFT:
            if mine and row.return_reason:
                text = _("Annual report sent back: %(report)s") % {"report": row}
                waiting.append(Task(text, row.get_absolute_url(), detail=row.return_reason, urgent=True))
        elif mine:
            sent.append(
                Sent(
                    _("Annual report: %(report)s") % {"report": row},
                    row.get_absolute_url(),
                    row.get_state_display(),
                    "warning",
                    row.submitted_at,
                )
            )
        elif row.unit_id in approved:
            waiting.append(Task(_("Approve the annual report: %(report)s") % {"report": row}, row.get_absolute_url()))
    return waiting, sent


def _open(user: User, scope: Scope) -> list[AnnualReport]:
    """The reports on their way that the person reads, with what the board tells of them."""

    def found() -> Any:
        seen = AnnualReport.objects.visible_to(user).filter(state__in=[ReportState.SUBMITTED, ReportState.DRAFT])
        return seen.order_by("pk").values_list(*_READ)

    return [AnnualReport(**dict(zip(_READ, row, strict=True))) for row in prepared.rows("annual.open", scope.key, found)]
