"""From the leading group's decision on a form's risks into the register (登记造册)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from accounts.models import User
from audit import services as audit
from common.errors import DomainError
from positions.models import HolderLevel, Unit
from risks.models import Declaration, EntryChange, EntryMeasure, Measure, RiskEntry, RiskPoint, Source
from risks.models.content import RiskContent
from risks.services import points
from risks.services.responsibility import Organisation, hold_organisation, organisation_of
from risks.states import MEASURE_TABLE, RISK_TABLE, MeasureState, RiskState

_CONTENT = [field.attname for field in RiskContent._meta.get_fields()]  # type: ignore[union-attr]
_TOLD = [name for name in _CONTENT if name not in ("level_of", "answers", "power_category", "major_matter")]
_MEASURE_TOLD = ("kind", "line", "who_id", "due_on", "rule_id", "order")


@transaction.atomic
def enter(*, entries: Sequence[RiskEntry], by: User, on: date) -> list[RiskPoint]:
    """Bring decided entries into the register and return their points in the same order (rejected ones have none).

    New ones get the next number, initial and current level; kept and changed ones update their point, whose initial level stays; those
    to be taken off retire it. Called by grading in its transaction, which has checked who may decide. Raises DomainError for an entry
    without final level.
    """
    wanted = [entry for entry in entries if not entry.is_rejected]
    for entry in wanted:
        if entry.final_level_id is None and entry.change != EntryChange.RETIRE:
            raise DomainError(_("“%(risk)s” has no final level yet.") % {"risk": entry.title})
    units = {entry.unit_id for entry in wanted}
    hold_organisation(units)
    organisations = {pk: organisation_of(pk) for pk in units}
    measures = _measures_of(wanted)
    known = _locked_points(wanted)
    made = _create([e for e in wanted if _is_new(e)], measures, organisations, by, on)
    found: list[RiskPoint] = []
    for entry in wanted:
        if entry.pk in made:
            found.append(made[entry.pk])
        elif entry.change == EntryChange.RETIRE:
            found.append(_retire(known[entry.risk_point_id], entry, by, on))  # type: ignore[index]
        else:
            risk = known[entry.risk_point_id]  # type: ignore[index]
            _update(risk, entry, measures.get(entry.pk, []), organisations[entry.unit_id], by, on)
            found.append(risk)
    points.changed()
    return found


def _is_new(entry: RiskEntry) -> bool:
    return entry.risk_point_id is None and entry.change != EntryChange.RETIRE


def _measures_of(entries: Sequence[RiskEntry]) -> dict[int, list[EntryMeasure]]:
    found: dict[int, list[EntryMeasure]] = {}
    for measure in EntryMeasure.objects.filter(entry__in=[entry.pk for entry in entries]).order_by("entry_id", "order", "pk"):
        found.setdefault(measure.entry_id, []).append(measure)
    return found


def _locked_points(entries: Sequence[RiskEntry]) -> dict[int, RiskPoint]:
    ids = {entry.risk_point_id for entry in entries if entry.risk_point_id}
    rows = RiskPoint.objects.defer("search").select_related("current_level", "responsible_leader").select_for_update(of=("self",))
    return {risk.pk: risk for risk in rows.filter(pk__in=ids).order_by("pk")}


def _fill(risk: RiskPoint, entry: RiskEntry) -> None:
    """What the form says, and what follows from the power item it names."""
    for name in _CONTENT:
        setattr(risk, name, getattr(entry, name))
    if entry.power_item is not None:
        risk.power_category, risk.major_matter = entry.power_item.category, entry.power_item.major_matter
    points.set_search(risk)


def _place(risk: RiskPoint, declaration: Declaration) -> None:
    """Unit, department, position and holder, as far as the level has them."""
    risk.department_id = declaration.department_id
    if risk.level_of == HolderLevel.POSITION and declaration.position is not None:
        risk.position_id = declaration.position_id
        risk.department_id = declaration.position.department_id
        risk.direct_holder_id = declaration.declarant_id
    if risk.level_of == HolderLevel.UNIT:
        risk.department_id = None


def _create(
    entries: Sequence[RiskEntry],
    measures: dict[int, list[EntryMeasure]],
    organisations: dict[int, Organisation],
    by: User,
    on: date,
) -> dict[int, RiskPoint]:
    """New points in bulk with their history, measures, links from the entries and one event each."""
    if not entries:
        return {}
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in={entry.unit_id for entry in entries})}
    fresh = {
        pk: iter(points.take_numbers(unit, on.year, sum(entry.unit_id == pk for entry in entries))) for pk, unit in sorted(units.items())
    }
    made: list[RiskPoint] = []
    for entry in entries:
        level = entry.final_level
        assert level is not None
        in_campaign = entry.declaration.campaign_id is not None
        risk = RiskPoint(
            unit_id=entry.unit_id,
            number=next(fresh[entry.unit_id]),
            initial_level=level,
            current_level=level,
            source=Source.CAMPAIGN if in_campaign else Source.ADJUSTMENT,
            registered_on=on,
            reviewed_on=on,
        )
        for name in _CONTENT:
            setattr(risk, name, getattr(entry, name))
        _place(risk, entry.declaration)
        _fill(risk, entry)
        organisations[entry.unit_id].derive(risk, level)
        made.append(risk)
    made = bulk_create_with_history(made, RiskPoint, batch_size=500, default_user=by)
    pairs = list(zip(entries, made, strict=True))
    for entry, risk in pairs:
        entry.risk_point = risk
    RiskEntry.objects.bulk_update([entry for entry, _risk in pairs], ["risk_point"], batch_size=500)
    rows = [_measure(risk, source) for entry, risk in pairs for source in measures.get(entry.pk, [])]
    bulk_create_with_history(rows, Measure, batch_size=500, default_user=by)
    events = [(risk, {"current_level": [None, str(entry.final_level)]}) for entry, risk in pairs]
    audit.record_many("risk.entered", events, by=by)
    return {entry.pk: risk for entry, risk in pairs}


def _measure(risk: RiskPoint, source: EntryMeasure) -> Measure:
    return Measure(risk=risk, text=source.text, **{name: getattr(source, name) for name in _MEASURE_TOLD})


def _update(risk: RiskPoint, entry: RiskEntry, measures: list[EntryMeasure], organisation: Organisation, by: User, on: date) -> None:
    """A kept point is reviewed; a changed one says what the form says. Both get the level decided."""
    level = entry.final_level
    assert level is not None
    before, leader = _readable(risk), risk.responsible_leader
    changes: dict[str, list[Any]] = {}
    if risk.state == RiskState.RETIRED:
        RISK_TABLE.move(risk, "restore")
        risk.retired_on = None
    if entry.change != EntryChange.KEEP:
        level_of = risk.level_of
        _fill(risk, entry)
        risk.level_of = level_of
        after = _readable(risk)
        changes = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    old, risk.current_level = risk.current_level, level
    risk.reviewed_on = on
    organisation.derive(risk, level)
    if old.pk != level.pk:
        changes["current_level"] = [old.label, level.label]
    if (leader and leader.pk) != risk.responsible_leader_id:
        changes["responsible_leader"] = [str(leader or "") or None, str(risk.responsible_leader or "") or None]
    risk._history_user = by  # type: ignore[attr-defined]
    risk._change_reason = entry.final_reason[:100] or None  # type: ignore[attr-defined]
    risk.save()
    _follow_measures(risk, measures, by, drop=entry.change != EntryChange.KEEP)
    action = "risk.changed" if changes else "risk.reviewed"
    audit.record(action, by=by, obj=risk, changes=changes, reason=entry.final_reason)


def _readable(risk: RiskPoint) -> dict[str, Any]:
    """The told fields as people read them, by the field's name."""
    found: dict[str, Any] = {}
    for attname in _TOLD:
        field = RiskPoint._meta.get_field(attname.removesuffix("_id") if attname.endswith("_id") else attname)
        display = getattr(risk, f"get_{field.name}_display", None)
        value = display() if display else getattr(risk, field.name)
        found[field.name] = value if value is None or isinstance(value, int) else str(value)
    return found


def _follow_measures(risk: RiskPoint, wanted: list[EntryMeasure], by: User, *, drop: bool) -> None:
    """Measures are recognised by their text: known ones keep state and proof, new ones are added, planned ones left out are dropped."""
    known = {measure.text.strip(): measure for measure in risk.measures.select_for_update().order_by("order", "pk")}
    for source in wanted:
        measure = known.pop(source.text.strip(), None)
        if measure is None:
            measure = _measure(risk, source)
        elif measure.state != MeasureState.PLANNED or all(getattr(measure, n) == getattr(source, n) for n in _MEASURE_TOLD):
            continue
        else:
            for name in _MEASURE_TOLD:
                setattr(measure, name, getattr(source, name))
        measure._history_user = by  # type: ignore[attr-defined]
        measure.save()
    for measure in known.values():
        if drop and measure.state == MeasureState.PLANNED:
            MEASURE_TABLE.move(measure, "drop")
            measure._history_user = by  # type: ignore[attr-defined]
            measure.save()
            audit.record("measure.dropped", by=by, obj=measure, unit_id=risk.unit_id, reason=_("The form no longer has it."))


def _retire(risk: RiskPoint, entry: RiskEntry, by: User, on: date) -> RiskPoint:
    """Taken off; a point already off stays so."""
    if risk.state == RiskState.REGISTERED:
        RISK_TABLE.move(risk, "retire")
        risk.retired_on = on
        risk._history_user = by  # type: ignore[attr-defined]
        risk.save()
        audit.record("risk.retired", by=by, obj=risk, reason=entry.final_reason)
    return risk
