"""The flowchart on the page of a point: steps, and those points on them that the reader may see."""

import json
import re

import pytest
from django.test import Client

from positions.models import FlowStep
from risks.models import RiskPoint
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.powers import CatalogueFactory, PowerItemFactory, publish, simple_flow
from tests.risks.register_helpers import imported

pytestmark = pytest.mark.django_db
MINE, OTHERS = "受理时收受好处", "审核时放宽条件"


@pytest.fixture
def bureau() -> SmallUnit:
    return small_unit()


def on_step(point: RiskPoint, step: FlowStep) -> RiskPoint:
    RiskPoint.objects.filter(pk=point.pk).update(power_item=step.item, flow_step=step)
    point.refresh_from_db()
    return point


def chart(client: Client, person: object, point: RiskPoint) -> dict[str, object] | None:
    client.force_login(person)  # type: ignore[arg-type]
    page = client.get(point.get_absolute_url())
    assert page.status_code == 200
    found = re.search(r'<script id="flowchart-data" type="application/json">(.*?)</script>', page.content.decode(), re.DOTALL)
    return json.loads(found[1]) if found else None


def titles(drawn: dict[str, object] | None) -> dict[str, list[str]]:
    assert drawn is not None
    steps: list[dict[str, list[dict[str, str]]]] = drawn["steps"]  # type: ignore[assignment]
    return {str(step["name"]): [risk["title"] for risk in step["risks"]] for step in steps}


def charted(bureau: SmallUnit, *, published: bool = True) -> tuple[RiskPoint, RiskPoint]:
    """A point of the clerk on the first step, one of another department on the second."""
    item = PowerItemFactory(catalogue=CatalogueFactory(unit=bureau.unit), name="补贴发放审批")
    start, decision, _end = simple_flow(item)
    if published:
        publish(item.catalogue)
    mine = imported(bureau, MINE, direct_holder_id=bureau.clerk.pk)
    others = imported(bureau, OTHERS, department=2)
    return on_step(mine, start), on_step(others, decision)


def test_one_sees_the_points_one_may_see(client: Client, bureau: SmallUnit) -> None:
    mine, _others = charted(bureau)
    assert titles(chart(client, bureau.clerk, mine)) == {"受理申请": [MINE], "审核决定": [], "办结归档": []}
    assert titles(chart(client, bureau.head, mine)) == {"受理申请": [MINE], "审核决定": [OTHERS], "办结归档": []}


def test_a_chart_is_drawn_without_any_point_on_it(client: Client, bureau: SmallUnit) -> None:
    mine, _others = charted(bureau)
    RiskPoint.objects.filter(pk=mine.pk).update(flow_step=None)
    assert titles(chart(client, bureau.clerk, mine)) == {"受理申请": [], "审核决定": [], "办结归档": []}


def test_of_an_item_that_one_may_not_see_nothing_is_drawn(client: Client, bureau: SmallUnit) -> None:
    mine, _others = charted(bureau, published=False)
    assert chart(client, bureau.clerk, mine) is None
    RiskPoint.objects.filter(pk=mine.pk).update(flow_step=None)
    assert chart(client, bureau.clerk, mine) is None
