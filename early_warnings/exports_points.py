"""记分台账 as a table file, with the columns of domain §11."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.xlsx.writing import Column, Sheet
from early_warnings.models import PointEntry
from early_warnings.point_selectors import Reader, colour_after

CHUNK = 500
_COLOURS = {"red": "#B42318", "orange": "#B54708", "yellow": "#854A0E", "blue": "#175CD3", "green": "#087443", "grey": "#475467"}


def columns(colours: dict[str, str]) -> list[Column]:
    """序号, 姓名(科室), 记分事由, 依据条款, 分值, 来源, 记分日期, 周期累计, 预警颜色, 处置."""
    return [
        Column(_("No."), 6, "int"),
        Column(_("Name (department)"), 22),
        Column(_("Reason for the points"), 44),
        Column(_("Clause"), 24),
        Column(_("Points"), 7, "int"),
        Column(_("Source"), 16),
        Column(_("date of the points"), 11, "date"),
        Column(_("Cycle total"), 9, "int"),
        Column(_("warning colour"), 9, "level", colours=colours),
        Column(_("Handling"), 36),
    ]


def rows_of(user: User, entries: QuerySet[PointEntry]) -> Iterator[list[Any]]:
    """In the order of the ledger, a chunk at a time; what the reader may not know of an entry is not in its row."""
    serial = 0
    rows = entries.iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        reader = Reader.of(user, chunk)
        for entry in chunk:
            serial += 1
            yield [serial, *_cells(reader, entry)]


def _cells(reader: Reader, entry: PointEntry) -> list[Any]:
    level = colour_after(entry)
    reason = f"{entry.behaviour.text}\n{entry.facts}"
    if entry.counter_of_id:
        reason = _("Taken back: %(what)s") % {"what": reason}
    return [
        entry.holder_label,
        reason,
        entry.basis,
        float(entry.points),
        reader.source(entry),
        entry.occurred_on,
        float(entry.running),  # type: ignore[attr-defined]
        level.label if level else "",
        reader.outcome(entry),
    ]


def ledger_sheet(user: User, entries: QuerySet[PointEntry], *, heading: str) -> Sheet:
    """Of entries that come from `point_selectors.ledger`."""
    levels = {t.level.label: _COLOURS.get(t.level.colour, "#000000") for t in _thresholds(entries)}
    note = _("Made on %(date)s") % {"date": timezone.localdate().isoformat()}
    return Sheet(_("Point ledger"), columns(levels), rows_of(user, entries), heading, [note])


def _thresholds(entries: QuerySet[PointEntry]) -> Any:
    from early_warnings.models import PointThreshold

    schemes = entries.order_by().values("scheme_id").distinct()
    return PointThreshold.objects.filter(scheme_id__in=schemes).select_related("level")
