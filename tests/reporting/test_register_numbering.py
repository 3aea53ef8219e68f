"""Lists inside cells, and risks that are numbered in step with their measures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.registers.numbering import in_step, numbered, split_measures
from tests import xlsx_files as _configured  # noqa: F401 - settings for plain pytest

WIDE = str.maketrans({".": "\uff0e", "(": "\uff08", ")": "\uff09", ";": "\uff1b", ",": "\uff0c", ":": "\uff1a"})


@pytest.mark.parametrize("table", [{}, WIDE])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.先审批后执行;2.双向核对;3.每季度公示。", ["先审批后执行", "双向核对", "每季度公示。"]),
        ("1、先审批\n2、双向核对", ["先审批", "双向核对"]),
        ("1. 先审批 2. 双向核对", ["先审批", "双向核对"]),
        ("1.先审批2.双向核对", ["先审批", "双向核对"]),
        ("1)先审批;2)双向核对", ["先审批", "双向核对"]),
        ("(1)先审批(2)双向核对", ["先审批", "双向核对"]),
        ("①先审批②双向核对③公示", ["先审批", "双向核对", "公示"]),
        ("⑴先审批⑵双向核对", ["先审批", "双向核对"]),
        ("一是先审批;二是双向核对。", ["先审批", "双向核对。"]),
        ("一、先审批\n二、双向核对", ["先审批", "双向核对"]),
        ("(一)先审批(二)双向核对", ["先审批", "双向核对"]),
        ("第一,先审批;第二,双向核对", ["先审批", "双向核对"]),
        ("1.1先审批;1.2双向核对;2.1公示", ["先审批", "双向核对", "公示"]),
        ("先审批;双向核对;公示。", ["先审批", "双向核对", "公示。"]),
        ("先审批\n双向核对", ["先审批", "双向核对"]),
        ("防控措施:1.先审批;2.核对", ["先审批", "核对"]),
        ("加强教育。1.先审批;2.核对", ["加强教育。", "先审批", "核对"]),
        ("1.采购:(1)报批(2)询价;2.验收", ["采购:(1)报批(2)询价", "验收"]),
        ("超2.5万元的上会,3.5%以下备案", ["超2.5万元的上会,3.5%以下备案"]),
        ("一次性告知书存档。", ["一次性告知书存档。"]),
        ("第1、2条执行", ["第1、2条执行"]),
        ("3.15活动", ["3.15活动"]),
        ("1.先审批;3.公示", ["先审批;3.公示"]),
        ("", []),
    ],
)
def test_measures_of_a_cell(text, expected, table):
    assert list(split_measures(text.translate(table))) == [item.translate(table) for item in expected]


def test_ten_and_more():
    text = ";".join(f"{number}.措施{char}" for number, char in enumerate("甲乙丙丁戊己庚辛壬癸子丑", start=1))
    assert split_measures(text) == tuple(f"措施{char}" for char in "甲乙丙丁戊己庚辛壬癸子丑")
    listed = numbered("九、甲\n十、乙\n十一、丙")
    assert listed is not None
    assert [item.key for item in listed.items] == [(9,), (10,), (11,)]


@pytest.mark.parametrize(
    ("risks", "measures", "expected"),
    [
        ("1.附件不全即报销;2.一事多报。", "1.票据查重;2.审核分岗。", [("附件不全即报销", ("票据查重",)), ("一事多报。", ("审核分岗。",))]),
        ("1.1 甲 1.2 乙", "1.1 子 1.2 丑", [("甲", ("子",)), ("乙", ("丑",))]),
        ("1.甲;2.乙", "1.1子1.2丑\n2.1寅", [("甲", ("子", "丑")), ("乙", ("寅",))]),
        ("一是甲;二是乙", "①子②丑", [("甲", ("子",)), ("乙", ("丑",))]),
        ("1.1 甲", "1.1 子", [("甲", ("子",))]),
        ("采购中:1.甲;2.乙", "1.子;2.丑", [("采购中:甲", ("子",)), ("采购中:乙", ("丑",))]),
        ("1.甲;2.乙;3.丙", "1.子;2.丑", None),
        ("1.甲;2.乙", "1.子;2.丑;3.寅", None),
        ("1.甲;2.乙", "子;丑", None),
        ("甲;乙", "1.子;2.丑", None),
        ("1.1甲;1.2乙", "1.子;2.丑", None),
        ("1.甲;2.乙", "总体要求。1.子;2.丑", None),
        ("", "1.子", None),
        ("1.甲", "", None),
    ],
)
def test_in_step(risks, measures, expected):
    assert in_step(risks, measures) == expected


STYLES = [
    lambda number: f"{number}.",
    lambda number: f"{number}、",
    lambda number: f"({number})",
    lambda number: f"\uff08{number}\uff09",
    lambda number: chr(ord("①") + number - 1),
    lambda number: f"({'一二三四五六七八九'[number - 1]})",
    lambda number: f"{'一二三四五六七八九'[number - 1]}是",
]
WORDS = st.text("审批公示核对登记抽查轮岗回避备案", min_size=1, max_size=12)


@given(st.lists(WORDS, min_size=2, max_size=9), st.sampled_from(STYLES), st.sampled_from([";", "\uff1b", "\n", ";\n"]))
def test_numbering_and_splitting_give_the_same_list(items, style, separator):
    text = separator.join(style(number) + item for number, item in enumerate(items, start=1))
    assert list(split_measures(text)) == items


@given(st.lists(st.tuples(WORDS, WORDS), min_size=2, max_size=9), st.sampled_from(STYLES), st.sampled_from(STYLES))
def test_pairs_in_step_come_back(pairs, left, right):
    risks = ";".join(left(number) + risk for number, (risk, _measure) in enumerate(pairs, start=1))
    measures = "\n".join(right(number) + measure for number, (_risk, measure) in enumerate(pairs, start=1))
    assert in_step(risks, measures) == [(risk, (measure,)) for risk, measure in pairs]


@given(st.text("1234.、()一二三是①②;\n 甲乙", max_size=60))
def test_no_text_is_lost(text):
    kept = "".join(split_measures(text))
    for char in "甲乙":
        assert kept.count(char) == text.count(char)
