"""Contributions as officials read them."""

import pytest

from regrading.words import cannot, tell


@pytest.mark.parametrize(
    ("contribution", "expected"),
    [
        (["base", 53, {"floor": 40, "factors": 2}], "起点：“二级”区间自 40 分起，按发生几率和危害程度加 13 分：53 分"),
        (["base", 40, {"floor": 40, "factors": 0}], "起点：“二级”区间自 40 分起；未填写发生几率和危害程度：40 分"),
        (["leads", 14, {"judged": 2, "unjudged": 1, "gravest": 2}], "涉及责任人或职权事项的廉情 3 件，其中 1 件尚未研判：+14 分"),
        (["leads", 30, {"judged": 3, "gravest": 3, "most": 30}], "涉及责任人或职权事项的廉情 3 件（按上限计）：+30 分"),
        (
            ["warnings", 23, {"general": 1, "important": 2, "closed": 1}],
            "涉及责任人、部门或职权事项的廉情预警：重要预警 2 起、一般预警 1 起，其中 1 起已办结：+23 分",
        ),
        (["measures", 11, {"overdue": 2, "months": 3}], "逾期防控措施 2 条，共逾期满 3 个月：+11 分"),
        (["measures", 4, {"overdue": 1}], "逾期防控措施 1 条：+4 分"),
        (["measures", -4, {"confirmed": 2}], "已完成防控措施 2 条：−4 分"),
        (["grades", 6, {"year": 2026, "quarter": 3, "grade": "一般"}], "责任人 2026 年第 3 季度廉政考核等次：“一般”：+6 分"),
        (["surveys", 6, {"kind": "internal", "low": 18, "whole_unit": False}], "本部门内部腐败接触率不低于 18%：+6 分"),
        (["review", 5, {"months": 18}], "已满 18 个月未复核：+5 分"),
    ],
)
def test_in_chinese(contribution: list[object], expected: str) -> None:
    assert str(tell([contribution], level="二级")[0]) == expected


def test_why_there_is_no_score() -> None:
    assert cannot("severity_not_in_rules").startswith("无法计算")
    assert cannot("") == ""
