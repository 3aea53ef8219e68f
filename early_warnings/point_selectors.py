"""Reads of points for pages and files: schemes, accounts, the ledger with its running totals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, DateField, DecimalField, Func, Max, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.prepared import Given
from common.prepared_objects import Objects, keep
from early_warnings.models import (
    PointBalance,
    PointClosing,
    PointEntry,
    PointScheme,
    PointSource,
    PointThreshold,
    ThresholdHit,
    Warning,
    WarningLevel,
)
from early_warnings.points import Cycle, Standing, in_words, reached, standing, window
from early_warnings.querysets_points import shut_out_ids
from leads.models import Lead
from positions.models import Department, Unit
from positions.scopes import scope_of

ZERO = Decimal(0)


def scheme_of(unit_id: int, on: date | None = None) -> PointScheme | None:
    """The scheme in force with its thresholds and colours; None where there is none. Two queries."""
    for found in _in_force(unit=unit_id, day=on or timezone.localdate()):
        keep(found, "thresholds", _thresholds(scheme=found.pk))
        return found
    return None


_in_force = Objects(lambda: PointScheme.objects.in_force(Given("unit"), Given("day", DateField())).select_related("base_level"))
_thresholds = Objects(lambda: PointThreshold.objects.filter(scheme=Given("scheme")).select_related("level").order_by("points"))


def level_of(counted: Decimal, thresholds: Iterable[PointThreshold], base: WarningLevel | None) -> WarningLevel | None:
    """The colour of who has entries: that of the highest threshold reached, else the one below all of them."""
    threshold = reached(counted, thresholds)
    return threshold.level if threshold is not None else base


@dataclass(frozen=True, slots=True)
class Account:
    """Where a person or department stands in a cycle."""

    person_id: int | None
    department_id: int | None
    name: str
    standing: Standing
    level: WarningLevel | None
    entries: int
    last_on: date | None

    @property
    def counted(self) -> str:
        """For people: “3”, “1.5”."""
        return in_words(self.standing.counted)

    @property
    def left(self) -> str:
        """Empty where points are counted up."""
        return "" if self.standing.left is None else in_words(self.standing.left)


def accounts(user: User, scheme: PointScheme, unit_id: int, on: date) -> list[Account]:
    """Accounts with an entry in the cycle, as far as the person sees any entry of them; most points first. One query."""
    entries = PointEntry.objects.confirmed().filter(unit_id=unit_id, scheme=scheme).within(*window(scheme.cycle, on))
    seen = entries.filter(pk__in=PointEntry.objects.visible_to(user).values("pk"))
    mine = Q(person_id__in=seen.filter(person__isnull=False).values("person_id")) | Q(
        department_id__in=seen.filter(department__isnull=False).values("department_id")
    )
    rows = _grouped(entries.filter(mine))
    found = [_account(row, scheme) for row in rows]
    return sorted(found, key=lambda account: (-account.standing.counted, account.name))


def account_of(scheme: PointScheme, unit_id: int, on: date, *, person: User | None = None, department: Department | None = None) -> Account:
    """One account, also when nothing was entered on it. Whether the reader may see it is the caller's to know."""
    entries = PointEntry.objects.confirmed().filter(unit_id=unit_id, scheme=scheme).within(*window(scheme.cycle, on))
    row = next(iter(_grouped(entries.filter(person=person, department=department))), None)
    if row is not None:
        return _account(row, scheme)
    name = person.name if person else department.name if department else ""
    return Account(person.pk if person else None, department.pk if department else None, name, standing(ZERO, scheme.rules), None, 0, None)


def _grouped(entries: QuerySet[PointEntry]) -> QuerySet[PointEntry, dict[str, Any]]:
    named = entries.order_by().values("person_id", "department_id", "person__name", "department__name")
    return named.annotate(total=Sum("points"), n=Count("pk"), last_on=Max("occurred_on"))


def _account(row: dict[str, Any], scheme: PointScheme) -> Account:
    stands = standing(row["total"], scheme.rules)
    return Account(
        person_id=row["person_id"],
        department_id=row["department_id"],
        name=row["person__name"] or row["department__name"],
        standing=stands,
        level=level_of(stands.counted, scheme.thresholds.all(), scheme.base_level),
        entries=row["n"],
        last_on=row["last_on"],
    )


class _YearBefore(Func):
    template = "(%(expressions)s - interval '1 year')::date"


def with_running_total(entries: QuerySet[PointEntry]) -> QuerySet[PointEntry]:
    """Annotate `running`: the holder's sum in the cycle up to and with each entry, in the order of days (周期累计).

    Counted over all confirmed entries of the holder, whatever the list shows of them.
    """
    same = Q(person_id=OuterRef("person_id")) | Q(department_id=OuterRef("department_id"))
    earlier = Q(occurred_on__lt=OuterRef("occurred_on")) | Q(occurred_on=OuterRef("occurred_on"), pk__lte=OuterRef("pk"))
    cycle = Q(scheme__cycle=Cycle.CALENDAR, cycle_year=OuterRef("cycle_year")) | Q(
        scheme__cycle=Cycle.ROLLING, occurred_on__gt=_YearBefore(OuterRef("occurred_on"))
    )
    rows = PointEntry.objects.confirmed().filter(same, earlier, cycle, unit_id=OuterRef("unit_id"), scheme_id=OuterRef("scheme_id"))
    total = rows.order_by().values("scheme_id").annotate(total=Sum("points")).values("total")
    return entries.annotate(running=Coalesce(Subquery(total), ZERO, output_field=DecimalField(max_digits=6, decimal_places=1)))


_FOR_LEDGER = ("person", "department", "place", "behaviour", "scheme__base_level", "counter_of", "warning", "unit")


def ledger(user: User) -> QuerySet[PointEntry]:
    """The confirmed entries the person sees, with everything a line of the ledger says; newest first."""
    hits = ThresholdHit.objects.select_related("threshold__level", "warning").order_by("counted")
    rows = PointEntry.objects.visible_to(user).confirmed().select_related(*_FOR_LEDGER)
    schemes = Prefetch("scheme__thresholds", queryset=PointThreshold.objects.select_related("level").order_by("points"))
    return with_running_total(rows).prefetch_related(schemes, Prefetch("hits", queryset=hits)).order_by("-occurred_on", "-pk")


@dataclass(slots=True)
class Reader:
    """What the reader of a list may know of where entries come from and what they led to. Two queries for any number of rows."""

    lead_ids: frozenset[int]
    warning_ids: frozenset[int]

    @classmethod
    def of(cls, user: User, entries: Sequence[PointEntry]) -> "Reader":
        """For these entries (their hits prefetched)."""
        leads = {entry.lead_id for entry in entries if entry.lead_id}
        warnings = {entry.warning_id for entry in entries if entry.warning_id}
        warnings |= {hit.warning_id for entry in entries for hit in entry.hits.all() if hit.warning_id}
        return cls(
            frozenset(Lead.objects.visible_to(user).filter(pk__in=leads).values_list("pk", flat=True)) if leads else frozenset(),
            frozenset(Warning.objects.visible_to(user).filter(pk__in=warnings).values_list("pk", flat=True)) if warnings else frozenset(),
        )

    def source(self, entry: PointEntry) -> str:
        """Where an entry comes from. That it was a lead, or a warning not issued yet, is told only to who may see that one."""
        hidden = (
            entry.lead_id not in self.lead_ids if entry.lead_id else bool(entry.warning_id) and entry.warning_id not in self.warning_ids
        )
        if hidden:
            return _("daily supervision")
        label = PointSource(entry.source_kind).label
        text = entry.warning.number if entry.warning_id and entry.warning is not None else entry.source_text
        return f"{label}：{text}" if text else str(label)

    def outcome(self, entry: PointEntry) -> str:
        """What reaching a threshold with this entry led to (处置)."""
        gravest = max(entry.hits.all(), key=lambda hit: hit.threshold.points, default=None)
        if gravest is None:
            return ""
        text = gravest.threshold.consequence
        if gravest.warning_id in self.warning_ids and gravest.warning is not None:
            return _("%(consequence)s (%(warning)s)") % {"consequence": text, "warning": gravest.warning}
        return text


def colour_after(entry: PointEntry) -> WarningLevel | None:
    """The colour the holder had after this entry; the entry comes from `ledger`."""
    counted = standing(entry.running, entry.scheme.rules).counted  # type: ignore[attr-defined]
    return level_of(counted, entry.scheme.thresholds.all(), entry.scheme.base_level)


def unit_for(user: User, wanted: int | None, unit_ids: Iterable[int]) -> Unit | None:
    """The unit whose points a page shows: the wanted one if it is among the ids, else the highest of them."""
    units = Unit.objects.filter(pk__in=set(unit_ids)).order_by("path")
    return next((unit for unit in units if unit.pk == wanted), None) or units.first()


def waiting_for(user: User) -> QuerySet[PointEntry]:
    """Proposals the person handles, their own among them, the oldest first."""
    related = ("person", "department", "place", "behaviour", "proposed_by", "scheme", "counter_of", "unit")
    rows: QuerySet[PointEntry] = PointEntry.objects.handled_by(user).waiting().select_related(*related)
    return rows.order_by("proposed_at", "pk")


def years(entries: QuerySet[PointEntry]) -> list[int]:
    """Years with an entry, the newest first."""
    return list(entries.order_by("-cycle_year").values_list("cycle_year", flat=True).distinct())


def balances_seen(user: User, closing: PointClosing) -> QuerySet[PointBalance]:
    """The balances of a closing: all for the unit's head; for the committee without those it does not handle (themselves, those above)."""
    rows = closing.balances.select_related("level")
    if closing.unit_id in scope_of(user).headed_unit_ids:
        return rows
    people, departments = shut_out_ids(user)
    above = Q(person__isnull=False, person_id__in=people - {user.pk}) | Q(department__isnull=False, department_id__in=departments)
    return rows.exclude(above)
