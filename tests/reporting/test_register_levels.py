"""What a level text means, written down by hand (domain §3: never infer severity from a number in the label)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.registers.levels import Direction, direction, is_rating, propose, severity
from tests import xlsx_files as _configured  # noqa: F401 - settings for plain pytest

HIGH = "高 高风险 高级 一级 1级 1 Ⅰ级 I级 Ⅰ 一级风险点 ▲▲▲ ★★★ ●●● 重点 重点风险点 重大 重大风险 红 红色 一级(重点) 一类 第一级 壹级 高危"
MIDDLE = "中 中等 中风险 二级 2级 2 Ⅱ级 II级 ii级 ▲▲ ★★ ★★☆ 防范 防范风险点 较大 较大风险 橙 黄色 二级(防范)"
LOW = "低 低风险 三级 3 3级 Ⅲ级 III级 ▲ ★ ★☆☆ 一般 一般风险点 蓝 蓝色 绿 三级(一般) 低危"
UNKNOWN = "四级 4 特级 A级 甲 待定 未知 级 一级(低) 高/中 0 ▲▲▲▲ 重要 —"


@pytest.mark.parametrize(
    ("text", "expected"),
    [(text, 3) for text in HIGH.split()]
    + [(text, 2) for text in MIDDLE.split()]
    + [(text, 1) for text in LOW.split()]
    + [(text, None) for text in UNKNOWN.split()],
)
def test_level_texts(text, expected):
    assert severity(text) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("注:三级为最高", Direction.THIRD),
        ("注:风险等级分三级,三级风险最高,一级风险最低。", Direction.THIRD),
        ("由低到高分为一级、二级、三级", Direction.THIRD),
        ("说明:一级为一般风险,三级为重点风险", Direction.THIRD),
        ("低风险为一级,高风险为三级", Direction.THIRD),
        ("数字越大,风险越高", Direction.THIRD),
        ("最低级别为1级", Direction.THIRD),
        ("注:一级为最高级", Direction.FIRST),
        ("从高到低依次为Ⅰ级、Ⅱ级、Ⅲ级", Direction.FIRST),
        ("一级\uff08重点\uff09、二级\uff08防范\uff09、三级\uff08一般\uff09", Direction.FIRST),
        ("风险等级\uff08最高为一级\uff09", Direction.FIRST),
        ("注:二级最高", Direction.UNCLEAR),
        ("沧南市农业农村局廉政风险点及防控措施一览表", Direction.UNSAID),
        ("落实三级防控责任", Direction.UNSAID),
    ],
)
def test_what_the_sheet_says_about_the_order(line, expected):
    assert direction(["某局登记册", line]) is expected


def test_the_order_said_in_the_sheet_turns_numbers_and_nothing_else():
    texts = ["一级", "三级", "Ⅱ级", "高", "▲"]
    assert propose(texts, ["注:三级为最高"])[0] == {"一级": 1, "三级": 3, "Ⅱ级": 2, "高": 3, "▲": 1}
    assert propose(texts, ["注:二级最高"])[0] == {"一级": None, "三级": None, "Ⅱ级": None, "高": 3, "▲": 1}
    assert propose(texts, ["一级最高", "注:三级为最高"])[0]["一级"] is None


def test_numbers_always_come_with_a_warning_words_do_not():
    assert len(propose(["一级", "二级"])[1]) == 1
    assert propose(["高", "中", "低"])[1] == []


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["红", "橙", "黄"], {"红": 3, "橙": 2, "黄": 1}),
        (["红色", "黄色", "蓝色"], {"红色": 3, "黄色": 2, "蓝色": 1}),
        (["黄", "绿", "红"], {"红": 3, "黄": 2, "绿": 1}),
        (["红", "橙", "黄", "蓝"], {"红": 3, "橙": 2, "黄": 2, "蓝": 1}),
    ],
)
def test_colours_are_ranked_among_those_used(texts, expected):
    assert propose(texts)[0] == expected


def test_a_scale_of_five_stars_is_not_guessed():
    assert propose(["★", "★★★", "★★★★★"])[0] == {"★": None, "★★★": None, "★★★★★": None}


@given(st.integers(1, 3), st.sampled_from("▲★●◆■"))
def test_symbols_count_up(count, symbol):
    assert severity(symbol * count) == count


@given(st.text(max_size=20), st.sampled_from(Direction))
def test_any_text_is_a_severity_or_unknown(text, order):
    assert severity(text, order) in (1, 2, 3, None)


@given(st.sampled_from((HIGH + " " + MIDDLE + " " + LOW).split()), st.sampled_from(["", " ", "\n", "\u3000"]))
def test_spaces_do_not_matter(text, space):
    assert severity(space + space.join(text) + space) == severity(text)


def test_ratings():
    assert all(is_rating(text) for text in ("1", "5", "10", "3.5", "3分", "高", "较低", "一般", "二级"))
    assert not any(is_rating(text) for text in ("", "11", "-1", "偶尔吧", "1/5"))
