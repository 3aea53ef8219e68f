"""Integrity points: what was entered in the period, and in which colour the accounts stand on the day."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from early_warnings.models import PointEntry, WarningLevel
from early_warnings.point_selectors import level_of, scheme_of
from early_warnings.points import in_words, standing, window
from early_warnings.states_points import PointState
from reporting.dashboards import rows
from reporting.dashboards.links import rows_url
from reporting.dashboards.pictures import Chart, Figure, Number, Section, Series
from reporting.dashboards.selection import Selection


@dataclass(frozen=True, slots=True)
class Account:
    """Where a person or department stands in the cycle, on the day."""

    person_id: int | None
    department_id: int | None
    name: str
    counted: Decimal
    level: WarningLevel | None
    last: int

    @property
    def words(self) -> str:
        """The points as people write them."""
        return in_words(self.counted)


def accounts(selection: Selection) -> list[Account]:
    """Accounts with an entry in the cycle of the day of which the reader sees one; most points first. Four queries for one unit.

    As the page “who stands where”: an account that is seen is summed over all its confirmed entries.
    """
    unit_id = selection.sole_unit_id
    scheme = scheme_of(unit_id, selection.day) if unit_id else None
    if unit_id is None or scheme is None:
        return []
    start, end = window(scheme.cycle, selection.day)
    counting = PointEntry.objects.filter(
        state=PointState.CONFIRMED, decided_at__lt=selection.until, unit_id=unit_id, scheme=scheme, occurred_on__range=(start, end)
    )
    seen = counting.filter(pk__in=PointEntry.objects.visible_to(selection.user).values("pk"))
    if selection.department_id is not None:
        seen = seen.filter(place_id=selection.department_id)
    holders = Q(person_id__in=seen.filter(person__isnull=False).values("person_id")) | Q(
        department_id__in=seen.filter(department__isnull=False).values("department_id")
    )
    named = counting.filter(holders).order_by().values("person_id", "department_id", "person__name", "department__name")
    found = []
    for row in named.annotate(total=Sum("points"), last=Count("pk")):
        counted = standing(row["total"], scheme.rules).counted
        level = level_of(counted, scheme.thresholds.all(), scheme.base_level)
        name = row["person__name"] or row["department__name"]
        found.append(Account(row["person_id"], row["department_id"], name, counted, level, row["last"]))
    return sorted(found, key=lambda account: (-account.counted, account.name, account.person_id or 0))


def section(selection: Selection) -> Section:
    """Entries with their sum; accounts by colour where one unit is looked at."""
    facts: dict[str, Any] = rows.entries(selection).aggregate(n=Count("pk"), total=Sum("points"))
    figures = [
        Figure(
            _("Entries of points"),
            facts["n"],
            rows_url(selection, "entries") if facts["n"] else "",
            _("%(points)s points in all, %(period)s") % {"points": in_words(facts["total"] or Decimal(0)), "period": selection.period},
        )
    ]
    levels: dict[int, tuple[WarningLevel, int]] = {}
    for account in accounts(selection):
        if account.level is not None:
            levels[account.level.pk] = (account.level, levels.get(account.level.pk, (account.level, 0))[1] + 1)
    ordered = sorted(levels.values(), key=lambda pair: -pair[0].severity)
    charts: tuple[Chart, ...] = ()
    if ordered:
        numbers = tuple(Number(n, selection.address("dashboard_rows", "accounts", level=level.pk)) for level, n in ordered)
        top = ordered[0]
        title = _("%(n)d accounts stand at %(level)s") % {"n": top[1], "level": top[0].label}
        charts = (Chart("bar", title, tuple(level.label for level, _n in ordered), (Series(_("Accounts"), numbers),), height="s"),)
    note = _("Choose one unit to see the colours of the accounts.") if selection.sole_unit_id is None else ""
    return Section("points", _("Integrity points"), tuple(figures), charts, note=note)
