"""From the leading group's decision on a form's risks into the register (登记造册)."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from accounts.models import User
from audit import services as audit
from common.errors import DomainError
from positions.models import HolderLevel, Unit
from risks.models import Declaration, EntryChange, EntryMeasure, Measure, RiskEntry, RiskPoint, Source
from risks.services import points
from risks.services.entering_known import fill, follow, locked_points, new_measure
from risks.services.responsibility import Organisation, hold_organisation, organisation_of


@transaction.atomic
def enter(*, entries: Sequence[RiskEntry], by: User, on: date) -> list[RiskPoint]:
    """Bring decided entries into the register and return their points in the same order (rejected ones have none).

    New ones get the next number, initial and current level; kept and changed ones update their point, whose initial level stays; those
    to be taken off retire it. Called by grading in its transaction, which has checked who may decide. Raises DomainError for an entry
    without final level, or to be taken off without a point.
    """
    wanted = [entry for entry in entries if not entry.is_rejected]
    for entry in wanted:
        _check(entry)
    prefetch_related_objects(wanted, "final_level", "power_item", "flow_step", "declaration__position")
    units = {entry.unit_id for entry in wanted}
    hold_organisation(units)
    organisations = {pk: organisation_of(pk) for pk in units}
    measures = _measures_of(wanted)
    known = locked_points(wanted)
    found = _create([entry for entry in wanted if entry.risk_point_id is None], measures, organisations, by, on)
    pairs = [(entry, known[entry.risk_point_id]) for entry in wanted if entry.pk not in found and entry.risk_point_id]
    follow(pairs=pairs, measures=measures, organisations=organisations, by=by, on=on)
    found |= {entry.pk: risk for entry, risk in pairs}
    points.changed()
    return [found[entry.pk] for entry in wanted]


def _check(entry: RiskEntry) -> None:
    if entry.change == EntryChange.RETIRE and entry.risk_point_id is None:
        raise DomainError(_("“%(risk)s” is to be taken off the register, but does not stand in it. Reject it.") % {"risk": entry.title})
    if entry.change != EntryChange.RETIRE and entry.final_level_id is None:
        raise DomainError(_("“%(risk)s” has no final level yet.") % {"risk": entry.title})


def _measures_of(entries: Sequence[RiskEntry]) -> dict[int, list[EntryMeasure]]:
    found: dict[int, list[EntryMeasure]] = {}
    for measure in EntryMeasure.objects.filter(entry__in=[entry.pk for entry in entries]).order_by("entry_id", "order", "pk"):
        found.setdefault(measure.entry_id, []).append(measure)
    return found


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
    fresh = {pk: points.take_numbers(unit, on.year, sum(entry.unit_id == pk for entry in entries)) for pk, unit in sorted(units.items())}
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
        fill(risk, entry)
        _place(risk, entry.declaration)
        organisations[entry.unit_id].derive(risk, level)
        made.append(risk)
    made = bulk_create_with_history(made, RiskPoint, batch_size=500, default_user=by)
    pairs = list(zip(entries, made, strict=True))
    for entry, risk in pairs:
        entry.risk_point = risk
    RiskEntry.objects.bulk_update([entry for entry, _risk in pairs], ["risk_point"], batch_size=500)
    rows = [new_measure(risk, source) for entry, risk in pairs for source in measures.get(entry.pk, [])]
    bulk_create_with_history(rows, Measure, batch_size=500, default_user=by)
    events = [(risk, {"current_level": [None, str(entry.final_level)]}) for entry, risk in pairs]
    audit.record_many("risk.entered", events, by=by)
    return {entry.pk: risk for entry, risk in pairs}
