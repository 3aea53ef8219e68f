"""Warnings by tier and state, and how long each has been in it."""

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.prepared import rows_planned_anew
from early_warnings.models import Tier
from early_warnings.states import ENDED, OPEN, WarningState
from reporting.dashboards import rows
from reporting.dashboards.counting import Counts
from reporting.dashboards.links import rows_url
from reporting.dashboards.pictures import Figure, Line, Number, Section, Table
from reporting.dashboards.selection import Selection


def section(selection: Selection, *, issued_only: bool = False) -> tuple[Section, Counts]:
    """The table of states, the figures, and how many open ones each leader answers for. One statement; warnings are few.

    `issued_only`: without those that the warned do not know of yet.
    """

    def listed() -> QuerySet[Any]:
        everything = rows.warnings(selection).filter(issued="yes") if issued_only else rows.warnings(selection)
        return everything.order_by().values_list("tier", "state", "step_since", "responsible_id", "issued_at")

    everything = rows_planned_anew("dashboard.warnings", (selection.asker, issued_only), listed)
    found: dict[tuple[str, str], int] = defaultdict(int)
    days: dict[str, list[int]] = defaultdict(list)
    answered: Counts = defaultdict(int)  # type: ignore[assignment]
    for tier, state, since, responsible, issued in everything:
        found[(tier, state)] += 1
        if state in ENDED:
            continue
        if since is not None:
            days[state].append((selection.day - timezone.localdate(since)).days)
        if issued is not None:
            answered[(responsible,)] += 1
    opened = sum(n for (_tier, state), n in found.items() if state not in ENDED)
    ended = sum(found.values()) - opened
    figures = (
        Figure(_("Open warnings"), opened, rows_url(selection, "warnings", ended="no") if opened else "", tone="warning" if opened else ""),
        Figure(_("Ended in the period"), ended, rows_url(selection, "warnings", ended="yes") if ended else "", str(selection.period)),
    )
    lines = [
        _line(selection, state, found, days[state]) for state in (*OPEN, *ENDED) if any((tier, state) in found for tier in Tier.values)
    ]
    columns = (*(str(tier.label) for tier in Tier),)
    table = Table(columns, tuple(lines), _("State"), _("Warnings by tier and state"))
    return Section("warnings", _("Warnings"), figures, tables=(table,) if lines else ()), dict(answered)


def _line(selection: Selection, state: str, found: dict[tuple[str, str], int], days: list[int]) -> Line:
    ended = {"ended": "yes"} if state in ENDED else {}
    numbers = []
    for tier in Tier.values:
        value = found.get((tier, state), 0)
        numbers.append(Number(value, rows_url(selection, "warnings", tier=tier, state=state, **ended) if value else ""))
    note = ""
    if days:
        middle, longest = sum(days) // len(days), max(days)
        note = ngettext("%(n)d day on average", "%(n)d days on average", middle) % {"n": middle}
        note = _("%(mean)s, the longest %(n)d") % {"mean": note, "n": longest} if len(days) > 1 else note
    return Line(str(WarningState(state).label), tuple(numbers), note)
