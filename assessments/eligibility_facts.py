"""Facts for an eligibility check of many people at once, as they were on a day. A fixed number of queries, however many people.

What was withdrawn later never counts; a disposition found later to have worked protects for earlier days too. Leads, drafts of warnings
and warnings not issued are never read.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Max, Q
from django.utils import timezone

from assessments.eligibility import Alert, Bar, Barred, Facts, Pending, PendingKind, PointStanding, Remedy, is_protected
from assessments.models import Appeal, Assessed, Restriction, Result, Round
from assessments.states import COUNTED, RoundState
from assessments.states_appeals import AppealState
from assessments.states_results import ResultState
from early_warnings.models import Disposition, ErrorKind, PointEntry, Warning
from early_warnings.point_selectors import scheme_of
from early_warnings.points import reached, standing, window, year_before
from early_warnings.states import WarningState

DAY = timedelta(days=1)


def facts_of(person_ids: Collection[int], as_of: date) -> dict[int, Facts]:
    """By person; everybody asked about is in it."""
    ids = list(person_ids)
    bars, alerts, points, pendings = _bars(ids, as_of), _alerts(ids, as_of), _points(ids, as_of), _pendings(ids, as_of)
    return {
        pk: Facts(tuple(bars.get(pk, ())), tuple(alerts.get(pk, ())), tuple(points.get(pk, ())), tuple(pendings.get(pk, ()))) for pk in ids
    }


def _bars(ids: list[int], as_of: date) -> dict[int, list[Bar]]:
    found: dict[int, list[Bar]] = defaultdict(list)
    rows = Restriction.objects.filter(person_id__in=ids, effective_on__lte=as_of).select_related("result__assessed__round")
    for row in rows.order_by("effective_on", "pk"):
        source = _source(row.result.assessed.round)
        bar = Bar(Barred(row.kind), source, row.grade, row.effective_on, row.starts_on, row.ends_on, row.lifted_on)
        found[row.person_id].append(bar)
    return found


def _source(assessed_round: Round) -> str:
    return f"{assessed_round.year}-{assessed_round.quarter}"


def _alerts(ids: list[int], as_of: date) -> dict[int, list[Alert]]:
    """Warnings of the people that were issued by the day and not over on it."""
    issued = Warning.objects.filter(person_id__in=ids, issued_at__date__lte=as_of).exclude(state=WarningState.WITHDRAWN)
    open_then = Q(closed_at=None) | Q(closed_at__date__gt=as_of) | Q(state=WarningState.ESCALATED)
    rows = list(issued.filter(open_then).select_related("level", "raised_to").order_by("issued_at", "pk"))
    remedies = _remedies([row.pk for row in rows])
    found: dict[int, list[Alert]] = defaultdict(list)
    for row in rows:
        assert row.person_id is not None
        found[row.person_id].append(_alert(row, remedies.get(row.pk, ())))
    return found


def _alert(row: Warning, remedies: Iterable[Remedy]) -> Alert:
    assert row.issued_at is not None
    day, end = timezone.localdate(row.issued_at), _end(row)
    return Alert(row.tier, row.number, row.level.label, day, end, row.error_kind == ErrorKind.MISTAKE, tuple(remedies))


def _end(row: Warning) -> date | None:
    """The first day without it. One that was raised runs on until its successor is issued, or ended without being issued."""
    if row.state != WarningState.ESCALATED:
        return timezone.localdate(row.closed_at) if row.closed_at else None
    successor = getattr(row, "raised_to", None)
    moment = (successor.issued_at or successor.closed_at) if successor else row.closed_at
    return timezone.localdate(moment) if moment else None


def _remedies(warning_ids: Collection[int]) -> dict[int, list[Remedy]]:
    """Dispositions of the person warned that were not cancelled, by warning."""
    found: dict[int, list[Remedy]] = defaultdict(list)
    rows = Disposition.objects.live().filter(warning_id__in=warning_ids, person__isnull=False)
    for warning_id, worked, effect in rows.order_by("pk").values_list("warning_id", "worked", "effect"):
        found[warning_id].append(Remedy(bool(worked), effect))
    return found


def _points(ids: list[int], as_of: date) -> dict[int, list[PointStanding]]:
    """Where the accounts stood, by the scheme of the unit on the day; a person has an account in every unit with entries of theirs."""
    earliest = min(date(as_of.year, 1, 1), year_before(as_of) + DAY)
    rows = PointEntry.objects.confirmed().filter(person_id__in=ids, decided_at__date__lte=as_of, occurred_on__range=(earliest, as_of))
    entries = list(rows.values_list("person_id", "unit_id", "scheme_id", "points", "occurred_on", "warning_id"))
    free = _protected_warnings({entry[5] for entry in entries if entry[5]}, as_of)
    schemes = {unit_id: scheme_of(unit_id, as_of) for unit_id in {entry[1] for entry in entries}}
    sums: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    last: dict[tuple[int, int], date] = {}
    for person_id, unit_id, scheme_id, amount, occurred_on, warning_id in entries:
        scheme = schemes[unit_id]
        if scheme is None or scheme.pk != scheme_id or warning_id in free:
            continue
        start, end = window(scheme.cycle, as_of)
        if start <= occurred_on <= end:
            sums[person_id, unit_id] += amount
            last[person_id, unit_id] = max(occurred_on, last.get((person_id, unit_id), occurred_on))
    found: dict[int, list[PointStanding]] = defaultdict(list)
    for (person_id, unit_id), total in sorted(sums.items()):
        scheme = schemes[unit_id]
        assert scheme is not None
        counted = standing(total, scheme.rules).counted
        threshold = reached(counted, scheme.thresholds.all())
        if threshold is not None:
            level = threshold.level
            found[person_id].append(PointStanding(counted, level.tier, level.label, last[person_id, unit_id]))
    return found


def _protected_warnings(warning_ids: Collection[int], as_of: date) -> set[int]:
    """Those of the warnings that 001 keeps from being held against the person; then the points drawn from them do not count either."""
    remedies = _remedies(warning_ids)
    rows = Warning.objects.filter(pk__in=warning_ids).values_list("pk", "tier", "error_kind")
    found = set()
    for pk, tier, error in rows:
        blank = Alert(tier, "", "", as_of, None, error == ErrorKind.MISTAKE)
        if is_protected(replace(blank, remedies=tuple(remedies.get(pk, ())))):
            found.add(pk)
    return found


def _pendings(ids: list[int], as_of: date) -> dict[int, list[Pending]]:
    found: dict[int, list[Pending]] = defaultdict(list)
    counted = Q(round__rating_closed_at__date__lte=as_of) & (Q(round__published_at=None) | Q(round__published_at__date__gt=as_of))
    for row in (
        Assessed.objects.filter(counted, person_id__in=ids, round__state__in=COUNTED).select_related("round").order_by("round", "pk")
    ):
        found[row.person_id].append(Pending(PendingKind.ROUND, _source(row.round), timezone.localdate(row.round.rating_closed_at)))
    for result in _results_shown(ids, as_of):
        if result.no_award or result.hold_months:
            shown = timezone.localdate(result.assessed.round.published_at)
            found[result.assessed.person_id].append(Pending(PendingKind.RESULT, _source(result.assessed.round), shown))
    open_then = Q(answered_at=None) | Q(answered_at__date__gt=as_of)
    appeals = Appeal.objects.filter(open_then, by_id__in=ids, at__date__lte=as_of).exclude(state=AppealState.WITHDRAWN)
    for appeal in appeals.select_related("result__assessed__round").order_by("at", "pk"):
        source = _source(appeal.result.assessed.round)
        found[appeal.by_id].append(Pending(PendingKind.APPEAL, source, timezone.localdate(appeal.at)))
    return found


def _results_shown(ids: list[int], as_of: date) -> Iterable[Result]:
    """Of rounds shown by the day and not final on it: the result that counted then."""
    not_final = Q(assessed__round__final_at=None) | Q(assessed__round__final_at__date__gt=as_of)
    shown = Result.objects.filter(
        not_final,
        assessed__person_id__in=ids,
        assessed__round__published_at__date__lte=as_of,
        state=ResultState.CONFIRMED,
        confirmed_at__date__lte=as_of,
    ).exclude(assessed__round__state=RoundState.CANCELLED)
    newest = shown.order_by().values("assessed_id").annotate(number=Max("number"))
    wanted = {(row["assessed_id"], row["number"]) for row in newest}
    rows = shown.select_related("assessed__round").order_by("assessed", "number")
    return [row for row in rows if (row.assessed_id, row.number) in wanted]
