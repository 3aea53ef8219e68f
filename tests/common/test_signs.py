import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.signs import without_signs

SIGNS = re.compile(r"[\W_]+")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("采购环节，存在“围标”、串标的风险；审批把关不严。", "采购环节存在围标串标的风险审批把关不严"),
        ("a_b-c (2) 甲\n乙\u3000丙", "abc2甲乙丙"),
        ("……", ""),
        ("", ""),
        ("Ⅲ级①", "Ⅲ级①"),
    ],
)
def test_letters_and_digits_remain(text, rest):
    assert without_signs(text) == rest


@given(st.text() | st.text(alphabet="，。、；“”,;_ a1审批é\u0301ー々〇"))
def test_it_says_what_the_expression_says(text):
    assert without_signs(text) == SIGNS.sub("", text)
