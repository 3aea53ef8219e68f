"""What falls due of points: the year closes on 31 December (domain §5). Warnings keep limits of their own (services.deadlines)."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deadlines.people import Organisation
from deadlines.registry import DeadlineKind, Due, Intervals, SetElsewhere, register, set_elsewhere
from early_warnings.models import PointClosing, PointEntry
from early_warnings.points import Cycle
from positions.models import BodyKind


def years_due(today: date, until: date) -> Iterator[Due]:
    """Calendar years with points that are not closed: the discipline committee, its head when it is late."""
    closed = PointClosing.objects.filter(unit=OuterRef("unit"), year=OuterRef("cycle_year"))
    entries = PointEntry.objects.filter(scheme__cycle=Cycle.CALENDAR).exclude(Exists(closed))
    organisation = Organisation(today)
    for unit_id, year in entries.order_by("unit_id", "cycle_year").values_list("unit_id", "cycle_year").distinct():
        due_on = date(year, 12, 31)
        if due_on <= until:
            yield Due(
                object_id=unit_id,
                turn=str(year),
                unit_id=unit_id,
                due_on=due_on,
                people=organisation.members(unit_id, BodyKind.DISCIPLINE_COMMITTEE),
                leaders=(organisation.unit_heads(unit_id),),
                text=_("close the points of %(year)s") % {"year": year},
                url=reverse("warnings:point_closings"),
            )


POINTS = register(
    DeadlineKind(
        code="points_year",
        title=gettext_lazy("Closing of the year of points"),
        find=years_due,
        notice="points",
        url=reverse_lazy("warnings:point_closings"),
        default=Intervals(before=(5, 1), on_day=True, after=(3,), every=5, escalate=(8,)),
    )
)

set_elsewhere(
    "warnings",
    SetElsewhere(
        title=gettext_lazy("Warnings and rectifications"),
        note=gettext_lazy("Each step has a limit; it is reminded of when amber, told when over, then place by place up the chain."),
        url=reverse_lazy("warnings:settings"),
        body=BodyKind.DISCIPLINE_COMMITTEE,
    ),
)
