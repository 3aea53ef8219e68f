"""Rows of a list by their keys; filter bars that are drawn once."""

import pytest
from django.http import QueryDict
from django.template import engines
from django.utils import translation

from common.rows import RowsByKey
from risks.models import RiskPoint
from risks.views.register import filtered
from tests.factories.organisation import SmallUnit, small_unit
from tests.risks.register_helpers import imported

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(db: None) -> SmallUnit:
    return small_unit()


def test_rows_come_in_the_order_of_their_keys_with_the_names_beside_them(unit: SmallUnit) -> None:
    with_post, without = imported(unit, "有岗位"), imported(unit, "无岗位", department=2, post=None, level_of="department")
    rows = RowsByKey(RiskPoint.objects.all, ("pk", "title", "registered_on", "department__name", "position__name"))
    first, second = rows([without.pk, with_post.pk])
    assert first == (without.pk, "无岗位", without.registered_on, unit.departments[2].department.name, None)
    assert second == (with_post.pk, "有岗位", with_post.registered_on, unit.departments[1].department.name, str(with_post.position))
    assert second.position__name == str(with_post.position)
    for planned in (False, True):
        backwards = RiskPoint.objects.order_by("-pk").values("pk")[:1]
        assert [row.pk for row in rows(backwards, planned=planned)] == [without.pk]
        assert rows(RiskPoint.objects.none().values("pk"), planned=planned) == []
    assert rows([]) == []


def test_a_bar_drawn_for_one_reader_serves_nobody_with_other_choices(unit: SmallUnit) -> None:
    template = engines["django"].from_string("{% filter_bar filterset %}")

    def bar(person: object, query: str = "", language: str = "zh-hans") -> str:
        with translation.override(language):
            return str(template.render({"filterset": filtered(person, QueryDict(query)).filterset}))  # type: ignore[arg-type]

    other = small_unit(code="QT", name="另一个局")
    department, elsewhere = unit.departments[1].department, other.departments[1].department
    for _twice in range(2):
        for person, own, not_own in [(unit.head, department, elsewhere), (other.head, elsewhere, department)]:
            assert f'<option value="{own.pk}">{own.name}</option>' in bar(person)
            assert f'<option value="{not_own.pk}"' not in bar(person)
        assert f'<option value="{department.pk}" selected>' in bar(unit.head, f"department={department.pk}")
        assert f'<option value="{department.pk}" selected>' not in bar(unit.head)
        assert 'value="寻找"' in bar(unit.head, "q=寻找")
        assert 'value="寻找"' not in bar(unit.head)
        assert "部门" in bar(unit.head)
        assert "Department" in bar(unit.head, language="en")
        assert "has-error" in bar(unit.head, "level=没有")
        assert "has-error" not in bar(unit.head)
