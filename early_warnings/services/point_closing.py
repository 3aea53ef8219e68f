"""Closing a year of points (domain §5: the cycle closes on 31 December; the ledger stays)."""

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from audit import services as audit
from common.errors import DomainError, NotPossible
from early_warnings.models import PointBalance, PointClosing, PointEntry
from early_warnings.permissions import points as permissions
from early_warnings.point_selectors import level_of
from early_warnings.points import Cycle, is_over, standing, window
from early_warnings.services.points import hold, scheme_on
from positions.models import Unit


@transaction.atomic
def close_year(*, unit: Unit, year: int, by: User) -> PointClosing:
    """Close a calendar year: keep everybody's balance, and let nothing more into it.

    Raises NotAllowed, NotPossible (closed already, not over, proposals wait), DomainError (rolling cycle).
    """
    unit = hold(unit.pk)
    permissions.may_keep(by, unit.pk).require()
    today = timezone.localdate()
    if not 2000 <= year <= today.year or not is_over(year, today):
        raise NotPossible(_("The year %(year)s is not over yet: it can be closed from 31 December on.") % {"year": year})
    start, end = window(Cycle.CALENDAR, today.replace(year=year, month=12, day=31))
    scheme = scheme_on(unit.pk, end)
    if scheme.cycle != Cycle.CALENDAR:
        raise DomainError(_("The scheme “%(scheme)s” counts rolling twelve months, which have no end of the year.") % {"scheme": scheme})
    if PointClosing.objects.filter(unit=unit, year=year).exists():
        raise NotPossible(_("The points of %(year)s are closed already.") % {"year": year})
    entries = PointEntry.objects.filter(unit=unit).within(start, end)
    if n := entries.waiting().count():
        text = ngettext("%(n)d proposal of this year waits for a decision.", "%(n)d proposals of this year wait for a decision.", n)
        raise NotPossible(text % {"n": n})
    closing = PointClosing.objects.create(unit=unit, scheme=scheme, year=year, by=by, at=timezone.now())
    thresholds = list(scheme.thresholds.select_related("level"))
    rows = entries.confirmed().filter(scheme=scheme).values("person_id", "department_id").order_by()
    names = rows.annotate(total=Sum("points"), person_name=F("person__name"), department_name=F("department__name"))
    balances = []
    for row in names:
        stands = standing(row["total"], scheme.rules)
        balances.append(
            PointBalance(
                closing=closing,
                person_id=row["person_id"],
                department_id=row["department_id"],
                holder_label=row["person_name"] or row["department_name"],
                counted=stands.counted,
                left=stands.left,
                level=level_of(stands.counted, thresholds, scheme.base_level),
            )
        )
    PointBalance.objects.bulk_create(balances, batch_size=1000)
    audit.record("points.year_closed", by=by, obj=closing, detail={"year": year, "accounts": len(balances)})
    return closing
