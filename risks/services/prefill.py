"""Filling a form with what is known already: the holder's points of the register, else last year's form (domain §3)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from simple_history.utils import bulk_create_with_history

from accounts.models import User
from positions.models import Appointment, HolderLevel
from risks.grading import level_for
from risks.models import Declaration, EntryChange, EntryMeasure, RiskEntry, RiskPoint
from risks.models.content import MeasureContent, RiskContent
from risks.states import FormState, MeasureState

CONTENT_FIELDS = [f.name for f in RiskContent._meta.get_fields()]
MEASURE_FIELDS = [f.name for f in MeasureContent._meta.get_fields()]
# A form longer than this is no longer a form; the rest stays in the register as it is.
MOST_ENTRIES = 300


def points_of(declaration: Declaration) -> QuerySet[RiskPoint]:
    """The register's points that the form speaks for. Of a post held by several, each gets their own, and what nobody holds any more."""
    points = RiskPoint.objects.registered().filter(unit_id=declaration.unit_id, level_of=declaration.kind)
    if declaration.kind == HolderLevel.POSITION:
        holders = Appointment.objects.in_force().filter(position_id=declaration.position_id).values("person_id")
        points = points.filter(
            Q(direct_holder_id=declaration.declarant_id) | Q(direct_holder=None) | ~Q(direct_holder_id__in=holders),
            position_id=declaration.position_id,
        )
    elif declaration.kind == HolderLevel.DEPARTMENT:
        points = points.filter(department_id=declaration.department_id)
    return points.order_by("number")


def prefill(*, declaration: Declaration, by: User | None, points: Iterable[RiskPoint] | None = None) -> int:
    """Put the points (default: all of the holder's) into the draft as “unchanged”; from last year's form when the register has none.

    Points already in the form are left out. Returns how many risks were added. Call inside the transaction that opens the form.
    """
    chosen: Sequence[RiskPoint] = list(points if points is not None else points_of(declaration).prefetch_related("measures")[:MOST_ENTRIES])
    there = set(declaration.entries.values_list("risk_point_id", flat=True))
    entries: list[RiskEntry] = []
    measures: list[list[EntryMeasure]] = []
    for point in chosen:
        if point.pk in there:
            continue
        kept = [m for m in point.measures.all() if m.state != MeasureState.DROPPED]
        entries.append(_entry(declaration, point, change=EntryChange.KEEP, risk_point=point, self_level_id=point.current_level_id))
        measures.append([_measure(m) for m in kept])
    if not entries and points is None:
        for old in _last_years(declaration):
            entries.append(_entry(declaration, old, change=EntryChange.NEW, self_level_id=old.self_level_id))
            measures.append([_measure(m) for m in old.measures.all()])
    return _store(declaration, entries, measures, by)


def _last_years(declaration: Declaration) -> list[RiskEntry]:
    last = (
        Declaration.objects.filter(  # type: ignore[misc]  # a post or department that is None asks for none
            unit_id=declaration.unit_id,
            kind=declaration.kind,
            declarant_id=declaration.declarant_id,
            department_id=declaration.department_id,
            position_id=declaration.position_id,
            campaign__isnull=False,
            signed_at__isnull=False,
        )
        .exclude(pk=declaration.pk)
        .exclude(state=FormState.CANCELLED)
        .order_by("-campaign__year", "-id")
        .first()
    )
    if last is None:
        return []
    kept = last.entries.exclude(change=EntryChange.RETIRE).filter(is_rejected=False)
    return list(kept.prefetch_related("measures")[:MOST_ENTRIES])


def _entry(declaration: Declaration, source: Any, **fields: Any) -> RiskEntry:
    values = {name: getattr(source, _attname(RiskContent, name)) for name in CONTENT_FIELDS}
    entry = RiskEntry(
        declaration=declaration,
        unit_id=declaration.unit_id,
        **{_attname(RiskContent, name): value for name, value in values.items()} | {"level_of": declaration.kind},
        **fields,
    )
    entry.answers = dict(source.answers or {})
    for said in ("self_reason", "change_reason"):
        entry.answers.pop(said, None)
    entry.computed_level = level_for(declaration.scheme, entry)[0]
    return entry


def _measure(source: Any) -> EntryMeasure:
    return EntryMeasure(**{_attname(MeasureContent, name): getattr(source, _attname(MeasureContent, name)) for name in MEASURE_FIELDS})


def _attname(model: Any, name: str) -> str:
    return str(model._meta.get_field(name).attname)


def _store(declaration: Declaration, entries: list[RiskEntry], measures: list[list[EntryMeasure]], by: User | None) -> int:
    if not entries:
        return 0
    order = declaration.entries.count()
    for n, entry in enumerate(entries, 1):
        entry.order = order + n
    bulk_create_with_history(entries, RiskEntry, default_user=by)
    rows = []
    for entry, own in zip(entries, measures, strict=True):
        for measure in own:
            measure.entry_id = entry.pk
            rows.append(measure)
    EntryMeasure.objects.bulk_create(rows)
    return len(entries)
