"""Integrity points: what was entered in the period, and in which colour the accounts stand on the day."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from common.prepared import rows_planned_anew
from early_warnings.models import PointEntry, PointScheme, WarningLevel
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
    asker = (selection.asker, unit_id, scheme.pk, scheme.cycle)
    found = []
    for person_id, department_id, name, total, entries in rows_planned_anew(
        "dashboard.accounts", asker, lambda: _summed(selection, scheme, unit_id)
    ):
        counted = standing(total, scheme.rules).counted
        level = level_of(counted, scheme.thresholds.all(), scheme.base_level)
        found.append(Account(person_id, department_id, name, counted, level, entries))
    return sorted(found, key=lambda account: (-account.counted, account.name, account.person_id or 0))


def _summed(selection: Selection, scheme: PointScheme, unit_id: int) -> QuerySet[Any]:
    """(person, department, name, points, entries) of each account."""
    start, end = window(scheme.cycle, selection.day)
    counting = PointEntry.objects.filter(
        state=PointState.CONFIRMED,
        decided_at__lt=selection.until,
        unit_id=unit_id,
        scheme=scheme,
        occurred_on__range=(start, end),
    )
    seen = counting.filter(pk__in=PointEntry.objects.visible_to(selection.user).values("pk"))
    if selection.department_id is not None:
        seen = seen.filter(place_id=selection.department_id)
    holders = Q(person_id__in=seen.filter(person__isnull=False).values("person_id")) | Q(
        department_id__in=seen.filter(department__isnull=False).values("department_id")
    )
    named = counting.filter(holders).order_by().annotate(name=Coalesce("person__name", "department__name"))
    return named.values_list("person_id", "department_id", "name").annotate(total=Sum("points"), n=Count("pk"))


def _entered(selection: Selection) -> tuple[int, Decimal]:
    """How many entries, and their sum."""

    def summed() -> QuerySet[Any]:
        return rows.entries(selection).order_by().values_list(Value(1)).annotate(n=Count("pk"), total=Sum("points"))

    # A constant is no group to Django, so PostgreSQL answers for nothing, too.
    found = rows_planned_anew("dashboard.entries", selection.asker, summed)
    return (found[0][1], found[0][2] or Decimal(0)) if found else (0, Decimal(0))


def section(selection: Selection) -> Section:
    """Entries with their sum; accounts by colour where one unit is looked at."""
    entries, points = _entered(selection)
    figures = [
        Figure(
            _("Entries of points"),
            entries,
            rows_url(selection, "entries") if entries else "",
            _("%(points)s points in all, %(period)s") % {"points": in_words(points), "period": selection.period},
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
