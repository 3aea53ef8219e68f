"""Search finds what one may see and nothing else."""

from datetime import date

import pytest

from jobs import services
from leads.models import Sign
from risks.models import RiskPoint
from risks.search import vector
from tests.factories.organisation import administrators, small_unit
from tests.factories.risks import level
from tests.jobs import kinds  # noqa: F401 -- registers the kind

pytestmark = pytest.mark.django_db


def point(unit, position, title, n=1, holder=None):
    return RiskPoint.objects.create(
        unit=unit.unit,
        department=position.department,
        position=position,
        level_of="position",
        title=title,
        number=f"FX-CS-2026-{n:04d}",
        initial_level=level(3),
        current_level=level(3),
        registered_on=date(2026, 1, 5),
        direct_holder=holder,
        search=vector(f"FX-CS-2026-{n:04d}", title),
    )


@pytest.fixture
def unit():
    made = small_unit()
    own = made.departments[1].positions["s0"]
    point(made, own, "审批时收受礼金", 1, made.clerk)
    point(made, made.departments[2].positions["s0"], "审批检查走过场", 2, made.departments[2].staff[0])
    return made


def found(client, person, text):
    client.force_login(person)
    response = client.get("/search", {"q": text})
    assert response.status_code == 200
    return response.content.decode()


def test_a_clerk_finds_only_ones_own_points(client, unit):
    text = found(client, unit.clerk, "审批")
    assert "审批时收受礼金" in text
    assert "审批检查走过场" not in text


def test_the_unit_head_finds_both(client, unit):
    text = found(client, unit.head, "审批")
    assert "审批时收受礼金" in text
    assert "审批检查走过场" in text


def test_people_of_ones_own_unit_are_found_by_name(client, unit):
    small_unit(code="QT", name="其他局")
    text = found(client, unit.clerk, "局长周")
    assert "CS局长周" in text
    assert "QT局长周" not in text


def test_five_are_shown_and_the_list_has_the_rest(client, unit):
    position = unit.departments[1].positions["s0"]
    for n in range(10, 20):
        point(unit, position, f"采购验收把关不严{n}", n, unit.clerk)
    text = found(client, unit.clerk, "采购验收")
    assert text.count("采购验收把关不严") == 5
    assert "还有更多" in text


@pytest.mark.parametrize("text", ["", " ", "\x00", "%", "_", "'", "\\", "👮", "\u202e", "a" * 5000, "&|!():*<->"])
def test_strange_texts_find_nothing_and_do_no_harm(client, unit, text):
    assert "审批时收受礼金" not in found(client, unit.clerk, text)


def test_administrators_have_nothing_to_search(client):
    for person in administrators().values():
        client.force_login(person)
        assert client.get("/search", {"q": "审批"}).status_code == 404


def test_what_was_searched_stands_in_the_field_and_is_no_markup(client, unit):
    text = found(client, unit.clerk, '"><b>审批')
    assert "<b>审批" not in text
    assert 'value="&quot;&gt;&lt;b&gt;审批"' in text


def test_signs_and_ones_own_files_are_found(client, unit):
    sign = Sign.objects.filter(unit=None, is_active=True).order_by("pk").first()
    services.start(kind="test_write", title="导出登记册（行政审批科）", arguments={}, by=unit.clerk)
    assert sign.text[:8] in found(client, unit.clerk, sign.text[:8])
    assert "导出登记册（行政审批科）" in found(client, unit.clerk, "导出登记册")
    assert "导出登记册（行政审批科）" not in found(client, unit.head, "导出登记册")
