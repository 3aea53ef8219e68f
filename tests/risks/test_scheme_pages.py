"""Schemes of a unit: made and edited without touching rules by hand, tried out, copied, chosen; used ones do not change."""

import pytest
from django.test import Client
from django.urls import reverse

from common.errors import Conflict, DomainError, NotAllowed, NotPossible
from risks.models import GradingScheme, Level, LevelScale
from risks.services import schemes
from tests.factories.organisation import SmallUnit, small_unit
from tests.factories.risks import CampaignFactory, default_scheme

pytestmark = pytest.mark.django_db
CLASSES = {"classes": [{"code": "c1", "label": "直接支配", "severity": 3}, {"code": "c2", "label": "一般管理", "severity": 1}]}
MATRIX_FIELDS = {
    "name": "本局矩阵",
    "combine": "product",
    "use_probability": "on",
    "words_probability": "低\n中\n高",
    "use_harm": "on",
    "words_harm": "小\n中\n大",
    "from_3": "9",
    "from_2": "4",
    "from_1": "1",
    "floor_from_harm": "3",
    "floor_level_harm": "2",
}


@pytest.fixture
def bureau() -> SmallUnit:
    return small_unit()


@pytest.fixture
def office(bureau) -> Client:
    client = Client()
    client.force_login(bureau.office_clerk)
    return client


def make(bureau, **fields) -> GradingScheme:
    values = {"name": "权力类别", "kind": "power_class", "rules": CLASSES, "scale": default_scheme().scale} | fields
    return schemes.create(unit=bureau.unit, by=bureau.office_clerk, **values)


def test_a_matrix_from_plain_fields(bureau, office):
    response = office.post(reverse("risks:scheme_new", args=["matrix"]), MATRIX_FIELDS)
    made = GradingScheme.objects.get(unit=bureau.unit)
    assert response.headers["Location"] == reverse("risks:scheme", args=[made.pk])
    assert made.rules == {
        "factors": [{"code": "probability", "labels": ["低", "中", "高"]}, {"code": "harm", "labels": ["小", "中", "大"]}],
        "combine": "product",
        "floors": [{"factor": "harm", "from": 3, "severity": 2}],
        "thresholds": [{"from": 9, "severity": 3}, {"from": 4, "severity": 2}, {"from": 1, "severity": 1}],
    }
    shown = office.get(reverse("risks:scheme_edit", args=[made.pk])).content.decode()
    assert "低\n中\n高" in shown


def test_any_scale_of_levels_can_be_chosen(bureau, office):
    address = reverse("risks:scheme_new", args=["matrix"])
    assert "等级序列" not in office.get(address).content.decode(), "nothing to choose"
    scale = LevelScale.objects.create(code="five-levels", name="五级")
    for severity, label in enumerate(("很低", "低", "中", "高", "很高"), start=1):
        Level.objects.create(scale=scale, severity=severity, label=label, name="", colour="blue", answerer="department_head")
    shown = office.get(address).content.decode()
    assert "等级序列" in shown
    assert f'href="?scale={scale.pk}"' in shown
    assert 'name="from_5"' not in shown
    assert 'name="from_5"' in office.get(address, {"scale": scale.pk}).content.decode()
    fields = MATRIX_FIELDS | {"from_5": "9", "from_4": "6", "from_3": "4", "from_2": "2"}
    assert office.post(f"{address}?scale={scale.pk}", fields).status_code == 302
    made = GradingScheme.objects.get(unit=bureau.unit)
    assert made.scale == scale
    assert [row["severity"] for row in made.rules["thresholds"]] == [5, 4, 3, 2, 1]
    for wrong in ("0", "x", "9" * 30):
        assert office.get(address, {"scale": wrong}).status_code == 404


def test_a_table_from_plain_fields(bureau, office):
    cells = {f"cell_{p}-{h}": str(min(3, max(p, h))) for p in range(1, 4) for h in range(1, 4)}
    office.post(reverse("risks:scheme_new", args=["matrix"]), {**MATRIX_FIELDS, "combine": "table", **cells})
    made = GradingScheme.objects.get(unit=bureau.unit)
    assert made.rules["table"]["1-1"] == 1
    assert made.rules["table"]["3-1"] == 3
    assert "thresholds" not in made.rules
    assert office.get(reverse("risks:scheme", args=[made.pk])).status_code == 200


def rows(*values, initial=0):
    data = {"rows-TOTAL_FORMS": str(len(values)), "rows-INITIAL_FORMS": str(initial), "rows-MIN_NUM_FORMS": "0", "rows-MAX_NUM_FORMS": "40"}
    for n, row in enumerate(values):
        data |= {f"rows-{n}-{name}": value for name, value in row.items()}
    return data


def test_criteria_from_rows(bureau, office):
    data = {
        "name": "条件计数",
        "counts": "criteria",
        "from_3": "3",
        "from_2": "2",
        "from_1": "0",
        **rows(
            {"text": "直接经手资金", "weight": "1"},
            {"text": "一人办结", "weight": "2"},
            {"text": "决定招标结果", "weight": "1", "knock_out": "on"},
        ),
    }
    office.post(reverse("risks:scheme_new", args=["criteria"]), data)
    made = GradingScheme.objects.get(unit=bureau.unit)
    assert [(c["code"], c["knock_out"]) for c in made.rules["criteria"]] == [("c1", False), ("c2", False), ("c3", True)]
    assert made.rules["knock_out_severity"] == 3
    tried = office.get(reverse("risks:scheme", args=[made.pk]) + "?criteria=c3")
    assert tried.context["result_level"].label == "一级"
    assert "一票条件" in tried.content.decode()


def test_editing_keeps_the_codes_of_rows(bureau, office):
    made = make(bureau)
    edited = rows(
        {"code": "c1", "label": "直接支配", "severity": "3", "DELETE": "on"},
        {"code": "c2", "label": "一般管理权", "severity": "2"},
        {"label": "没有权力", "severity": "1"},
        initial=2,
    )
    office.post(reverse("risks:scheme_edit", args=[made.pk]), {"name": "类别", "version": made.version, **edited})
    made.refresh_from_db()
    assert made.rules == {
        "classes": [{"code": "c2", "label": "一般管理权", "severity": 2}, {"code": "c1", "label": "没有权力", "severity": 1}]
    }
    assert made.history.count() == 2


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "长" * 81},
        {"combine": "dice"},
        {"from_1": ""},
        {"from_1": "x"},
        {"from_3": "2"},
        {"from_3": "99"},
        {"words_harm": "小\n大"},
        {"words_harm": "小\n小\n大"},
        {"use_harm": ""},
        {"floor_from_harm": "4"},
        {"floor_level_harm": "8"},
        {"combine": "table"},
    ],
)
def test_faults_are_told_and_nothing_is_saved(bureau, office, change):
    response = office.post(reverse("risks:scheme_new", args=["matrix"]), MATRIX_FIELDS | change)
    assert response.status_code == 422
    assert "error-summary" in response.content.decode() or "error" in response.content.decode()
    assert not GradingScheme.objects.filter(unit=bureau.unit).exists()


def test_rows_that_are_no_rows(bureau, office):
    for data in [{"name": "x"}, {"name": "x", **rows()}, {"name": "x", "rows-TOTAL_FORMS": "9" * 20, "rows-INITIAL_FORMS": "0"}]:
        assert office.post(reverse("risks:scheme_new", args=["power-class"]), data).status_code == 422
    assert not GradingScheme.objects.filter(unit=bureau.unit).exists()


def test_trying_out_never_guesses(office):
    address = reverse("risks:scheme", args=[default_scheme().pk])
    assert "特别严重" in office.get(address).content.decode()
    full = office.get(address + "?probability=3&harm=5", headers={"HX-Request": "true"})
    assert full.context["result_level"].label == "一级"
    assert office.get(address + "?probability=3&harm=").context["result_level"] is None
    assert "无法计算" in office.get(address + "?probability=3&harm=").content.decode()
    assert office.get(address + "?probability=9&harm=x").status_code == 200


def test_a_used_scheme_does_not_change_but_can_be_copied(bureau, office):
    made = make(bureau)
    CampaignFactory(unit=bureau.unit, scheme=made)
    assert office.get(reverse("risks:scheme_edit", args=[made.pk])).status_code == 403
    with pytest.raises(NotAllowed):
        schemes.update(scheme=made, by=bureau.office_clerk, name="x", rules=CLASSES)
    response = office.post(reverse("risks:scheme_copy", args=[made.pk]))
    copied = GradingScheme.objects.get(unit=bureau.unit, name__contains="副本")
    assert response.headers["Location"] == reverse("risks:scheme_edit", args=[copied.pk])
    assert (copied.rules, copied.is_default) == (CLASSES, False)


def test_one_default_a_unit(bureau, office):
    first, second = make(bureau), make(bureau, name="另一个")
    office.post(reverse("risks:scheme_default", args=[first.pk]))
    office.post(reverse("risks:scheme_default", args=[second.pk]))
    assert [s.pk for s in GradingScheme.objects.filter(unit=bureau.unit, is_default=True)] == [second.pk]
    assert default_scheme().is_default
    with pytest.raises(NotPossible):
        schemes.close(scheme=second, by=bureau.head)
    schemes.close(scheme=first, by=bureau.head, reason="不再使用")
    with pytest.raises(NotPossible):
        schemes.set_default(scheme=first, by=bureau.head)


def test_services_check_for_themselves(bureau):
    scale = default_scheme().scale
    with pytest.raises(DomainError):
        schemes.create(unit=bureau.unit, by=bureau.head, name="x", kind="power_class", scale=scale, rules={"classes": []})
    with pytest.raises(NotAllowed):
        schemes.create(unit=bureau.unit, by=bureau.deputies[0], name="x", kind="power_class", scale=scale, rules=CLASSES)
    made = make(bureau)
    with pytest.raises(Conflict):
        schemes.update(scheme=made, by=bureau.head, name="x", rules=CLASSES, version=made.version + 1)


def test_schemes_of_other_units_do_not_exist(bureau, office):
    elsewhere = small_unit(code="QT", name="其他局")
    foreign = make(elsewhere)
    assert office.get(reverse("risks:scheme", args=[foreign.pk])).status_code == 404
    assert foreign.name not in office.get(reverse("risks:schemes")).content.decode()


def test_queries_of_the_list(bureau, count_queries):
    def rows_of(count):
        for n in range(count):
            make(bureau, name=f"方案{n}")

    count_queries("risks:schemes", user=bureau.office_clerk, make_rows=rows_of)
