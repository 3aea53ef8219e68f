"""What is on whose desk, how far a version is, and what changed between two."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet

from positions.flowcharts import holder_name, with_flow
from positions.models import BodyKind, Catalogue, FlowStep, HolderLevel, PowerItem
from positions.scopes import NONE, scope_of
from positions.states import CatalogueState, ItemState

if TYPE_CHECKING:
    from accounts.models import User

COMPARED = (
    "number", "name", "category", "level", "department", "position", "basis", "subject", "conditions", "procedure",
    "time_limit", "time_limit_days", "responsibility", "major_matter", "requires", "disclosure",
)  # fmt: skip
_STEP_FIELDS = ("kind", "name", "days", "documents", "hand", "function", "mode", "panel", "head_last")


def waiting_for(user: "User", items: QuerySet[PowerItem]) -> QuerySet[PowerItem]:
    """Items on which this person has to decide now (see `permissions.powers`)."""
    scope = scope_of(user)
    office = scope.bodies.get(BodyKind.LEADING_GROUP_OFFICE, NONE)
    return items.filter(
        Q(state=ItemState.DEPARTMENT_REVIEW, department_id__in=scope.led_department_ids)
        | Q(state__in=[ItemState.DRAFT, ItemState.DEPARTMENT_REVIEW], department=None, unit_id__in=scope.leadership_unit_ids)
        | Q(state=ItemState.UNIT_REVIEW, unit_id__in=office),
        catalogue__state=CatalogueState.COMPILING,
    )


def own(user: "User", items: QuerySet[PowerItem]) -> QuerySet[PowerItem]:
    """Items of the person's positions, and those they wrote."""
    scope = scope_of(user)
    return items.filter(
        Q(position_id__in=scope.position_ids)
        | Q(created_by=user)
        | Q(level=HolderLevel.DEPARTMENT, department_id__in=scope.led_department_ids)
        | Q(level=HolderLevel.UNIT, unit_id__in=scope.leadership_unit_ids)
    )


@dataclass(frozen=True, slots=True)
class DepartmentProgress:
    """How far one department (None: the leadership) is."""

    department_id: int | None
    name: str
    total: int
    draft: int
    department_review: int
    unit_review: int
    accepted: int

    @property
    def share(self) -> str:
        """Accepted of all, as shown beside the bar."""
        return f"{self.accepted} / {self.total}"


def progress_by_department(items: QuerySet[PowerItem]) -> list[DepartmentProgress]:
    """Counts by state for each department; one query."""
    counts = {state: Count("pk", filter=Q(state=state)) for state in ItemState.values}
    rows = (
        items.order_by("department__order", "department_id")
        .values("department_id", "department__name")
        .annotate(total=Count("pk"), **counts)
    )
    return [
        DepartmentProgress(row["department_id"], row["department__name"] or "", row["total"], *(row[state] for state in ItemState.values))
        for row in rows
    ]


@dataclass(slots=True)
class Difference:
    """What became of one power from one version to the next."""

    kind: str  # added, removed, merged, changed
    item: PowerItem
    fields: list[tuple[str, str, str]] = field(default_factory=list)  # label, old, new
    steps: list[tuple[str, str, str]] = field(default_factory=list)  # step, old, new
    into: PowerItem | None = None


def compare(old: Catalogue, new: Catalogue) -> list[Difference]:
    """Differences by number of the item, those that stayed the same left out. Six queries whatever the size."""
    before = _by_lineage(old)
    after = _by_lineage(new)
    absorbed = {lineage: item for item in after.values() for lineage in item.absorbed}
    found = [Difference("added", item) for lineage, item in after.items() if lineage not in before]
    for lineage, item in before.items():
        if lineage in after:
            now = after[lineage]
            difference = item_differences(item, now)
            if difference.fields or difference.steps:
                found.append(difference)
        elif lineage in absorbed:
            found.append(Difference("merged", item, into=absorbed[lineage]))
        else:
            found.append(Difference("removed", item))
    return sorted(found, key=lambda d: (d.item.number, d.kind))


def item_differences(old: PowerItem, new: PowerItem) -> Difference:
    """What changed in one power; both fetched through `with_flow`."""
    return Difference("changed", new, _fields(old, new), _flow(old, new))


def _by_lineage(catalogue: Catalogue) -> dict[Any, PowerItem]:
    items = with_flow(catalogue.items.select_related("department", "position"))
    return {item.lineage: item for item in items}


def _fields(old: PowerItem, new: PowerItem) -> list[tuple[str, str, str]]:
    return [
        (str(PowerItem._meta.get_field(name).verbose_name), _words(old, name), _words(new, name))  # type: ignore[union-attr]
        for name in COMPARED
        if _words(old, name) != _words(new, name)
    ]


def _words(obj: Any, name: str) -> str:
    """A field as people read it; lists of codes by their labels."""
    value = getattr(obj, name)
    if isinstance(value, list):
        labels = dict(obj._meta.get_field(name).base_field.flatchoices)
        return "、".join(str(labels.get(code, code)) for code in value)
    if isinstance(value, bool):
        return "✓" if value else ""
    display = getattr(obj, f"get_{name}_display", None)
    value = display() if display else value
    return "" if value is None else str(value)


def _flow(old: PowerItem, new: PowerItem) -> list[tuple[str, str, str]]:
    before, after = ({step.key: step for step in item.steps.all()} for item in (old, new))
    exits_before, exits_after = _exits(old), _exits(new)
    found = []
    for key, step in before.items():
        if key not in after:
            found.append((step.name, _step(step, exits_before), ""))
        elif _step(step, exits_before) != _step(after[key], exits_after):
            found.append((after[key].name, _step(step, exits_before), _step(after[key], exits_after)))
    found += [(step.name, "", _step(step, exits_after)) for key, step in after.items() if key not in before]
    return found


def _exits(item: PowerItem) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    for link in item.links.all():
        found.setdefault(link.source.key, []).append(f"{link.condition}→{link.target.name}")
    return found


def _step(step: FlowStep, exits: dict[Any, list[str]]) -> str:
    parts = [_words(step, name) for name in _STEP_FIELDS]
    return " · ".join(part for part in [*parts[:2], holder_name(step), *parts[2:], *sorted(exits.get(step.key, []))] if part)
