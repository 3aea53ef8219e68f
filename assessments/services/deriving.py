"""Scores that follow from what is on record: the integrity file of a quarter, for a whole round in a few queries (domain §6)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from accounts.models import User
from assessments.models import Assessed, ItemKind, Method, MethodScore, Round, ScoreItem
from assessments.permissions import results as permissions
from assessments.protections import Remedy
from assessments.scoring.deductions import Deduction, Facts, MeasureFact, PointFact, WarningFact, deductions, from_points
from audit import services as audit
from early_warnings.models import ErrorKind, PointEntry, SubjectKind, Warning
from early_warnings.states import WarningState
from early_warnings.states_points import PointState
from risks.models import Measure
from risks.states import MeasureState

BATCH = 500
DERIVED = (ItemKind.POINTS, ItemKind.WARNING, ItemKind.MEASURE)


def facts_of(found: Round, people: Iterable[int]) -> dict[int, Facts]:
    """What points, warnings and measures say about these people in the round's quarter. Leads are never asked."""
    keys = list(people)
    start, end = _moment(found.first_day), _moment(found.last_day + timedelta(days=1))
    points, warnings, measures = _points(keys, start, end), _warnings(keys, start, end), _measures(found, keys, end)
    return {pk: Facts(tuple(points[pk]), tuple(warnings[pk]), tuple(measures[pk])) for pk in keys}


def _moment(day: object) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))  # type: ignore[arg-type]


def _points(people: list[int], start: datetime, end: datetime) -> dict[int, list[PointFact]]:
    """Counted in the quarter in which they were confirmed, so once; neither what was taken back nor the taking back."""
    rows = PointEntry.objects.confirmed().filter(person_id__in=people, decided_at__gte=start, decided_at__lt=end, counter_of=None)
    rows = rows.exclude(counters__state=PointState.CONFIRMED).order_by("occurred_on", "pk")
    found: dict[int, list[PointFact]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(PointFact(row.pk, row.points, row.occurred_on, row.warning_id))
    return found


def _warnings(people: list[int], start: datetime, end: datetime) -> dict[int, list[WarningFact]]:
    """In force on a day of the quarter; not those withdrawn, nor those raised to the next tier, which count as what they became."""
    rows = (
        Warning.objects.filter(subject_kind=SubjectKind.PERSON, person_id__in=people, issued_at__lt=end)
        .filter(Q(closed_at=None) | Q(closed_at__gte=start))
        .exclude(state__in=[WarningState.WITHDRAWN, WarningState.ESCALATED])
        .prefetch_related("dispositions")
        .order_by("issued_at", "pk")
    )
    found: dict[int, list[WarningFact]] = defaultdict(list)
    for row in rows:
        about = [d for d in row.dispositions.all() if d.person_id == row.person_id and d.cancelled_at is None]
        effects = tuple(Remedy(bool(d.worked), d.effect) for d in about)
        found[row.person_id].append(WarningFact(row.pk, row.number, row.tier, row.error_kind == ErrorKind.MISTAKE, effects))
    return found


def _measures(found: Round, people: list[int], end: datetime) -> dict[int, list[MeasureFact]]:
    """Due in the quarter and not reported done by the day (domain §3)."""
    rows = (
        Measure.objects.filter(who_id__in=people, due_on__range=(found.first_day, found.last_day))
        .exclude(state=MeasureState.DROPPED)
        .select_related("risk")
        .order_by("due_on", "pk")
    )
    late: dict[int, list[MeasureFact]] = defaultdict(list)
    today = timezone.localdate()
    for row in rows:
        done_on = timezone.localdate(row.done_at) if row.done_at else None
        if row.due_on < (done_on or today):
            late[row.who_id].append(MeasureFact(row.pk, row.risk.number, row.due_on))
    return late


@transaction.atomic
def derive(*, found: Round, by: User) -> int:
    """Work out the file scores of everybody in the round anew; what was overruled with grounds stays overruled. Returns how many people.

    Raises NotAllowed.
    """
    found = Round.objects.select_for_update(of=("self",)).get(pk=found.pk)
    permissions.may_score_round(by, found).require()
    number = derive_file_scores(found, by)
    audit.record("assessment.scores_derived", by=by, obj=found, detail={"people": number})
    return number


def derive_file_scores(found: Round, by: User) -> int:
    """The same inside another service's transaction, which holds the round locked and records the act."""
    everybody = list(Assessed.objects.filter(round=found).order_by("pk"))
    facts = facts_of(found, [row.person_id for row in everybody])
    wanted = {row.pk: deductions(facts[row.person_id]) for row in everybody}
    kept = MethodScore.objects.select_for_update(of=("self",)).filter(assessed__round=found, method=Method.FILE).prefetch_related("items")
    known = {row.assessed_id: row for row in kept}
    for assessed_id, score in known.items():
        _derive_again(score, wanted[assessed_id], by)
    _derive_first([row for row in everybody if row.pk not in known], wanted, by)
    return len(everybody)


def _derive_first(people: list[Assessed], wanted: dict[int, list[Deduction]], by: User) -> None:
    made = []
    for assessed in people:
        score = from_points(deduction.points for deduction in wanted[assessed.pk])
        made.append(MethodScore(assessed=assessed, method=Method.FILE, derived=score, score=score))
    made = bulk_create_with_history(made, MethodScore, batch_size=BATCH, default_user=by)
    items = [_item(score, deduction) for score in made for deduction in wanted[score.assessed_id]]
    bulk_create_with_history(items, ScoreItem, batch_size=BATCH, default_user=by)


def _item(score: MethodScore, deduction: Deduction) -> ScoreItem:
    return ScoreItem(
        score=score,
        kind=deduction.kind,
        source_id=deduction.source_id,
        source_label=deduction.label,
        points=deduction.points,
        derived_points=deduction.points,
    )


def _derive_again(score: MethodScore, wanted: list[Deduction], by: User) -> None:
    items = {(item.kind, item.source_id): item for item in score.items.all()}
    changed = False
    for deduction in wanted:
        item = items.pop((deduction.kind, deduction.source_id), None)
        if item is None:
            item = _item(score, deduction)
        elif item.derived_points == deduction.points and item.source_label == deduction.label:
            continue
        elif item.points == item.derived_points:
            item.points = deduction.points
        item.what, item.source_label, item.derived_points = "", deduction.label, deduction.points
        item._history_user = by  # type: ignore[attr-defined]
        item.save()
        changed = True
    for item in items.values():
        if item.kind in DERIVED:
            item._history_user = by  # type: ignore[attr-defined]
            item.delete()
            changed = True
    if changed:
        recount(score, score.derived, by)


def recount(score: MethodScore, before: object, by: User) -> None:
    """What the entries come to has changed: the score follows, unless it was set by hand to something else than `before`."""
    points = [item.points for item in ScoreItem.objects.filter(score=score)]
    derived = from_points(points) if points or score.method == Method.FILE else None
    follows = score.applies and (score.score is None or score.score == before)
    if derived == score.derived and not (follows and derived != score.score):
        return
    score.derived = derived
    if follows:
        score.score = derived
    _save(score, by)


def _save(score: MethodScore, by: User) -> None:
    score._history_user = by  # type: ignore[attr-defined]
    score.save()
