"""预警台账 as a table file (domain §9): one row a warning with what became of it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.xlsx.writing import Column, Sheet
from early_warnings.models import RectificationReport, Warning

CHUNK = 1000


def ledger_columns() -> list[Column]:
    """The columns officials expect of a ledger of warnings and their rectification."""
    return [
        Column(_("No."), 6, "int"),
        Column(_("document number"), 18),
        Column(_("who is warned"), 12),
        Column(_("unit and post"), 18),
        Column(_("warning level"), 9),
        Column(_("grounds"), 29),
        Column(_("basis"), 18),
        Column(_("source"), 10),
        Column(_("kind of error"), 9),
        Column(_("first responsible"), 9),
        Column(_("issued"), 11, "date"),
        Column(_("received"), 11, "date"),
        Column(_("to be rectified by"), 11, "date"),
        Column(_("state"), 10),
        Column(_("measures of rectification"), 32),
        Column(_("what was done"), 28),
        Column(_("opinion of the verification"), 18),
        Column(pgettext("warning", "ended on"), 11, "date"),
    ]


def ledger_sheet(warnings: QuerySet[Warning], *, heading: str) -> Sheet:
    """The rows (`with_inside` of the reader) in their order."""
    made = _("Made on %(date)s") % {"date": timezone.localdate().isoformat()}
    return Sheet(_("Ledger of warnings"), ledger_columns(), _rows(warnings), heading, [made])


def _rows(warnings: QuerySet[Warning]) -> Iterator[list[Any]]:
    rows = warnings.select_related("level", "responsible").iterator(chunk_size=CHUNK)
    serial = 0
    for chunk in _chunks(rows):
        last = last_reports([warning.pk for warning in chunk])
        for warning in chunk:
            serial += 1
            yield [serial, *_row(warning, last.get(warning.pk))]


def _chunks(rows: Iterator[Warning]) -> Iterator[list[Warning]]:
    chunk: list[Warning] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def last_reports(keys: Sequence[int]) -> dict[int, RectificationReport]:
    """Warning → the report of its last round, with its measures. Two statements."""
    reports = RectificationReport.objects.filter(warning_id__in=keys).order_by("warning_id", "round").prefetch_related("measures")
    return {report.warning_id: report for report in reports}


def _row(warning: Warning, report: RectificationReport | None) -> list[Any]:
    return [
        warning.number,
        warning.subject_label,
        warning.post_snapshot,
        warning.level.label,
        warning.grounds,
        warning.basis,
        warning.get_source_kind_display() if warning.is_inside else "",  # type: ignore[attr-defined]
        warning.get_error_kind_display(),
        warning.responsible.name if warning.responsible else "",
        day_of(warning.issued_at),
        day_of(warning.acknowledged_at),
        warning.due_on,
        warning.get_state_display(),
        measures_of(report),
        report.results if report else "",
        report.opinion if report else "",
        day_of(warning.closed_at),
    ]


def measures_of(report: RectificationReport | None) -> str:
    """Its measures, one a line."""
    measures = report.measures.all() if report else []
    return "\n".join(f"{n}. {measure.text}" for n, measure in enumerate(measures, start=1))


def day_of(at: datetime | None) -> date | None:
    """The day of a moment."""
    return timezone.localdate(at) if at else None
