"""The start page's part about points: proposals to decide on, and a year to be closed."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common.prepared import Given, one_of
from early_warnings.models import PointClosing, PointEntry
from early_warnings.point_selectors import scheme_of
from early_warnings.points import Cycle
from positions.models import BodyKind
from positions.scopes import Scope
from web.board_parts import Asked, Counted, Counting, Task


def asks() -> dict[str, Any]:
    """For who sits in a committee: whether anything is proposed in their units, and whether points of last year are open there."""
    closed = PointClosing.objects.filter(unit=OuterRef("unit"), year=OuterRef("cycle_year"))
    entered = PointEntry.objects.confirmed().filter(one_of("unit_id", "discipline"), cycle_year=Given("last_year"))
    in_units = one_of("unit_id", "desk_units") | one_of("body__unit_id", "desk_units")
    return {
        "points.waiting": Exists(PointEntry.objects.waiting().filter(in_units)),
        "points.open_year": Exists(entered.exclude(Exists(closed))),
    }


def counts(*, user: User, scope: Scope, today: date) -> list[Counting]:
    """Entries a committee has to confirm; not the person's own."""
    if not scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE):
        return []
    waiting = lambda: PointEntry.objects.handled_by(user).waiting().exclude(proposed_by=user)  # noqa: E731
    return [Counting("points.waiting", waiting, is_secret=True)]


def tasks(*, user: User, scope: Scope, today: date, asked: Asked, counted: Counted) -> list[Task]:
    """For members of a discipline committee, and for who steps in where the committee has nobody else."""
    kept = scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE, frozenset())
    # The secretary of the party committee is told by notice alone: what waits is first of all the committee's.
    if not kept:
        return []
    found = []
    if "points.waiting" in counted:
        n, _first = counted["points.waiting"]
        text = ngettext("%(n)d point entry waits to be confirmed", "%(n)d point entries wait to be confirmed", n) % {"n": n}
        found.append(Task(text, reverse("warnings:points_waiting")))
    return [*found, *(_closings(kept, today) if asked["points.open_year"] else [])]


def _closings(unit_ids: frozenset[int], today: date) -> list[Task]:
    """Last year's points, as long as they are open."""
    year = today.year - 1
    entered = PointEntry.objects.confirmed().filter(unit_id__in=unit_ids, cycle_year=year)
    open_units = set(entered.values_list("unit_id", flat=True).distinct())
    open_units -= set(PointClosing.objects.filter(unit_id__in=open_units, year=year).values_list("unit_id", flat=True))
    found = []
    for unit_id in sorted(open_units):
        scheme = scheme_of(unit_id, date(year, 12, 31))
        if scheme is not None and scheme.cycle == Cycle.CALENDAR:
            text = _("Close the points of %(year)s") % {"year": year}
            found.append(Task(text, f"{reverse('warnings:point_closings')}?unit={unit_id}", due=date(today.year, 1, 31)))
    return found
