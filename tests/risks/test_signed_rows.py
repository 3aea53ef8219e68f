"""Not even the database's owner changes by SQL what a form declared once it was handed in; what reviewers add may be written."""

import pytest
from django.db import IntegrityError, connection, transaction

from positions.states import CatalogueState
from risks.models import EntryMeasure, RiskEntry
from risks.services.following import follow_catalogue
from tests.factories.organisation import small_unit
from tests.factories.powers import CatalogueFactory, PowerItemFactory, publish
from tests.factories.risks import CampaignFactory, DeclarationFactory, EntryFactory, EntryMeasureFactory
from tests.risks.register_helpers import imported, level

HANDED_IN = ["in_review", "reviewed", "graded", "cancelled"]
OPEN = ["draft", "returned"]


@pytest.fixture
def unit(db):
    return small_unit()


def risk_of(unit, state, **fields) -> RiskEntry:
    appointment = unit.appointments[unit.departments[1].staff[0].pk]
    declaration = DeclarationFactory(campaign=CampaignFactory(unit=unit.unit), appointment=appointment, state=state)
    entry = EntryFactory(declaration=declaration, title="原来的表述", **fields)
    EntryMeasureFactory(entry=entry, text="双人核对")
    return entry


def sql(statement: str, *values) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def refused(statement: str, *values) -> None:
    with pytest.raises(IntegrityError, match="handed in"):
        sql(statement, *values)


DECLARED = {
    "title": "'改'", "content": "'改'", "manifestation": "'改'", "aspect": "'duty'", "found_by": "'leader'", "method": "'case'",
    "probability": "1", "harm": "NULL", "influence": "5", "answers": "'{\"a\": 1}'", "involved_positions": "'改'", "cooperating": "'改'",
    "change": "'keep'", "level_of": "'unit'", '"order"': "99", "self_level_id": "(SELECT id FROM risks_level LIMIT 1)",
    "power_category": "'other'", "major_matter": "'funds'",
}  # fmt: skip


@pytest.mark.parametrize("state", HANDED_IN)
def test_a_declared_risk_stays_as_it_was_handed_in(unit, state):
    entry = risk_of(unit, state)
    for column, value in DECLARED.items():
        refused(f"UPDATE risks_riskentry SET {column} = {value} WHERE id = %s", entry.pk)
    refused("DELETE FROM risks_entrymeasure WHERE entry_id = %s", entry.pk)
    refused("UPDATE risks_entrymeasure SET text = '改' WHERE entry_id = %s", entry.pk)
    refused("UPDATE risks_entrymeasure SET due_on = '2030-01-01' WHERE entry_id = %s", entry.pk)
    refused("DELETE FROM risks_riskentry WHERE id = %s", entry.pk)
    for table, key in (("risks_riskentry", "id"), ("risks_entrymeasure", "entry_id")):
        names = [c.column for c in (RiskEntry if table == "risks_riskentry" else EntryMeasure)._meta.concrete_fields if c.column != "id"]
        listed = ", ".join(f'"{name}"' for name in names)
        refused(f"INSERT INTO {table} ({listed}) SELECT {listed} FROM {table} WHERE {key} = %s", entry.pk)
    entry.refresh_from_db()
    assert entry.title == "原来的表述"
    assert entry.measures.get().text == "双人核对"


@pytest.mark.parametrize("state", OPEN)
def test_while_it_is_written_everything_may_change(unit, state):
    entry = risk_of(unit, state)
    for column, value in DECLARED.items():
        assert sql(f"UPDATE risks_riskentry SET {column} = {value} WHERE id = %s", entry.pk) == 1
    assert sql("UPDATE risks_entrymeasure SET text = '改' WHERE entry_id = %s", entry.pk) == 1
    assert sql("DELETE FROM risks_entrymeasure WHERE entry_id = %s", entry.pk) == 1
    assert sql("DELETE FROM risks_riskentry WHERE id = %s", entry.pk) == 1


def test_what_reviewers_and_the_group_add_may_be_written(unit):
    entry = risk_of(unit, "reviewed")
    point = imported(unit)
    statement = (
        "UPDATE risks_riskentry SET reviewed_level_id = %s, computed_level_id = %s, final_level_id = %s, final_reason = '理由', "
        "is_rejected = false, decided_at = now(), decided_by_id = %s, risk_point_id = %s, version = version + 1 WHERE id = %s"
    )
    one = level("一级").pk
    assert sql(statement, one, one, one, unit.head.pk, point.pk, entry.pk) == 1
    refused("UPDATE risks_riskentry SET risk_point_id = NULL WHERE id = %s", entry.pk)
    refused("UPDATE risks_riskentry SET risk_point_id = %s WHERE id = %s", imported(unit, "另一个").pk, entry.pk)


def test_a_handed_in_risk_is_not_moved_to_a_form_that_is_open(unit):
    entry, other = risk_of(unit, "in_review"), DeclarationFactory(appointment=unit.appointments[unit.departments[1].staff[1].pk])
    refused("UPDATE risks_riskentry SET declaration_id = %s WHERE id = %s", other.pk, entry.pk)


def test_its_place_follows_the_catalogue_and_nothing_else(unit):
    first = CatalogueFactory(unit=unit.unit)
    item, other = PowerItemFactory(catalogue=first, category="finance"), PowerItemFactory(catalogue=first, category="finance")
    publish(first)
    entry = risk_of(unit, "in_review", power_item=item, power_category="finance")
    refused("UPDATE risks_riskentry SET power_item_id = %s WHERE id = %s", other.pk, entry.pk)
    refused("UPDATE risks_riskentry SET power_item_id = NULL WHERE id = %s", entry.pk)
    second = CatalogueFactory(unit=unit.unit, number=2)
    following = PowerItemFactory(catalogue=second, lineage=item.lineage, category="approval")
    refused("UPDATE risks_riskentry SET power_item_id = %s, power_category = 'other' WHERE id = %s", following.pk, entry.pk)
    type(first).objects.filter(pk=first.pk).update(state=CatalogueState.SUPERSEDED)
    publish(second)
    follow_catalogue(catalogue=second, by=unit.head)
    entry.refresh_from_db()
    assert (entry.power_item, entry.power_category) == (following, "approval")
