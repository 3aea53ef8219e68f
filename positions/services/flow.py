"""Writing a power's flowchart: the rows of the editor become steps and links, keys stay (domain §2)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common.errors import DomainError
from common.writes import lock
from positions.models import Catalogue, Department, FlowLink, FlowStep, Position, PowerItem, StepMode
from positions.permissions import powers as permissions

MAX_STEPS = 60
MAX_EXITS = 5

_FIELDS = ("kind", "name", "position_id", "department_id", "role", "days", "documents", "hand", "function", "mode", "panel", "head_last")


@dataclass(frozen=True, slots=True)
class StepRow:
    """One row of the editor. `exits` are pairs of the key of the next step and the condition."""

    key: uuid.UUID
    kind: str
    name: str
    position_id: int | None = None
    department_id: int | None = None
    role: str = ""
    days: int | None = None
    documents: str = ""
    hand: str = ""
    function: str = ""
    mode: str = StepMode.INDIVIDUAL.value
    panel: tuple[str, ...] = ()
    head_last: bool = False
    exits: tuple[tuple[uuid.UUID, str], ...] = field(default=())


@transaction.atomic
def save_flow(*, item: PowerItem, by: User, rows: Sequence[StepRow], version: int | None = None) -> PowerItem:
    """Make the item's flowchart what the rows say; steps that are no longer there go with their links.

    Raises NotAllowed, Conflict, and DomainError for rows that cannot be a chart of this item: too many, keys doubled, a next step that
    is not in this chart or the step itself, a position or department of another unit. Nothing is changed then.
    """
    lock(Catalogue.objects, item.catalogue_id)
    item = lock(PowerItem.objects.select_related("catalogue"), item.pk, version=version)
    permissions.may_edit_item(by, item).require()
    _validate(item, rows)
    changed = _save_steps(item, rows) | _save_links(item, rows)
    if changed:
        item.save()  # a new version: somebody else's editor gets a conflict
        audit.record("power.flow_changed", by=by, obj=item, detail={"steps": len(rows), "changed": sorted(changed)})
    return item


def _validate(item: PowerItem, rows: Sequence[StepRow]) -> None:
    if len(rows) > MAX_STEPS:
        raise DomainError(_("A flowchart has at most %(max)d steps. Describe sub-processes as powers of their own.") % {"max": MAX_STEPS})
    keys = {row.key for row in rows}
    if len(keys) != len(rows):
        raise DomainError(_("A step was sent twice. Reload the page and enter it again."))
    for number, row in enumerate(rows, start=1):
        targets = [target for target, _condition in row.exits]
        if row.key in targets:
            raise DomainError(_("Step %(n)d “%(step)s” names itself as its next step.") % {"n": number, "step": row.name})
        if not keys.issuperset(targets):
            raise DomainError(_("Step %(n)d “%(step)s” leads to a step that is not in this flowchart.") % {"n": number, "step": row.name})
        if len(set(targets)) != len(targets):
            raise DomainError(_("Step %(n)d “%(step)s” names the same next step twice.") % {"n": number, "step": row.name})
        if len(targets) > MAX_EXITS:
            raise DomainError(_("Step %(n)d “%(step)s” has more than %(max)d exits.") % {"n": number, "step": row.name, "max": MAX_EXITS})
    _holders(item, rows)


def _holders(item: PowerItem, rows: Sequence[StepRow]) -> None:
    positions = {row.position_id for row in rows if row.position_id}
    departments = {row.department_id for row in rows if row.department_id}
    known = Position.objects.filter(pk__in=positions, unit_id=item.unit_id).count() == len(positions) and Department.objects.filter(
        pk__in=departments, unit_id=item.unit_id
    ).count() == len(departments)
    if not known:
        raise DomainError(_("A position or department chosen for a step does not belong to this unit. Choose it from the list."))


def _save_steps(item: PowerItem, rows: Sequence[StepRow]) -> set[str]:
    """Write the steps that differ; returns the names of those written or removed."""
    kept = {step.key: step for step in FlowStep.objects.filter(item=item)}
    changed = set()
    for key in kept.keys() - {row.key for row in rows}:
        changed.add(kept[key].name)
        kept[key].delete()
    for order, row in enumerate(rows, start=1):
        step = kept.get(row.key) or FlowStep(item=item, key=row.key)
        values = {name: getattr(row, name) for name in _FIELDS} | {"panel": list(row.panel), "order": order}
        if step.pk is None or any(getattr(step, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(step, name, value)
            step.save()
            changed.add(step.name)
    return changed


def _save_links(item: PowerItem, rows: Sequence[StepRow]) -> set[str]:
    """Write the links that differ; returns the names of the steps they leave."""
    steps = {step.key: step for step in FlowStep.objects.filter(item=item)}
    wanted = {(steps[row.key].pk, steps[target].pk): condition for row in rows for target, condition in row.exits}
    names = {step.pk: step.name for step in steps.values()}
    changed = set()
    for link in FlowLink.objects.filter(item=item):
        condition = wanted.pop((link.source_id, link.target_id), None)
        if condition is None:
            changed.add(names[link.source_id])
            link.delete()
        elif condition != link.condition:
            changed.add(names[link.source_id])
            link.condition = condition
            link.save()
    for (source_id, target_id), condition in wanted.items():
        FlowLink.objects.create(item=item, source_id=source_id, target_id=target_id, condition=condition)
        changed.add(names[source_id])
    return changed
