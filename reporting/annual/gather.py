"""Counting the figures of an annual report: a fixed number of statements for each year, whatever the size of the unit.

They are those of the unit, whoever reads them, and hold no more than the plenary of the committee is told: warnings from their issue on,
points once confirmed, grades once final, no leads (ADR 0024).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from assessments.models import EligibilityCheck, EligibilityLine, Result
from assessments.states import RoundState
from early_warnings.models import Disposition, PointEntry, Warning, WarningLevel
from early_warnings.states import WarningState
from early_warnings.states_points import PointState
from positions.models import Rule, Unit
from reporting.annual.figures import Figures, Group, Row, beside, share
from risks.models import Declaration, Level, Measure, RiskPoint
from risks.progress import HANDED_IN
from risks.states import MeasureState, RiskState
from talks.models import Talk, TalkKind

DAY = timedelta(days=1)
Counts = dict[str, float | None]
TOLD_TALKS = [kind.value for kind in TalkKind if kind != TalkKind.INQUIRY]


@dataclass(frozen=True, slots=True)
class Span:
    """A year of a unit, up to `end` (its last day, or today)."""

    unit_id: int
    year: int
    end: date
    is_past: bool

    @property
    def days(self) -> tuple[date, date]:
        """First and last day."""
        return date(self.year, 1, 1), self.end

    @property
    def until(self) -> datetime:
        """The moment at which it is over."""
        return timezone.make_aware(datetime.combine(self.end + DAY, datetime.min.time()))

    @property
    def since(self) -> datetime:
        """The moment at which it begins."""
        return timezone.make_aware(datetime.combine(date(self.year, 1, 1), datetime.min.time()))


def figures_of(unit: Unit, year: int, today: date | None = None) -> Figures:
    """The year beside the one before. Of the year that runs, what there is so far; that says the day on the figures."""
    day = today or timezone.localdate()
    now, before = _span(unit, year, day), _span(unit, year - 1, day)
    groups = (
        Group("register", _register(now, before)),
        Group("campaign", _pair(_campaign(now), _campaign(before))),
        Group("departments", beside("department", *_known(_departments(now), _departments(before)))),
        Group("measures", _pair(_measures(now), _measures(before))),
        Group("warnings", _warnings(now, before)),
        Group("dispositions", _dispositions(now, before)),
        Group("points", _pair(_points(now), _points(before))),
        Group("grades", _grades(now, before)),
        Group("daily", _daily(now, before)),
    )
    return Figures(year, now.end, groups)


def _span(unit: Unit, year: int, today: date) -> Span:
    last = date(year, 12, 31)
    return Span(unit.pk, year, min(last, max(today, date(year, 1, 1))), last < today)


def _pair(now: Mapping[str, float | None], before: Mapping[str, float | None]) -> tuple[Row, ...]:
    """Rows without names."""
    return tuple(Row(code, value, before[code]) for code, value in now.items())


def _known(now: Counts, before: Counts) -> tuple[Counts, Counts]:
    """What one year does not know was not there, which is not the same as nothing."""
    names = [*now, *(name for name in before if name not in now)]
    return {name: now.get(name) for name in names}, {name: before.get(name) for name in names}


# ---- risk points


def _register(now: Span, before: Span) -> tuple[Row, ...]:
    standing, earlier = _standing(now), _standing(before)
    levels = Level.objects.filter(pk__in={*standing, *earlier}).order_by("-severity")
    rows = [Row("standing", sum(standing.values()), sum(earlier.values()))]
    by_label: dict[str, list[float]] = {}
    for level in levels:
        counts = by_label.setdefault(level.label, [0, 0])
        counts[0] += standing.get(level.pk, 0)
        counts[1] += earlier.get(level.pk, 0)
    rows += [Row("level", a, b, label) for label, (a, b) in by_label.items()]
    moved, moved_earlier = _moved(now), _moved(before)
    points = RiskPoint.objects.filter(unit_id=now.unit_id)
    for code, field in (("entered", "registered_on"), ("retired", "retired_on")):
        in_year, year_before = (points.filter(**{f"{field}__range": span.days}).count() for span in (now, before))
        rows.append(Row(code, in_year, year_before))
    return (*rows, *(Row(code, moved[code], moved_earlier[code]) for code in ("raised", "lowered")))


def _standing(span: Span) -> dict[int, int]:
    """Points by level (primary key) that stood in the register at the end; on past days as the history has them."""
    if not span.is_past:
        rows = RiskPoint.objects.filter(unit_id=span.unit_id, state=RiskState.REGISTERED).order_by()
        return dict(rows.values_list("current_level_id").annotate(n=Count("pk")))
    # The last row of each point by then; grouped in the database, for there may be a hundred thousand.
    table = RiskPoint.history.model._meta.db_table
    statement = f"""
        SELECT current_level_id, count(*) FROM (
            SELECT DISTINCT ON (id) id, state, current_level_id, history_type FROM {table}
            WHERE unit_id = %s AND history_date < %s ORDER BY id, history_date DESC, history_id DESC
        ) AS last WHERE state = %s AND history_type <> '-' GROUP BY current_level_id
    """  # noqa: S608 -- only the name of our own table goes in
    with connection.cursor() as cursor:
        cursor.execute(statement, [span.unit_id, span.until, RiskState.REGISTERED])
        return dict(cursor.fetchall())


def _moved(span: Span) -> dict[str, int]:
    """Changes of level in the year: rows of the history that differ from the one before of the same point."""
    table, levels = RiskPoint.history.model._meta.db_table, Level._meta.db_table
    # Django would take the rows of earlier years out before it looks back.
    statement = f"""
        SELECT count(*) FILTER (WHERE severity > earlier), count(*) FILTER (WHERE severity < earlier) FROM (
            SELECT h.history_date, l.severity, lag(l.severity) OVER (PARTITION BY h.id ORDER BY h.history_date, h.history_id) AS earlier
            FROM {table} h JOIN {levels} l ON l.id = h.current_level_id WHERE h.unit_id = %s AND h.history_date < %s
        ) AS steps WHERE history_date >= %s
    """  # noqa: S608 -- only the names of our own tables go in
    with connection.cursor() as cursor:
        cursor.execute(statement, [span.unit_id, span.until, span.since])
        raised, lowered = cursor.fetchone()
    return {"raised": raised, "lowered": lowered}


# ---- campaign and measures


def _forms(span: Span) -> QuerySet[Declaration]:
    found: QuerySet[Declaration] = Declaration.objects.active().filter(campaign__unit_id=span.unit_id, campaign__year=span.year).order_by()
    return found


def _campaign(span: Span) -> Counts:
    counts = _forms(span).aggregate(forms=Count("pk"), handed_in=Count("pk", filter=Q(state__in=HANDED_IN)))
    return {**counts, "coverage": share(counts["handed_in"], counts["forms"])}


def _departments(span: Span) -> Counts:
    """Share of forms handed in; the leadership first."""
    rows = _forms(span).values_list("department__name").annotate(forms=Count("pk"), done=Count("pk", filter=Q(state__in=HANDED_IN)))
    ordered = rows.order_by(F("department__order").asc(nulls_first=True), "department__name")
    return {name or "": share(done, forms) for name, forms, done in ordered}


def _measures(span: Span) -> Counts:
    """Those that fell due; “in time” and “late” by the day they were reported done."""
    due = Measure.objects.filter(risk__unit_id=span.unit_id, due_on__range=span.days).exclude(state=MeasureState.DROPPED)
    done = Q(done_at__lt=span.until)
    counts = due.aggregate(
        due=Count("pk"),
        kept=Count("pk", filter=Q(done_at__date__lte=F("due_on"))),
        late=Count("pk", filter=done & Q(done_at__date__gt=F("due_on"))),
        overdue=Count("pk", filter=Q(due_on__lt=span.end + DAY if span.is_past else span.end) & (Q(done_at=None) | ~done)),
    )
    return counts | {"kept_share": share(counts["kept"], counts["due"])}


# ---- warnings and what follows


def _issued(span: Span) -> QuerySet[Warning]:
    found: QuerySet[Warning] = Warning.objects.filter(unit_id=span.unit_id, issued_at__lt=span.until).exclude(state=WarningState.WITHDRAWN)
    return found.order_by()


def _warnings(now: Span, before: Span) -> tuple[Row, ...]:
    tiers, earlier = _tiers(now), _tiers(before)
    return (
        Row("issued", _total(tiers), _total(earlier)),
        *beside("tier", tiers, earlier, _levels_of({*tiers, *earlier})),
        *_pair(_warning_counts(now), _warning_counts(before)),
    )


def _tiers(span: Span) -> Counts:
    return dict(_issued(span).filter(issued_at__gte=span.since).values_list("level__label").annotate(n=Count("pk")))


def _levels_of(labels: set[str]) -> list[str]:
    return list(dict.fromkeys(WarningLevel.objects.filter(label__in=labels).order_by("severity").values_list("label", flat=True)))


def _warning_counts(span: Span) -> Counts:
    still_open = Q(closed_at=None) | Q(closed_at__gte=span.until)
    return _issued(span).aggregate(
        rectified=Count("pk", filter=Q(state=WarningState.CLOSED, closed_at__gte=span.since, closed_at__lt=span.until)),
        open=Count("pk", filter=still_open),
        late_open=Count("pk", filter=still_open & Q(due_on__lt=span.end)),
    )


def _dispositions(now: Span, before: Span) -> tuple[Row, ...]:
    rows = []
    for span in (now, before):
        found = Disposition.objects.live().filter(warning__unit_id=span.unit_id, carried_out_on__range=span.days)
        found = found.exclude(warning__state=WarningState.WITHDRAWN).order_by()
        kinds: Counts = dict(found.values_list("kind__name").annotate(n=Count("pk")))
        rows.append((found.count(), found.filter(worked=True).count(), kinds))
    (all_now, worked_now, kinds_now), (all_before, worked_before, kinds_before) = rows
    named = beside("disposition", kinds_now, kinds_before)
    return (Row("dispositions", all_now, all_before), *named, Row("worked", worked_now, worked_before))


def _points(span: Span) -> Counts:
    """For faults of the year, without what was taken back."""
    rows = PointEntry.objects.confirmed().filter(unit_id=span.unit_id, occurred_on__range=span.days, counter_of=None)
    rows = rows.exclude(counters__state=PointState.CONFIRMED).order_by()
    counts: dict[str, Any] = rows.aggregate(entries=Count("pk"), points=Sum("points"), people=Count("person", distinct=True))
    return counts | {"points": float(counts["points"] or 0)}


def _grades(now: Span, before: Span) -> tuple[Row, ...]:
    severities: dict[str, int] = {}
    grades, earlier = _graded(now, severities), _graded(before, severities)
    order = sorted(severities, key=lambda label: severities[label])
    return (Row("assessed", _total(grades), _total(earlier)), *beside("grade", grades, earlier, order))


def _graded(span: Span, severities: dict[str, int]) -> Counts:
    """Results of final rounds by grade; notes the severity of each grade."""
    counting = Result.objects.counting().filter(assessed__round__unit_id=span.unit_id, assessed__round__year=span.year)
    final = counting.filter(assessed__round__state=RoundState.FINAL, assessed__round__final_at__lt=span.until).order_by()
    found: Counter[str] = Counter()
    for label, severity, n in final.values_list("grade_label", "grade_severity").annotate(n=Count("pk")):
        found[label] += n
        severities.setdefault(label, severity)
    return dict(found)


def _daily(now: Span, before: Span) -> tuple[Row, ...]:
    talks, earlier = _talks(now), _talks(before)
    order = [kind for kind in TOLD_TALKS if kind in {*talks, *earlier}]
    return (
        Row("talks", _total(talks), _total(earlier)),
        *beside("talk", talks, earlier, order),
        *_pair(_checks(now), _checks(before)),
        *_pair(_rules(now), _rules(before)),
    )


def _talks(span: Span) -> Counts:
    """By kind. Written inquiries are not counted: they answer to leads."""
    held = Talk.objects.filter(unit_id=span.unit_id, held_at__gte=span.since, held_at__lt=span.until, kind__in=TOLD_TALKS).order_by()
    return dict(held.values_list("kind").annotate(n=Count("pk")))


def _total(counts: Counts) -> float:
    return sum(value or 0 for value in counts.values())


def _checks(span: Span) -> Counts:
    asked = Q(unit_id=span.unit_id, asked_at__gte=span.since, asked_at__lt=span.until)
    checks = EligibilityCheck.objects.filter(asked)
    return {"checks": checks.count(), "checked": EligibilityLine.objects.filter(eligibility_check__in=checks.values("pk")).count()}


def _rules(span: Span) -> Counts:
    rules = Rule.objects.filter(unit_id=span.unit_id)
    return {
        "rules_made": rules.filter(since__range=span.days).count(),
        "rules_repealed": rules.filter(repealed_on__range=span.days).count(),
    }
