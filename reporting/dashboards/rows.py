"""What is counted: rows of each kind that the reader may see, as they were on the day, with the columns by which they are counted.

A figure groups these rows, and its drill-down filters the same ones. Whether somebody sees an object is decided by today's rights; how it
looked on a past day comes from the history (ADR 0021).
"""

from datetime import timedelta
from typing import Any

from django.db.models import Case, CharField, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from assessments.models import Result
from early_warnings.models import PointEntry, Warning
from early_warnings.states import ENDED
from early_warnings.states_points import PointState
from leads.models import Lead
from leads.secrecy import standing_of
from reporting.dashboards.counting import as_it_was
from reporting.dashboards.selection import Selection, end_of
from risks import progress
from risks.models import Campaign, Declaration, Level, Measure, RiskPoint
from risks.states import FormState, MeasureState, RiskState

SOON = timedelta(days=14)
OVERDUE, DUE_SOON, LATER, REPORTED, CONFIRMED = "overdue", "soon", "later", "reported", "confirmed"
KEPT, BROKEN = "kept", "broken"
RISE, FALL = "rise", "fall"
HANDED_IN, OUTSTANDING = "yes", "no"
DONE = (MeasureState.DONE, MeasureState.CONFIRMED)


def points(selection: Selection) -> QuerySet[Any]:
    """Risk points that stood in the register."""
    visible = RiskPoint.objects.visible_to(selection.user)
    found = as_it_was(visible, selection) if selection.is_past else visible
    return found.filter(state=RiskState.REGISTERED, **selection.narrowed())


def measures(selection: Selection) -> QuerySet[Any]:
    """Measures of points that stood in the register, with `standing` on the day, and whether what fell due in the period was done in time
    (`promise`); `place`, `leader` and `unit` are those of the point."""
    visible = Measure.objects.visible_by_parts(selection.user)
    if selection.is_past:
        of_point = RiskPoint.history.model._default_manager.filter(id=OuterRef("risk_id"), history_date__lt=selection.until)
        last = of_point.order_by("-history_date", "-history_id")
        found = as_it_was(visible, selection).annotate(
            point_state=Subquery(last.values("state")[:1]),
            place=Subquery(last.values("department_id")[:1], output_field=IntegerField()),
            leader=Subquery(last.values("responsible_leader_id")[:1], output_field=IntegerField()),
            unit=Subquery(last.values("unit_id")[:1], output_field=IntegerField()),
        )
    else:
        found = visible.annotate(
            point_state=F("risk__state"), place=F("risk__department_id"), leader=F("risk__responsible_leader_id"), unit=F("risk__unit_id")
        )
    found = found.filter(point_state=RiskState.REGISTERED, **selection.narrowed({"unit": "unit", "department": "place"}))
    planned, day, period = Q(state=MeasureState.PLANNED), selection.day, selection.period
    due = Q(due_on__range=(period.start, period.end)) & ~Q(state=MeasureState.DROPPED)
    return found.annotate(
        standing=Case(
            When(planned & Q(due_on__lt=day), then=Value(OVERDUE)),
            When(planned & Q(due_on__lte=day + SOON), then=Value(DUE_SOON)),
            When(planned, then=Value(LATER)),
            When(state=MeasureState.DONE, then=Value(REPORTED)),
            When(state=MeasureState.CONFIRMED, then=Value(CONFIRMED)),
            default=Value(""),
            output_field=CharField(),
        ),
        promise=Case(
            When(due & Q(state__in=DONE, done_at__date__lte=F("due_on")), then=Value(KEPT)),
            # What is due on the day itself may still be done.
            When(due & ~Q(state=MeasureState.PLANNED, due_on=day), then=Value(BROKEN)),
            default=Value(""),
            output_field=CharField(),
        ),
    )


def changes(selection: Selection) -> QuerySet[Any]:
    """Changes of level within the period: rows of the history whose level differs from that of the row before."""
    history = RiskPoint.history.model._default_manager
    earlier = history.filter(id=OuterRef("id")).filter(
        Q(history_date__lt=OuterRef("history_date")) | Q(history_date=OuterRef("history_date"), history_id__lt=OuterRef("history_id"))
    )
    before = earlier.order_by("-history_date", "-history_id")
    start, until = _moments(selection)
    found = history.filter(
        id__in=RiskPoint.objects.visible_to(selection.user).values("pk"),
        history_type="~",
        history_date__gte=start,
        history_date__lt=until,
        **selection.narrowed(),
    ).annotate(before=Subquery(before.values("current_level_id")[:1]))
    found = found.annotate(before_severity=Subquery(Level.objects.filter(pk=OuterRef("before")).values("severity")[:1]))
    found = found.exclude(before=None).exclude(before=F("current_level_id"))
    return found.annotate(
        direction=Case(
            When(current_level__severity__gt=F("before_severity"), then=Value(RISE)), default=Value(FALL), output_field=CharField()
        )
    )


def warnings(selection: Selection) -> QuerySet[Any]:
    """Warnings that were open on the day, and those that ended within the period (`ended`); `issued` or not yet."""
    visible = Warning.objects.visible_to(selection.user)
    if selection.is_past:
        # Who is told by the issue learns nothing of what went before it, and the party committee nothing of what was not submitted yet.
        handled = Warning.objects.handled_by(selection.user).values("pk")
        own = Q(discipline_body_id__in=standing_of(selection.user).body_ids) | Q(submitted_at__isnull=False)
        found = as_it_was(visible, selection).filter(Q(issued_at__isnull=False) | Q(id__in=handled) & own)
    else:
        found = visible
    start, until = _moments(selection)
    found = found.filter(~Q(state__in=ENDED) | Q(closed_at__gte=start, closed_at__lt=until), **selection.narrowed())
    return found.annotate(
        ended=Case(When(state__in=ENDED, then=Value("yes")), default=Value("no"), output_field=CharField()),
        issued=Case(When(issued_at=None, then=Value("no")), default=Value("yes"), output_field=CharField()),
    )


def leads(selection: Selection) -> QuerySet[Any]:
    """Leads that came in within the period, for those on whose desk they are. They belong to a unit and to no department."""
    start, until = _moments(selection)
    found = Lead.objects.visible_to(selection.user).filter(received_at__gte=start, received_at__lt=until)
    if selection.department_id is not None:
        return found.none()
    return found.filter(unit_id=selection.unit_id) if selection.unit_id else found


def entries(selection: Selection) -> QuerySet[Any]:
    """Points entered for faults within the period, as far as they were confirmed by then. What is confirmed never changes."""
    start, end = selection.period.start, selection.period.end
    found = PointEntry.objects.visible_to(selection.user).filter(
        state=PointState.CONFIRMED, decided_at__lt=selection.until, occurred_on__range=(start, end)
    )
    return found.filter(**selection.narrowed({"department": "place_id"}))


def results(selection: Selection) -> QuerySet[Any]:
    """Of everybody assessed in a quarter of the period the result that counted on the day: the last one confirmed by then."""
    visible = Result.objects.visible_to(selection.user)
    found = Result.objects.filter(pk__in=_counting_then(visible, selection)) if selection.is_past else visible.counting()
    start, end = selection.period.start, selection.period.end
    quarters = Q(assessed__round__year__gt=start.year) | Q(assessed__round__year=start.year, assessed__round__quarter__gte=_quarter(start))
    quarters &= Q(assessed__round__year__lt=end.year) | Q(assessed__round__year=end.year, assessed__round__quarter__lte=_quarter(end))
    return found.filter(quarters, **selection.narrowed({"unit": "assessed__round__unit_id", "department": "assessed__department_id"}))


def _counting_then(visible: QuerySet[Any], selection: Selection) -> QuerySet[Any]:
    confirmed = as_it_was(visible, selection).filter(state="confirmed")
    last: QuerySet[Any] = confirmed.order_by("assessed_id", "-number").distinct("assessed_id").values("id")
    return last


def campaigns(selection: Selection) -> QuerySet[Campaign]:
    """The campaign of each unit that had been started last."""
    found = Campaign.objects.visible_to(selection.user).filter(started_at__lt=selection.until)
    if selection.unit_id:
        found = found.filter(unit_id=selection.unit_id)
    latest = found.order_by("unit_id", "-started_at", "-pk").distinct("unit_id").values("pk")
    kept: QuerySet[Campaign] = Campaign.objects.filter(pk__in=latest).select_related("unit", "scheme__scale").order_by("unit__path")
    return kept


def forms(selection: Selection) -> QuerySet[Any]:
    """The forms of these campaigns whose progress the reader sees, with `handed_in`; state and names only, as on the campaign's page."""
    shown = progress.shown_to(selection.user, Declaration.objects.filter(campaign__in=campaigns(selection).order_by().values("pk")))
    if selection.is_past:
        everything = as_it_was(shown, selection).exclude(state=FormState.CANCELLED)
    else:
        everything = shown.exclude(state=FormState.CANCELLED)
    return everything.filter(**selection.narrowed()).annotate(
        handed_in=Case(When(state__in=progress.HANDED_IN, then=Value(HANDED_IN)), default=Value(OUTSTANDING), output_field=CharField())
    )


def _moments(selection: Selection) -> tuple[Any, Any]:
    """From the beginning of the period until it, or the day, was over."""
    return end_of(selection.period.start - timedelta(days=1)), min(end_of(selection.period.end), selection.until)


def _quarter(day: Any) -> int:
    return int((day.month + 2) // 3)
