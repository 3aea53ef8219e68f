"""What the pages of powers and rules show of risks (bound in config.bindings: positions knows no app above it)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from common.addresses import address
from positions.models import FlowStep, PowerItem
from risks.models import Measure, RiskPoint
from risks.states import MeasureState

if TYPE_CHECKING:
    from accounts.models import User


def on_power(*, user: "User", item: PowerItem) -> dict[str, list[dict[str, Any]]]:
    """Registered risk points that the person may see on the power, by the key of their step ("" for the power as a whole).

    A version being compiled shows those of the version in force: they sit on the same lineage. Numbered in the order of the steps.
    """
    on_it = RiskPoint.objects.visible_to(user).registered().filter(unit_id=item.unit_id, power_item__lineage=item.lineage)
    keys = FlowStep.objects.filter(item=item).order_by("order", "id").values_list("key", flat=True)
    places = {key: place for place, key in enumerate(keys)}
    points = list(on_it.select_related("current_level", "flow_step"))
    points.sort(key=lambda p: (places.get(p.flow_step.key, -1) if p.flow_step else -1, -p.current_level.severity, p.number))
    found: dict[str, list[dict[str, Any]]] = {}
    for number, point in enumerate(points, start=1):
        level = point.current_level
        key = str(point.flow_step.key) if point.flow_step and point.flow_step.key in places else ""
        found.setdefault(key, []).append(
            {
                "id": point.pk,
                "number": str(number),
                "title": point.title,
                "url": address("risks:risk", point.pk),
                "level": {"label": level.label, "name": level.name, "colour": level.colour, "severity": level.severity},
            }
        )
    return found


def asking_for(*, user: "User", rule_ids: Iterable[int]) -> dict[int, int]:
    """How many measures that the person may see, and that were not dropped, ask for each rule."""
    measures = Measure.objects.visible_to(user).filter(rule_id__in=list(rule_ids)).exclude(state=MeasureState.DROPPED)
    return dict(measures.order_by().values_list("rule_id").annotate(count=Count("pk")))
