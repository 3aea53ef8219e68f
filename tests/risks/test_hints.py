"""Quality hints: what they find, what they must not find, and that no text upsets them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risks.hints import EntryFacts, HintContext, hints_for, is_vague, normalise, other, similarity

GOOD = EntryFacts(
    title="放宽受理条件收受好处",
    content="窗口受理人员可以对熟人的申请降低材料要求,换取吃请或者红包,使不符合条件的申请进入审查环节",
    manifestation="卷宗中缺少场所证明而系统显示材料齐全;同一代理人的申请总是当天受理",
    has_power=True,
    has_step=True,
    measures=("受理材料由两人当场核对并签名,科长每月抽查一成卷宗",),
)
texts = st.text(max_size=300)
facts = st.builds(
    EntryFacts,
    title=texts,
    content=texts,
    manifestation=texts,
    has_power=st.booleans(),
    has_step=st.booleans(),
    measures=st.lists(texts, max_size=4).map(tuple),
    unchanged=st.booleans(),
)


def codes(entry: EntryFacts, *others: str) -> set[str]:
    return {hint.code for hint in hints_for(entry, HintContext(tuple(other(text, "同事") for text in others)))}


def test_a_good_entry_has_no_hint() -> None:
    assert hints_for(GOOD) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": "吃请"}, "short_title"),
        ({"content": "可能出现违规行为"}, "short_content"),
        ({"manifestation": "吃拿卡要"}, "short_manifestation"),
        ({"has_power": False}, "no_power"),
        ({"has_step": False}, "no_step"),
        ({"measures": ()}, "no_measure"),
        ({"measures": ("  ", "。")}, "no_measure"),
        ({"measures": ("加强管理,提高认识",)}, "vague"),
        ({"measures": ("严格执行制度",)}, "vague"),
        ({"measures": ("加强学习教育。",)}, "vague"),
        ({"measures": ("双人核对",)}, "short_measure"),
        ({"manifestation": GOOD.content + "。"}, "same"),
    ],
)
def test_each_fault_is_named(change: dict[str, object], code: str) -> None:
    assert codes(replace(GOOD, **change)) == {code}


def test_a_phrase_beside_something_that_can_be_checked_is_fine() -> None:
    assert not is_vague("加强管理:受理台账每周由科长核对一次并签名")


def test_copies_are_found_through_punctuation_spaces_width_and_figures() -> None:
    assert "copy" in codes(GOOD, "窗口受理人员 可以对熟人的申请降低材料要求、换取吃请或者红包;使不符合条件的申请进入审查环节!2")


def test_other_matters_are_no_copies() -> None:
    assert "copy" not in codes(GOOD, "执法人员可以对熟人的案件降格处罚,换取干股或者消费卡,使违法行为得不到应有的处理")


def test_what_the_register_says_unchanged_is_no_copy() -> None:
    assert "copy" not in codes(replace(GOOD, unchanged=True), GOOD.content)


@given(facts, st.lists(texts, max_size=3))
def test_no_text_upsets_them(entry: EntryFacts, others: list[str]) -> None:
    for hint in hints_for(entry, HintContext(tuple(other(text) for text in others))):
        assert hint.text
        assert hint.severity in {"warning", "info"}


@given(facts, texts)
def test_more_text_never_makes_a_text_too_short(entry: EntryFacts, more: str) -> None:
    short = {"short_title", "short_content", "short_manifestation"}
    longer = replace(entry, title=entry.title + more, content=entry.content + more, manifestation=entry.manifestation + more)
    assert codes(longer) & short <= codes(entry) & short


@given(facts, texts)
def test_one_more_measure_never_means_no_measure(entry: EntryFacts, more: str) -> None:
    if "no_measure" not in codes(entry):
        assert "no_measure" not in codes(replace(entry, measures=(*entry.measures, more)))


@given(texts, texts)
def test_similarity_is_symmetric_and_bounded(one: str, two: str) -> None:
    assert similarity(one, two) == similarity(two, one)
    assert 0 <= similarity(one, two) <= 1


@given(st.text(min_size=1, max_size=100))
def test_a_text_is_like_itself(text: str) -> None:
    if len(normalise(text)) > 1:
        assert similarity(text, text) == 1
