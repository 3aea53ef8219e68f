"""Risk points on a power's chart, measures that ask for rules, and both following a new version (domain §2, §3)."""

from datetime import date

import pytest
from django.urls import reverse

from positions.models import PowerItem
from positions.services.catalogue import approve_catalogue, publish, start_version, submit_catalogue
from positions.services.powers import merge_items
from risks.models import Measure, RiskPoint
from risks.on_powers import asking_for, on_power
from tests.factories.organisation import small_unit
from tests.factories.powers import CatalogueFactory, PowerItemFactory, RuleFactory, simple_flow
from tests.factories.powers import publish as published
from tests.factories.risks import level

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return small_unit()


@pytest.fixture
def item(world):
    catalogue = CatalogueFactory(unit=world.unit)
    made = PowerItemFactory(catalogue=catalogue, position=world.departments[1].positions["s0"], number="A-1")
    simple_flow(made)
    other = PowerItemFactory(catalogue=catalogue, department=world.departments[1].department, number="A-2")
    simple_flow(other)
    published(catalogue, world.head)
    return made


def point(world, item, step, n, severity=3):
    return RiskPoint.objects.create(
        unit=world.unit,
        department=item.department,
        position=item.position,
        level_of=item.level,
        title=f"风险{n}",
        number=f"FX-CS-2026-{n:04d}",
        initial_level=level(severity),
        current_level=level(severity),
        registered_on=date(2026, 1, 5),
        direct_holder=world.clerk,
        power_item=item,
        flow_step=step,
    )


def test_dots_are_numbered_along_the_chart_and_coloured_by_level(world, item, client):
    start, decision, _end = item.steps.order_by("order")
    point(world, item, decision, 1)
    point(world, item, start, 2, severity=1)
    point(world, item, None, 3)
    found = on_power(user=world.clerk, item=item)
    assert {key: [(r["number"], r["title"]) for r in rows] for key, rows in found.items()} == {
        "": [("1", "风险3")],
        str(start.key): [("2", "风险2")],
        str(decision.key): [("3", "风险1")],
    }
    client.force_login(world.clerk)
    page = client.get(reverse("powers:item", args=[item.pk])).content.decode()
    assert "level-dot-red" in page
    assert "level-dot-blue" in page
    assert all(f"风险{n}" in page for n in (1, 2, 3))


def test_the_power_is_seen_by_all_but_its_risks_only_by_those_who_see_them(world, item, client):
    point(world, item, item.steps.first(), 1)
    client.force_login(world.departments[2].staff[0])
    page = client.get(reverse("powers:item", args=[item.pk]))
    assert page.status_code == 200
    assert "风险1" not in page.content.decode()


def test_risks_follow_to_the_next_version_also_from_a_merged_power(world, item):
    office, legal = world.office_clerk, world.departments[1].deputy_head
    merged = PowerItem.objects.get(number="A-2")
    kept, moved = point(world, item, item.steps.get(order=2), 1), point(world, merged, merged.steps.get(order=1), 2)
    new = start_version(unit=world.unit, by=office)
    first, second = new.items.order_by("number")
    assert [r["title"] for r in on_power(user=world.clerk, item=first)[str(kept.flow_step.key)]] == ["风险1"]
    merge_items(keep=first, duplicate=second, by=office, reason="同一事项")
    new = submit_catalogue(catalogue=new, by=office)
    new = approve_catalogue(catalogue=new, by=legal, opinion="同意")
    publish(catalogue=new, by=world.head)
    kept.refresh_from_db()
    moved.refresh_from_db()
    assert (kept.power_item, kept.flow_step.name, kept.flow_step.item) == (first, "审核决定", first)
    assert (moved.power_item, moved.flow_step) == (first, None)


def test_measures_that_ask_for_a_rule(world, item, client):
    rule = RuleFactory(unit=world.unit, department=item.department, title="《许可裁量基准》")
    risk = point(world, item, None, 1)
    Measure.objects.create(risk=risk, text="制定裁量基准", rule=rule)
    Measure.objects.create(risk=risk, text="不再需要", rule=rule, state="dropped")
    assert asking_for(user=world.clerk, rule_ids=[rule.pk]) == {rule.pk: 1}
    assert asking_for(user=world.departments[2].staff[0], rule_ids=[rule.pk]) == {}
    client.force_login(world.clerk)
    assert "1 条防控措施需要" in client.get(reverse("powers:rules")).content.decode()
