"""Points that already stand in the register, when a form with them has been decided: kept, changed or taken off. A fixed number of
statements, however many there are."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from accounts.models import User
from audit import services as audit
from risks.models import EntryChange, EntryMeasure, Measure, RiskEntry, RiskPoint
from risks.models.content import RiskContent
from risks.services import points
from risks.services.responsibility import Organisation
from risks.states import MEASURE_TABLE, RISK_TABLE, MeasureState, RiskState

BATCH = 200
CONTENT = [field.attname for field in RiskContent._meta.get_fields()]  # type: ignore[union-attr]
_TOLD = [name for name in CONTENT if name not in ("level_of", "answers", "power_category", "major_matter")]
_MEASURE_TOLD = ("kind", "line", "who_id", "due_on", "rule_id", "order")
_DECIDED = [
    "state", "retired_on", "reviewed_on", "current_level", "direct_holder", "department_head", "responsible_leader", "version",
    "updated_at",
]  # fmt: skip


def fill(risk: RiskPoint, entry: RiskEntry) -> None:
    """What the form says, and what follows from the power item it names."""
    for name in CONTENT:
        setattr(risk, name, getattr(entry, name))
    # The same objects, so that telling what changed asks for none of them.
    risk.power_item, risk.flow_step = entry.power_item, entry.flow_step
    if entry.power_item is not None:
        risk.power_category, risk.major_matter = entry.power_item.category, entry.power_item.major_matter
    points.set_search(risk)


def new_measure(risk: RiskPoint, source: EntryMeasure) -> Measure:
    """A planned measure as the form has it, not saved."""
    return Measure(risk=risk, text=source.text, **{name: getattr(source, name) for name in _MEASURE_TOLD})


@dataclass(slots=True)
class _Act:
    """What happened to one point, for its timeline."""

    action: str
    risk: RiskPoint
    changes: dict[str, list[Any]]
    reason: str
    leaders: tuple[int | None, int | None] = (None, None)


@dataclass(slots=True)
class _Work:
    """What is to be written at the end."""

    by: User
    on: date
    acts: list[_Act] = field(default_factory=list)
    decided: dict[int, RiskPoint] = field(default_factory=dict)
    reworded: dict[int, RiskPoint] = field(default_factory=dict)
    new: list[Measure] = field(default_factory=list)
    changed: dict[int, Measure] = field(default_factory=dict)
    dropped: dict[int, list[Measure]] = field(default_factory=lambda: defaultdict(list))  # by unit


def locked_points(entries: Sequence[RiskEntry]) -> dict[int, RiskPoint]:
    """The points that the entries are about, locked in the order of their keys, with what telling their changes needs."""
    ids = {entry.risk_point_id for entry in entries if entry.risk_point_id}
    related = ("current_level", "power_item", "flow_step")
    rows = RiskPoint.objects.defer("search").select_related(*related).select_for_update(of=("self",))
    return {risk.pk: risk for risk in rows.filter(pk__in=ids).order_by("pk")}


def follow(
    *,
    pairs: Sequence[tuple[RiskEntry, RiskPoint]],
    measures: Mapping[int, list[EntryMeasure]],
    organisations: Mapping[int, Organisation],
    by: User,
    on: date,
) -> None:
    """A kept point is reviewed; a changed one says what the form says; both get the level decided. Those to be taken off are."""
    if not pairs:
        return
    work = _Work(by, on)
    known = _measures_of([risk.pk for _entry, risk in pairs])
    for entry, risk in pairs:
        if entry.change == EntryChange.RETIRE:
            _retire(work, entry, risk)
        else:
            _update(work, entry, risk, organisations[entry.unit_id])
            _follow_measures(work, entry, risk, known[risk.pk], measures.get(entry.pk, []))
    _write(work)


def _update(work: _Work, entry: RiskEntry, risk: RiskPoint, organisation: Organisation) -> None:
    level = entry.final_level
    assert level is not None
    changes: dict[str, list[Any]] = {}
    if risk.state == RiskState.RETIRED:
        RISK_TABLE.move(risk, "restore")
        risk.retired_on = None
    if entry.change != EntryChange.KEEP:
        before, level_of = _readable(risk), risk.level_of
        fill(risk, entry)
        risk.level_of = level_of
        after = _readable(risk)
        changes = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
        work.reworded[risk.pk] = risk
    old, risk.current_level = risk.current_level, level
    leader = risk.responsible_leader_id
    risk.reviewed_on = work.on
    organisation.derive(risk, level)
    if old.pk != level.pk:
        changes["current_level"] = [old.label, level.label]
    _note(work, risk, entry.final_reason)
    moved = (leader, risk.responsible_leader_id)
    action = "risk.changed" if changes or moved[0] != moved[1] else "risk.reviewed"
    work.acts.append(_Act(action, risk, changes, entry.final_reason, moved))


def _retire(work: _Work, entry: RiskEntry, risk: RiskPoint) -> None:
    """Taken off; a point already off stays so."""
    if risk.state != RiskState.REGISTERED:
        return
    RISK_TABLE.move(risk, "retire")
    risk.retired_on = work.on
    _note(work, risk, "")
    work.acts.append(_Act("risk.retired", risk, {}, entry.final_reason))


def _note(work: _Work, risk: RiskPoint, reason: str) -> None:
    risk._change_reason = reason[:100] or None  # type: ignore[attr-defined] # read by simple-history
    if risk.pk not in work.decided:
        risk.version += 1
    work.decided[risk.pk] = risk


def _readable(risk: RiskPoint) -> dict[str, Any]:
    """The told fields as people read them, by the field's name."""
    found: dict[str, Any] = {}
    for attname in _TOLD:
        name = attname.removesuffix("_id")
        display = getattr(risk, f"get_{name}_display", None)
        value = display() if display else getattr(risk, name)
        found[name] = value if value is None or isinstance(value, int) else str(value)
    return found


def _measures_of(risk_ids: Sequence[int]) -> dict[int, dict[str, Measure]]:
    """The measures of the points by their text, locked."""
    found: dict[int, dict[str, Measure]] = defaultdict(dict)
    for measure in Measure.objects.filter(risk_id__in=risk_ids).select_for_update().order_by("risk_id", "order", "pk"):
        found[measure.risk_id][measure.text.strip()] = measure
    return found


def _follow_measures(work: _Work, entry: RiskEntry, risk: RiskPoint, known: dict[str, Measure], wanted: Sequence[EntryMeasure]) -> None:
    """Measures are recognised by their text: known ones keep state and proof, new ones are added, planned ones left out are dropped."""
    left_out = dict(known)
    for source in wanted:
        text = source.text.strip()
        left_out.pop(text, None)
        measure = known.get(text)
        if measure is None:
            known[text] = new_measure(risk, source)
            work.new.append(known[text])
        elif measure.state == MeasureState.PLANNED and any(getattr(measure, n) != getattr(source, n) for n in _MEASURE_TOLD):
            for name in _MEASURE_TOLD:
                setattr(measure, name, getattr(source, name))
            if measure.pk:
                work.changed[measure.pk] = measure
    if entry.change == EntryChange.KEEP:
        return
    for measure in left_out.values():
        if measure.pk and measure.state == MeasureState.PLANNED:
            MEASURE_TABLE.move(measure, "drop")
            work.changed[measure.pk] = measure
            work.dropped[risk.unit_id].append(measure)


def _write(work: _Work) -> None:
    now = timezone.now()
    rows: list[models.Model] = [*work.decided.values(), *work.changed.values()]
    for row in rows:
        row.updated_at = now  # type: ignore[attr-defined]
    for measure in work.changed.values():
        measure.version += 1
    if work.reworded:
        RiskPoint.objects.bulk_update(work.reworded.values(), [*CONTENT, "search"], batch_size=BATCH)
    if work.decided:
        bulk_update_with_history(list(work.decided.values()), RiskPoint, _DECIDED, batch_size=BATCH, default_user=work.by)
    if work.changed:
        fields = [*_MEASURE_TOLD, "state", "version", "updated_at"]
        bulk_update_with_history(list(work.changed.values()), Measure, fields, batch_size=BATCH, default_user=work.by)
    bulk_create_with_history(work.new, Measure, batch_size=500, default_user=work.by)
    _tell(work)


def _tell(work: _Work) -> None:
    """One event for each point and each dropped measure; those of one action and reason together."""
    names = _names({pk for act in work.acts for pk in act.leaders if pk})
    told: dict[tuple[str, str], list[tuple[models.Model, dict[str, list[Any]]]]] = defaultdict(list)
    for act in work.acts:
        old, new = act.leaders
        if old != new:
            act.changes["responsible_leader"] = [names.get(old), names.get(new)]
        told[act.action, act.reason].append((act.risk, act.changes))
    for (action, reason), events in told.items():
        audit.record_many(action, events, by=work.by, reason=reason)
    for unit_id, measures in work.dropped.items():
        events = [(measure, {}) for measure in measures]
        audit.record_many("measure.dropped", events, by=work.by, unit_id=unit_id, reason=_("The form no longer has it."))


def _names(ids: set[int]) -> dict[int | None, str]:
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
