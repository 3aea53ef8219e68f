"""整改台账 as a table file: one row a measure."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from common.xlsx.writing import Column, Sheet
from early_warnings.models import RectificationMeasure
from early_warnings.rectification import days_late, proposals_of, standing_label, with_related

CHUNK = 500


def columns() -> list[Column]:
    """序号, 预警文号, 被预警单位(个人), 预警等级, 整改事项及措施, 责任人, 整改期限, 完成情况, 落实情况, 完成时间, 核验意见,
    核验人, 逾期天数, 纪检建议书及反馈."""
    return [
        Column(_("No."), 6, "int"),
        Column(_("number of the warning"), 20),
        Column(_("unit or person warned"), 16),
        Column(_("warning level"), 10),
        Column(_("matter and measure of rectification"), 40),
        Column(_("responsible person"), 10),
        Column(_("to be rectified by"), 12, "date"),
        Column(pgettext("rectification", "completion"), 14),
        Column(_("how it was carried out"), 36),
        Column(_("done on"), 12, "date"),
        Column(_("opinion of the verification"), 30),
        Column(_("verified by"), 10),
        Column(_("days overdue"), 9, "int"),
        Column(_("discipline proposal and answer"), 28),
    ]


def title() -> str:
    """The heading of the file."""
    return _("Ledger of rectification")


def ledger_sheet(user: User, measures: QuerySet[RectificationMeasure]) -> Sheet:
    """Of measures that come from `rectification.measures_of`, in their order."""
    made = _("Made on %(date)s") % {"date": timezone.localdate().isoformat()}
    return Sheet(title(), columns(), _rows(user, measures), title(), [made])


def _rows(user: User, measures: QuerySet[RectificationMeasure]) -> Iterator[list[Any]]:
    today, serial = timezone.localdate(), 0
    rows = with_related(measures).iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        proposals = proposals_of(user, chunk)
        for measure in chunk:
            serial += 1
            warning, report = measure.report.warning, measure.report
            yield [
                serial, warning.number, warning.subject_label, warning.level.label, measure.text,
                warning.responsible.name if warning.responsible else "", measure.due_on, standing_label(measure), measure.note,
                measure.done_on, report.opinion, report.verified_by.name if report.verified_by else "",
                days_late(measure, today) or None, proposals.get(warning.pk, ""),
            ]  # fmt: skip
