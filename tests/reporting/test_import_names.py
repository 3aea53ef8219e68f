"""Names as registers write them, and titles for risks that have none."""

import pytest

from reporting.services import names


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("1.不按规定条件审查\uff1b2.泄露考录信息\uff1b3.收受好处。", "不按规定条件审查"),
        ("\uff081\uff09票据不全即报销。", "票据不全即报销"),
        ("一、动议环节打招呼;二、考察失实", "动议环节打招呼"),
        ("选择性检查。", "选择性检查"),
        ("①拆分采购", "拆分采购"),
        ("2026年度预算编制不实", "2026年度预算编制不实"),
        (
            "在大额资金支付中未经领导班子集体研究\uff0c经办人与供应商串通先行付款\uff0c事后补办审批手续以掩盖违规支付的事实",
            "在大额资金支付中未经领导班子集体研究\uff0c经办人与供应商串通先行付款",
        ),
        ("字" * 60, "字" * 39 + "…"),
    ],
)
def test_a_title_is_the_first_clause(text, title):
    assert names.derived_title(text) == title
    assert len(title) <= 40


@pytest.mark.parametrize(
    ("text", "near"),
    [("计财科", "计划财务科"), ("审批科", "行政审批科"), ("农业综合执法大队", "执法大队")],
)
def test_the_nearest_name_is_offered_first(text, near):
    assert names.nearest(text, ["办公室", "计划财务科", "行政审批科", "执法大队"])[0] == near


def test_nothing_is_offered_for_a_name_like_none():
    assert names.nearest("水产站", ["办公室", "计划财务科"]) == []


@pytest.mark.parametrize(
    ("text", "name"), [("陈 志远", "陈志远"), ("陈志远副局长", "陈志远"), ("陈志远\uff08副局长\uff09", "陈志远"), ("主任", "主任")]
)
def test_people_without_titles_and_spaces(text, name):
    assert names.person(text) == name


def test_cells_with_several_names():
    assert names.several("会计、出纳/文秘") == ["会计", "出纳", "文秘"]
    assert names.several("窗口受理") == ["窗口受理"]
