"""Weights, indicators and grades: what does not add up is refused with how much, and nothing changes."""

from decimal import Decimal

import pytest

from assessments import weights
from assessments.models import Grade, GradeScale, Group, GroupSettings, Indicator, IndicatorSet
from assessments.rules import GradeRule, GroupRules, IndicatorRule
from assessments.services import settings
from common.errors import Conflict, DomainError, NotAllowed
from tests.factories.assessments import secretary
from tests.factories.organisation import SmallUnit, small_unit

D = Decimal


# ---- pure


def rules(**changed: object) -> GroupRules:
    kept: dict[str, object] = {
        "methods": {"supervision": D(30), "appraisal": D(40), "talks": D(15), "file": D(15)},
        "levels": {"first": D(50), "second": D(30), "third": D(20)},
        "answers": {"excellent": D(100), "good": D(85), "fair": D(70), "poor": D(50)},
        "minimum_ballots": 5,
        "indicators": (IndicatorRule("1", "moral", "廉洁", "", D("33.4")), IndicatorRule("2", "legal", "依法", "", D("66.6"))),
        "grades": (GradeRule("好", D(90), 0, "green", False, 0), GradeRule("不良", D(0), 1, "red", True, 6)),
        "scope": "person",
        "notice_days": 5,
        "appeal_days": 10,
        "appeal_working": True,
    }
    return GroupRules(**(kept | changed))  # type: ignore[arg-type]


def test_rules_that_are_right_have_no_problem() -> None:
    assert weights.problems(rules()) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"methods": {"supervision": D(30), "appraisal": D("37.5"), "talks": D(15), "file": D(15)}}, "考核方式权重合计97.5%，还差2.5%"),
        ({"methods": {"supervision": D(30), "appraisal": D(40), "talks": D(20), "file": D(15)}}, "考核方式权重合计105%，超出5%"),
        ({"levels": {"first": D(50), "second": D(30), "third": D(10)}}, "测评人权重合计90%，还差10%"),
        ({"levels": {"first": D(20), "second": D(30), "third": D(50)}}, "一级权重≥二级权重"),
        ({"answers": {"excellent": D(100), "good": D(100), "fair": D(70), "poor": D(50)}}, "依次递减"),
        ({"answers": {"excellent": D(120), "good": D(100), "fair": D(70), "poor": D(50)}}, "依次递减"),
        ({"minimum_ballots": 2}, "少于3张"),
        ({"indicators": (IndicatorRule("1", "moral", "廉洁", "", D("99.99")),)}, "指标项权重合计99.99%，还差0.01%"),
        ({"indicators": ()}, "至少包含一个指标项"),
        ({"grades": (GradeRule("好", D(90), 0, "green", False, 0),)}, "至少包含两个等次"),
        ({"grades": (GradeRule("好", D(60), 0, "", False, 0), GradeRule("差", D(75), 1, "", False, 0))}, "“差”的起始分应低于“好”（60分）"),
        ({"grades": (GradeRule("好", D(90), 0, "", False, 0), GradeRule("差", D(5), 1, "", False, 0))}, "最后一个等次的起始分应为0"),
    ],
)
def test_each_fault_is_said_with_how_much(changed: dict[str, object], said: str) -> None:
    [problem] = weights.problems(rules(**changed))[:1]
    assert said in problem


def test_frozen_rules_are_read_back_exactly() -> None:
    assert GroupRules.from_json(rules().to_json()) == rules()


# ---- services


@pytest.fixture
def bureau(db: None) -> SmallUnit:
    return small_unit()


def test_the_common_settings_are_those_of_the_documents(bureau: SmallUnit) -> None:
    """Domain §6: 30/40/15/15, five ballots, 90/75/60, 不良 without award and six months' hold."""
    for group in Group.values:
        row = settings.settings_of(bureau.unit.pk, group)
        found = settings.rules_of(row)
        assert row.unit is None
        assert list(found.methods.values()) == [30, 40, 15, 15]
        assert found.minimum_ballots == 5
        assert [(grade.label, grade.min_score) for grade in found.grades] == [("好", 90), ("良好", 75), ("一般", 60), ("不良", 0)]
        assert (found.grades[-1].no_award, found.grades[-1].hold_months) == (True, 6)
        assert weights.problems(found) == []


def test_the_first_change_makes_settings_of_the_unit(bureau: SmallUnit) -> None:
    row = settings.change(
        unit=bureau.unit, group="staff", values={"supervision": D(20), "appraisal": D(50)}, by=secretary(bureau), version=1
    )
    assert (row.unit, row.appraisal, row.minimum_ballots) == (bureau.unit, 50, 5)
    assert settings.settings_of(bureau.unit.pk, "staff") == row
    assert settings.settings_of(bureau.unit.pk, "leadership").unit is None
    assert GroupSettings.objects.get(unit=None, group="staff").appraisal == 40


def test_weights_that_do_not_add_up_change_nothing(bureau: SmallUnit) -> None:
    with pytest.raises(DomainError, match="考核方式权重合计110%，超出10%"):
        settings.change(unit=bureau.unit, group="staff", values={"appraisal": D(50)}, by=secretary(bureau))
    assert not GroupSettings.objects.filter(unit=bureau.unit).exists()


def test_stale_and_foreign_changes_are_refused(bureau: SmallUnit) -> None:
    by = secretary(bureau)
    settings.change(unit=bureau.unit, group="staff", values={"minimum_ballots": 6}, by=by)
    row = settings.change(unit=bureau.unit, group="staff", values={"minimum_ballots": 7}, by=by)
    with pytest.raises(Conflict):
        settings.change(unit=bureau.unit, group="staff", values={"minimum_ballots": 8}, by=by, version=row.version - 1)
    with pytest.raises(NotAllowed):
        settings.change(unit=bureau.unit, group="staff", values={"minimum_ballots": 8}, by=bureau.head)
    assert settings.settings_of(bureau.unit.pk, "staff").minimum_ballots == 7


FACTS = [
    settings.IndicatorFacts("political", "政治表现", "遵守政治纪律。", D(40)),
    settings.IndicatorFacts("moral", "窗口廉洁", "不收受服务对象财物。", D(60)),
]


def test_changing_a_common_set_makes_one_of_the_unit_and_uses_it(bureau: SmallUnit) -> None:
    common = settings.settings_of(bureau.unit.pk, "staff").indicator_set
    made = settings.save_set(
        unit=bureau.unit,
        group="staff",
        name="窗口指标",
        indicators=FACTS,
        by=secretary(bureau),
        indicator_set=common,
        version=common.version,
    )
    assert settings.settings_of(bureau.unit.pk, "staff").indicator_set == made
    assert [one.name for one in made.indicators.all()] == ["政治表现", "窗口廉洁"]
    assert common.indicators.count() == 6


def test_changing_an_own_set_keeps_what_stays(bureau: SmallUnit) -> None:
    by = secretary(bureau)
    made = settings.save_set(unit=bureau.unit, group="staff", name="指标", indicators=FACTS, by=by)
    kept = made.indicators.get(name="窗口廉洁").pk
    other = [
        settings.IndicatorFacts("legal", "依规办事", "不越权。", D(50)),
        settings.IndicatorFacts("moral", "窗口廉洁", "新表述。", D(50)),
    ]
    settings.save_set(unit=bureau.unit, group="staff", name="指标", indicators=other, by=by, indicator_set=made, version=made.version)
    assert [(one.name, one.weight) for one in made.indicators.all()] == [("依规办事", 50), ("窗口廉洁", 50)]
    assert made.indicators.get(name="窗口廉洁").pk == kept


def test_a_faulty_set_or_scale_changes_nothing(bureau: SmallUnit) -> None:
    by = secretary(bureau)
    before = (IndicatorSet.objects.count(), Indicator.objects.count(), GradeScale.objects.count(), Grade.objects.count())
    with pytest.raises(DomainError, match="还差60%"):
        settings.save_set(unit=bureau.unit, group="staff", name="指标", indicators=FACTS[:1], by=by)
    with pytest.raises(DomainError, match="不能重复：政治表现"):
        settings.save_set(unit=bureau.unit, group="staff", name="指标", indicators=[FACTS[0], FACTS[0]], by=by)
    grades = [GradeRule("好", D(90), 0, "green", False, 0), GradeRule("差", D(10), 1, "red", True, 6)]
    with pytest.raises(DomainError, match="起始分应为0"):
        settings.save_scale(unit=bureau.unit, name="两级", grades=grades, by=by)
    assert before == (IndicatorSet.objects.count(), Indicator.objects.count(), GradeScale.objects.count(), Grade.objects.count())


def test_an_own_scale_takes_the_place_of_the_common_one_in_every_group(bureau: SmallUnit) -> None:
    by = secretary(bureau)
    common = settings.settings_of(bureau.unit.pk, "staff").scale
    grades = [GradeRule("合格", D(60), 0, "green", False, 0), GradeRule("不合格", D(0), 1, "red", True, 12)]
    made = settings.save_scale(unit=bureau.unit, name="合格制", grades=grades, by=by, scale=common)
    assert {settings.settings_of(bureau.unit.pk, group).scale for group in Group.values} == {made}
    assert [(grade.label, grade.severity) for grade in made.grades.all()] == [("合格", 0), ("不合格", 1)]
    with pytest.raises(DomainError, match="正在使用"):
        settings.retire(unit=bureau.unit, row=made, by=by)


def test_what_is_not_used_goes_out_of_use_and_cannot_be_chosen(bureau: SmallUnit) -> None:
    by = secretary(bureau)
    made = settings.save_set(unit=bureau.unit, group="staff", name="旧指标", indicators=FACTS, by=by)
    settings.retire(unit=bureau.unit, row=made, by=by, version=made.version)
    made.refresh_from_db()
    with pytest.raises(DomainError, match="不能选用"):
        settings.change(unit=bureau.unit, group="staff", values={"indicator_set": made}, by=by)
    other = settings.save_set(unit=bureau.unit, group="leadership", name="班子指标", indicators=FACTS, by=by)
    with pytest.raises(DomainError, match="不适用于该考核类别"):
        settings.change(unit=bureau.unit, group="staff", values={"indicator_set": other}, by=by)
