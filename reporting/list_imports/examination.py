"""The dry run and the import are the same: rows are entered by the services of their app, and the dry run takes everything back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.xlsx.faults import Fault
from common.xlsx.reading import open_book
from positions.models import Unit
from reporting.list_imports.kinds import Kind
from reporting.list_imports.kinds.base import Outcome, Progress
from reporting.list_imports.table import Lines, lines_of
from reporting.services.layouts import Source
from reporting.services.reports import skipped_as_dicts

NO_ROWS = _("There is no row below the header (row {row}). Fill the list in, or choose the right sheet.")
FIRST_SHOWN = 20
"""So many of the new entries are shown before they are imported."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be read, and how. `layout` is what `table.analyse` wrote."""

    kind: Kind
    unit: Unit
    source: Source
    layout: Mapping[str, Any]
    columns: Mapping[str, str]


class _TakenBack(Exception):
    """Ends the transaction of a dry run, or of an import with faults."""


def run(wanted: Wanted, *, by: User, keep: bool, progress: Progress | None = None) -> tuple[dict[str, Any], Outcome]:
    """Enter the rows and say what was found. Only with `keep`, and without any fault, does anything stay; all or nothing.

    Because the dry run asks the very services that the import asks, it finds what they would refuse. Raises XlsxProblem.
    """
    outcome = Outcome()
    with open_book(wanted.source) as book:
        lines = lines_of(book.sheet(wanted.layout["sheet"]), wanted.layout, wanted.columns, wanted.kind.main)
        try:
            with transaction.atomic():
                wanted.kind.carry_out(unit=wanted.unit, by=by, lines=lines, outcome=outcome, progress=progress or _no_progress)
                if not outcome.rows:
                    row = lines.first_row - 1
                    outcome.findings.add(Fault(row, "", "", "no_rows", format_lazy(NO_ROWS, row=row)))
                report = _report(outcome, lines)
                if not (keep and report["ok"]):
                    raise _TakenBack
        except _TakenBack:
            pass
    return report, outcome


def _no_progress(done: int, total: int) -> None:
    pass


def _report(outcome: Outcome, lines: Lines) -> dict[str, Any]:
    errors = outcome.findings.error_count
    new = sum(outcome.counts.values()) or len(outcome.made)
    return {
        "ok": errors == 0 and new > 0,
        "rows": outcome.rows,
        "new": new,
        "unchanged": outcome.unchanged,
        "counts": outcome.counts,
        "first": [[made.row, str(made.obj)] for made in outcome.made[:FIRST_SHOWN]],
        "errors": errors,
        "hints": sum(outcome.findings.counts.values()) - errors,
        "faults": outcome.findings.as_dicts(),
        "kinds": outcome.findings.kinds(),
        "skipped": skipped_as_dicts(lines.skipped),
        "skipped_count": len(lines.skipped),
    }
