"""Headers seen in registers of real units, and the field each of them means (domain §9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.registers.fields import Field, missing_requirements
from reporting.registers.headers import ACCEPTED, assign, header_scores, normalise
from tests import xlsx_files as _configured  # noqa: F401 - settings for plain pytest

SEEN = {
    "title": "风险点 风险名称 廉政风险点 廉洁风险点 风险点名称 存在的廉政风险点",
    "content": "风险内容 廉政风险主要内容及表现形式 表现形式 风险内容及表现形式 廉政风险点表现形式 风险描述",
    "aspect": "风险类别 风险领域 岗位类别 风险来源 风险类型",
    "leader": "责任领导 主管领导 分管领导 局分管领导",
    "department": "部门 科室 单位 处室 责任部门 科室(单位) 单位/科室 部门名称",
    "position": "岗位 风险岗位 风险点涉及的岗位 职务 涉及岗位 职务(岗位) 岗位名称",
    "power": "职权事项 权力事项 重要环节 业务环节 职权名称",
    "level": "风险等级 等级 级别 风险等级(高、中、低) 岗位风险等级 风险点等级",
    "measures": "防控措施 防范措施 防控要点及防控措施 拟采取的防控措施 廉政风险防控措施",
    "direct_person": "直接责任人 责任人 岗位责任人",
    "department_head": "部门负责人 部门责任人 科室负责人",
    "probability": "发生几率 可能性 风险发生几率",
    "harm": "危害程度 影响程度 危害",
    "indicator": "监测指标 风险监测指标",
    "sequence": "序号",
    "number": "编号 风险编号",
    "registered_on": "登记日期 登记时间",
    "remark": "备注",
}
FOREIGN = "岗位职责 联系电话 行使依据 风险点数 落实情况 签名 政治面貌"


@pytest.mark.parametrize(("field", "header"), [(field, header) for field, headers in SEEN.items() for header in headers.split()])
def test_each_header_alone(field, header):
    (guess,) = assign([(0, [header])])
    assert guess.field == field


@pytest.mark.parametrize("header", FOREIGN.split())
def test_columns_that_are_none_of_ours(header):
    (guess,) = assign([(3, [header])])
    assert (guess.index, guess.field, guess.confidence) == (3, None, 0.0)


@pytest.mark.parametrize("header", ["风 险\n等 级", "风险\u3000等级", "【风险等级】", "风险等级:", "\uff08风险等级\uff09", "风险等级*"])
def test_spaces_line_breaks_and_punctuation_do_not_matter(header):
    assert [guess.field for guess in assign([(0, [header])])] == [Field.LEVEL]


def test_two_levels_of_header():
    guesses = assign(
        [
            (0, ["部门", "部门"]),
            (1, ["风险等级", "几率"]),
            (2, ["风险等级", "危害"]),
            (3, ["风险等级", "等级"]),
            (4, ["责任人", "直接责任人"]),
            (5, ["责任人", "分管领导"]),
        ]
    )
    assert [guess.field for guess in guesses] == ["department", "probability", "harm", "level", "direct_person", "leader"]
    assert [guess.header for guess in guesses][:2] == ["部门", "风险等级/几率"]


def test_forms_of_a_risk_side_by_side():
    assert [guess.field for guess in assign([(0, ["风险点"]), (1, ["表现形式"])])] == ["title", "content"]
    assert [guess.field for guess in assign([(0, ["风险点"]), (1, ["风险内容"]), (2, ["表现形式"])])] == [
        "title",
        "content",
        "manifestation",
    ]
    assert [guess.field for guess in assign([(0, ["职权事项"]), (1, ["业务环节"])])] == ["power", "step"]


@given(st.lists(st.sampled_from([header for headers in SEEN.values() for header in headers.split()] + ["", "x", "某某"]), max_size=25))
def test_no_field_twice_and_no_column_lost(headers):
    guesses = assign([(index, [header]) for index, header in enumerate(headers)])
    assert [guess.index for guess in guesses] == list(range(len(headers)))
    fields = [guess.field for guess in guesses if guess.field]
    assert len(fields) == len(set(fields))
    assert all(ACCEPTED <= guess.confidence <= 1 for guess in guesses if guess.field)


@given(st.text(max_size=60))
def test_any_text_has_scores_between_nothing_and_one(text):
    assert all(0 < score <= 1 for score in header_scores([text]).values())
    assert normalise(normalise(text)) == normalise(text)


def test_what_a_register_needs():
    assert missing_requirements({"department", "title", "level"}) == []
    assert missing_requirements({"department", "content", "probability", "harm"}) == []
    assert len(missing_requirements({"department", "content", "probability"})) == 1
    assert len(missing_requirements(set())) == 3
    assert [field.value for field in Field if field.required] == ["department"]
    assert all(str(field.label) for field in Field)


def test_the_level_decided_goes_before_the_one_the_clerk_gave():
    guesses = assign([(0, ["风险等级", "自评等级"]), (1, ["风险等级", "审核等级"]), (2, ["风险等级", "审定等级"])])
    assert [guess.field for guess in guesses] == [None, None, Field.LEVEL]
