"""Flowcharts as reads: for the checks, for the drawing, and what the checks say about whole catalogues."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from common.prepared import Given
from common.prepared_objects import Objects, keep
from positions.balance import STRUCTURE, Chart, Finding, Link, Severity, Step, check
from positions.models import Catalogue, FlowLink, FlowStep, PowerItem


def with_flow(items: QuerySet[PowerItem]) -> QuerySet[PowerItem]:
    """The items with steps and links, in three queries whatever their number."""
    steps = FlowStep.objects.select_related("position__department", "department").order_by("order", "id")
    links = FlowLink.objects.select_related("source", "target").order_by("source__order", "id")
    return items.prefetch_related(Prefetch("steps", steps), Prefetch("links", links))


_steps = Objects(
    lambda: FlowStep.objects.filter(item=Given("item")).select_related("position__department", "department").order_by("order", "id")
)
_links = Objects(lambda: FlowLink.objects.filter(item=Given("item")).order_by("source__order", "id"))


def put_flow(item: PowerItem) -> bool:
    """Put steps and links on one item as `with_flow` does on many, in two queries; whether there are any steps."""
    steps = _steps(item=item.pk)
    if steps:
        links = _links(item=item.pk)
        by_key = {step.pk: step for step in steps}
        for link in links:
            link.source, link.target = by_key[link.source_id], by_key[link.target_id]
        keep(item, "steps", steps)
        keep(item, "links", links)
    return bool(steps)


def holder_id(step: FlowStep) -> str:
    """Who answers for a step, as an identity: two steps of one position, or of one role in the same words, are in one hand."""
    if step.position_id:
        return f"p:{step.position_id}"
    return f"d:{step.department_id}" if step.department_id else (f"r:{step.role.strip()}" if step.role.strip() else "")


def holder_name(step: FlowStep) -> str:
    """Who answers for a step, in words, with the department where a position's own name says too little."""
    if step.position_id and step.position is not None:
        department = step.position.department
        return f"{department.name} {step.position.name}" if department else step.position.name
    return str(step.department) if step.department_id else step.role


def chart_of(item: PowerItem) -> Chart:
    """The item's flowchart for the checks; uses what `with_flow` has fetched."""
    keys = {step.pk: str(step.key) for step in item.steps.all()}
    return Chart(
        steps=tuple(
            Step(
                key=keys[step.pk],
                kind=step.kind,
                name=step.name,
                holder=holder_id(step),
                holder_name=holder_name(step),
                days=step.days,
                hand=step.hand,
                function=step.function,
                mode=step.mode,
                panel=frozenset(step.panel),
                head_last=step.head_last,
            )
            for step in item.steps.all()
        ),
        links=tuple(Link(keys[link.source_id], keys[link.target_id], link.condition) for link in item.links.all()),
        time_limit_days=item.time_limit_days,
    )


def findings_of(item: PowerItem) -> list[Finding]:
    """What the checks say about one item, step by step in the order of the rows."""
    order = {str(step.key): n for n, step in enumerate(item.steps.all())}
    return in_order(check(chart_of(item), item.requires), order)


def in_order(findings: Iterable[Finding], order: Mapping[str, int]) -> list[Finding]:
    """Errors before warnings, then as the steps stand; what concerns the whole chart comes first."""
    return sorted(findings, key=lambda f: (f.severity != Severity.ERROR, order.get(f.step_key or "", -1)))


def unsound(catalogue: Catalogue) -> list[PowerItem]:
    """Items whose drawing is no flowchart; they keep a version from being submitted."""
    items = with_flow(catalogue.items.all())
    return [i for i in items if any(f.rule in STRUCTURE and f.severity == Severity.ERROR for f in check(chart_of(i)))]


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with the item and the number of the step it is about."""

    item: PowerItem
    finding: Finding
    step: FlowStep | None


def all_findings(items: QuerySet[PowerItem]) -> list[Found]:
    """Every finding of the items, in their order; three queries."""
    found = []
    for item in with_flow(items.select_related("department")):
        steps = {str(step.key): step for step in item.steps.all()}
        found += [Found(item, finding, steps.get(finding.step_key or "")) for finding in findings_of(item)]
    return found


def drawing(
    item: PowerItem,
    *,
    findings: Sequence[Finding] = (),
    risks: Mapping[str, list[dict[str, Any]]] | None = None,
) -> dict[str, Any]:
    """The data of `{% flowchart %}` (docs/developers/components.md). `risks`: step key → risk dots."""
    steps = list(item.steps.all())
    warnings: dict[str, list[str]] = {}
    for finding in findings:
        warnings.setdefault(finding.step_key or "", []).append(finding.text)
    keys = {step.pk: str(step.key) for step in steps}
    return {
        "title": str(item),
        "lanes": list(dict.fromkeys(holder_name(step) for step in steps if holder_name(step))),
        "steps": [
            {
                "key": keys[step.pk],
                "kind": step.kind,
                "name": step.name,
                "holder": holder_name(step),
                "days": step.days,
                "documents": step.documents,
                "mode": step.mode,
                "warnings": warnings.get(keys[step.pk], []),
                "risks": (risks or {}).get(keys[step.pk], []),
            }
            for step in steps
        ],
        "links": [{"source": keys[x.source_id], "target": keys[x.target_id], "condition": x.condition} for x in item.links.all()],
    }
