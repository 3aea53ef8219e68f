"""Kept, changed and retired points of many forms take as many statements as those of few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent
from common.errors import DomainError
from risks.models import EntryChange, Measure, RiskPoint
from risks.services import register
from tests.factories.organisation import small_unit
from tests.risks.register_helpers import ON, entry, form, level


@pytest.fixture
def unit(db):
    return small_unit()


def points(unit, n):
    declaration = form(unit)
    return register.enter(entries=[entry(declaration, f"旧{i}", "二级", ("甲", "乙")) for i in range(n)], by=unit.head, on=ON)


def again(unit, risks):
    """A third each is kept, changed and taken off."""
    declaration = form(unit, post="s1")
    kinds = (EntryChange.KEEP, EntryChange.CHANGE, EntryChange.RETIRE)
    return [
        entry(declaration, f"新{i}", "" if i % 3 == 2 else "一级", ("甲", "丙"), change=kinds[i % 3], risk_point=risk)
        for i, risk in enumerate(risks)
    ]


def statements(unit, n) -> int:
    entries = again(unit, points(unit, n))
    with CaptureQueriesContext(connection) as captured:
        register.enter(entries=entries, by=unit.head, on=ON)
    return len(captured)


def test_the_number_of_statements_does_not_grow(unit):
    assert statements(unit, 6) == statements(unit, 60)


def test_each_point_says_what_was_decided(unit):
    risks = points(unit, 6)
    entries = again(unit, risks)
    assert register.enter(entries=entries, by=unit.head, on=ON) == risks, "in the order of the entries"
    found = [RiskPoint.objects.get(pk=risk.pk) for risk in risks]
    assert [risk.title for risk in found] == ["旧0", "新1", "旧2", "旧3", "新4", "旧5"]
    assert [risk.state for risk in found] == ["registered", "registered", "retired"] * 2
    assert [risk.current_level.label for risk in found] == ["一级", "一级", "二级"] * 2
    assert {risk.initial_level for risk in found} == {level("二级")}
    assert {risk.responsible_leader for risk in found[:2]} == {unit.head}
    assert [risk.version for risk in found] == [2] * 6
    assert all(risk.history.count() == 2 for risk in found)
    assert {risk.history.first().history_user for risk in found} == {unit.head}
    assert [risk.history.first().title for risk in found] == [risk.title for risk in found]
    kept, changed, retired = (dict(risk.measures.values_list("text", "state")) for risk in found[:3])
    assert kept == {"甲": "planned", "乙": "planned", "丙": "planned"}, "a form that keeps a risk takes no measure away"
    assert changed == {"甲": "planned", "乙": "dropped", "丙": "planned"}
    assert retired == {"甲": "planned", "乙": "planned"}
    dropped = Measure.objects.get(risk=found[1], text="乙")
    assert dropped.history.count() == 2
    events = AuditEvent.objects.filter(object_type="risks.riskpoint").exclude(action="risk.entered")
    assert sorted(events.values_list("action", flat=True)) == ["risk.changed"] * 4 + ["risk.retired"] * 2
    change = events.get(object_id=str(found[1].pk)).changes
    assert change["title"] == ["旧1", "新1"]
    assert change["current_level"] == ["二级", "一级"]
    assert change["responsible_leader"] == [unit.departments[1].leader.name, unit.head.name]
    assert AuditEvent.objects.get(action="measure.dropped", object_id=str(dropped.pk)).unit_id == unit.unit.pk


def test_the_same_point_in_two_forms_is_followed_in_their_order(unit):
    (risk,) = points(unit, 1)
    first = entry(form(unit, post="s1"), "先", "三级", ("丙",), change=EntryChange.CHANGE, risk_point=risk)
    second = entry(form(unit, post="head"), "后", "一级", ("丙", "丁"), change=EntryChange.CHANGE, risk_point=risk)
    assert register.enter(entries=[first, second], by=unit.head, on=ON) == [risk, risk]
    risk = RiskPoint.objects.get()
    assert (risk.title, risk.current_level.label) == ("后", "一级")
    assert dict(risk.measures.exclude(state="dropped").values_list("text", "state")) == {"丙": "planned", "丁": "planned"}


def test_what_does_not_stand_in_the_register_cannot_be_taken_off(unit):
    (risk,) = points(unit, 1)
    declaration = form(unit, post="s1")
    entries = [
        entry(declaration, "改", "一级", change=EntryChange.CHANGE, risk_point=risk),
        entry(declaration, "无此风险", "", change=EntryChange.RETIRE),
    ]
    with pytest.raises(DomainError, match="无此风险"):
        register.enter(entries=entries, by=unit.head, on=ON)
    assert RiskPoint.objects.get().title == "旧0"
