"""What falls due of reports and files (domain §9): requests to read an integrity file, annual reports to approve. Only for who decides."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import workdays
from deadlines.people import without
from deadlines.registry import DeadlineKind, Due, Intervals, register
from deadlines.rules import given_days
from positions.models import BodyMembership
from reporting.annual.states import ReportState
from reporting.integrity.permissions import deciders
from reporting.integrity.querysets import APPROVING, HEADS
from reporting.integrity.states import RequestState
from reporting.models import AnnualReport, FileRequest


def file_requests_due(today: date, until: date) -> Iterator[Due]:
    """Heads of the committee asked who may decide: never whom the file is about, who depends on them, or who asks."""
    days = given_days("file_request")
    for found in FileRequest.objects.filter(state=RequestState.WAITING).select_related("body").order_by("pk"):
        due_on = workdays.add_workdays(timezone.localdate(found.requested_at), days(found.body.unit_id))
        if due_on <= until:
            people = tuple(user.pk for user in deciders(found))
            text = _("decide on the request to read an integrity file %(number)s") % {"number": found.number}
            yield Due(found.pk, found.body.unit_id, due_on, people, text, found.get_absolute_url())


def annual_reports_due(today: date, until: date) -> Iterator[Due]:
    """Heads and secretaries of both committees, but for who submitted the report."""
    days = given_days("annual_report")
    heads = defaultdict(list)
    seats = BodyMembership.objects.in_force(today).filter(role__in=HEADS, body__kind__in=APPROVING, body__is_higher=False)
    for unit_id, person_id in seats.order_by("pk").values_list("body__unit_id", "person_id"):
        heads[unit_id].append(person_id)
    for found in AnnualReport.objects.filter(state=ReportState.SUBMITTED, submitted_at__isnull=False).order_by("pk"):
        assert found.submitted_at is not None
        due_on = workdays.add_workdays(timezone.localdate(found.submitted_at), days(found.unit_id))
        if due_on <= until:
            people = without(heads[found.unit_id], (found.submitted_by_id or 0,))
            text = _("approve the annual report %(report)s") % {"report": found}
            yield Due(found.pk, found.unit_id, due_on, people, text, found.get_absolute_url(), turn=found.submitted_at.isoformat()[:32])


_DEFAULT = Intervals(before=(1,), on_day=True, after=(1, 3), every=5, escalate=(), days=3)
_COMMON: dict[str, Any] = {"escalates": False, "default": _DEFAULT}
FILE_REQUESTS = register(
    DeadlineKind(
        code="file_request",
        title=gettext_lazy("Requests to read integrity files"),
        find=file_requests_due,
        notice="integrity_file",
        url=reverse_lazy("reporting:file_requests"),
        sensitive=True,
        in_chat=False,
        **_COMMON,
    )
)
ANNUAL_REPORTS = register(
    DeadlineKind(
        code="annual_report",
        title=gettext_lazy("Annual reports to approve"),
        find=annual_reports_due,
        notice="annual_report",
        url=reverse_lazy("reporting:annual_reports"),
        **_COMMON,
    )
)
