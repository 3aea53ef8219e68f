"""Rule sets as values: taken apart and put together, checked, told in words. No database."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regrading.rule_checks import problems
from regrading.rule_items import Section, Words, items, rules_from, values_of
from regrading.rule_words import Difference, changes, differences, lines, parts, sentences
from regrading.rules import (
    GradeRule,
    LeadRule,
    MeasureRule,
    ReviewRule,
    Rules,
    SurveyRule,
    WarningRule,
)

WORDS = Words(
    levels=((3, "一级"), (2, "二级"), (1, "三级")),
    leads=((3, "一级"), (2, "二级"), (1, "三级")),
    tiers=(("highest", "最高预警"), ("important", "重要预警"), ("general", "一般预警")),
    grades=((3, "不良"), (2, "一般"), (1, "良好"), (0, "好")),
)


def test_what_every_unit_starts_with_has_no_fault() -> None:
    assert problems(Rules(), WORDS) == []


@pytest.mark.parametrize(
    ("changed", "name", "said"),
    [
        ({"bands": ((1, 0), (2, 70), (3, 40))}, "bands_3", "“一级”的起始分必须高于“二级”（70分）"),
        ({"bands": ((1, 0), (2, 40), (3, 40))}, "bands_3", "“一级”的起始分必须高于“二级”（40分）"),
        ({"bands": ((1, 5), (2, 40), (3, 70))}, "", "最低等级从0分开始"),
        ({"bands": ((1, 0),)}, "bands_3", "缺少：“一级”起始分"),
        ({"bands": ((1, 0), (2, 40), (3, 101))}, "bands_3", "应在1至100之间"),
        ({"bands": ((1, 0), (2, 40), (3, 44)), "fall_margin": 4}, "fall_margin", "最窄的等级只留有3分"),
        ({"window": 0}, "window", "应在1至60之间"),
        ({"window": 61}, "window", "应在1至60之间"),
        ({"leads": LeadRule(judged=((1, 8), (2, 4), (3, 15)))}, "leads_judged_2", "“二级”的加分不得低于“三级”（8分）"),
        ({"leads": LeadRule(most=14)}, "leads_most", "不得低于15分"),
        ({"warnings": WarningRule(tiers=(("general", 8), ("important", 30), ("highest", 25)))}, "warnings_highest", "不得低于“重要预警”"),
        ({"warnings": WarningRule(closed_percent=101)}, "warnings_closed_percent", "应在0至100之间"),
        ({"measures": MeasureRule(overdue=-1)}, "measures_overdue", "应在0至100之间"),
        ({"measures": MeasureRule(relief=-2)}, "measures_relief", "应在0至100之间"),
        ({"measures": MeasureRule(overdue=25)}, "measures_most", "不得低于25分"),
        ({"measures": MeasureRule(relief=11)}, "measures_most_relief", "不得低于11分"),
        ({"grades": GradeRule(grades=((0, -4), (1, 0), (2, 16), (3, 15)))}, "grades_3", "“不良”的加分不得低于“一般”（16分）"),
        ({"surveys": SurveyRule(bounds=((10, 6), (10, 7)))}, "surveys_from_1", "10%重复"),
        ({"surveys": SurveyRule(bounds=((5, 6), (10, 3)))}, "surveys_points_1", "10%起的加分不得低于6分"),
        ({"surveys": SurveyRule(bounds=((0, 6),))}, "surveys_from_0", "1%至100%"),
        ({"review": ReviewRule(every=0)}, "review_every", "应在1至60之间"),
        ({"review": ReviewRule(first=10)}, "review_most", "不得低于10分"),
        ({"ask_again_points": 0}, "ask_again_points", "应在1至100之间"),
    ],
)
def test_each_fault_is_said_beside_its_number(changed: dict[str, Any], name: str, said: str) -> None:
    found = problems(replace(Rules(), **changed), WORDS)
    assert name in [problem.name for problem in found]
    assert any(said in problem.text for problem in found if problem.name == name), [problem.text for problem in found]


def test_a_level_of_the_unit_that_the_rules_lack_is_missing() -> None:
    four = replace(WORDS, levels=((4, "重大"), *WORDS.levels))
    assert [problem.name for problem in problems(Rules(), four)] == ["bands_4"]


numbers = st.integers(-5, 110)


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(sorted(values_of(Rules()))), numbers, max_size=6))
def test_numbers_are_put_together_as_they_were_taken_apart(changed: dict[str, int]) -> None:
    """For every input: what the form hands over is what the set says, and comes back from JSON."""
    values = values_of(Rules()) | changed
    rules = rules_from(values, WORDS)
    assert Rules.from_json(rules.to_json()) == rules
    kept = {name: value for name, value in values.items() if not name.startswith(("surveys_", "bands_1"))}
    assert {name: value for name, value in values_of(rules).items() if name in kept} == kept


def test_every_number_of_a_set_is_in_the_form_and_in_the_words() -> None:
    """A rule added to the set and forgotten in the form would be lost on the next save."""
    fixed = {name for name in values_of(Rules()) if not name.startswith("surveys_") and name != "bands_1"}
    assert {item.name for item in items(WORDS)} == fixed
    assert {line.key for line in lines(Rules(), WORDS)} == fixed | {"surveys_5", "surveys_10", "surveys_20"}
    assert [part.section for part in parts(Rules(), WORDS)] == list(Section)
    assert all(part.sentences and part.lines for part in parts(Rules(), WORDS))


def test_rules_read_as_sentences() -> None:
    told = {section: " ".join(sentences(section, Rules(), WORDS)) for section in Section}
    assert "70至100分为“一级”、40至69分为“二级”、0至39分为“三级”" in told[Section.BANDS]
    assert "12个月" in told[Section.WINDOW]
    assert "每有1条措施逾期加4分，每逾期满1个月再加1分，合计最多20分" in told[Section.MEASURES]
    assert "“好”-4、“良好”+0、“一般”+6、“不良”+15" in told[Section.GRADES].replace(" ", "")
    assert "满12个月未审核加3分，此后每满6个月再加2分，最多9分" in told[Section.REVIEW]
    assert "5%起+3、10%起+6、20%起+12" in told[Section.SURVEYS].replace(" ", "")
    assert "“最高预警”+25、“重要预警”+15、“一般预警”+8" in told[Section.WARNINGS].replace(" ", "")
    assert "50%" in told[Section.WARNINGS].replace(" ", "")
    assert "“一级”+15、“二级”+8、“三级”+4" in told[Section.LEADS].replace(" ", "")
    assert "3分" in told[Section.PROPOSALS]


def test_two_versions_differ_in_words() -> None:
    other = replace(Rules(), window=24, surveys=SurveyRule(bounds=((5, 3), (10, 8), (30, 12))))
    found = differences(Rules(), other, WORDS)
    assert found == [
        Difference(Section.WINDOW, "回看月数", "12个月", "24个月"),
        Difference(Section.SURVEYS, "接触率10%起", "6分", "8分"),
        Difference(Section.SURVEYS, "接触率30%起", "", "12分"),
        Difference(Section.SURVEYS, "接触率20%起", "12分", ""),
    ]
    assert changes(Rules(), other, WORDS)["回看期限：回看月数"] == ["12个月", "24个月"]
    assert differences(Rules(), Rules(), WORDS) == []
