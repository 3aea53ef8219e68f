"""Chinese words, names, symbols and odd characters are found, and nothing that is not there."""

import pytest

from risks.models import RiskPoint
from risks.search import tokens, vector_text
from risks.selectors import search_points
from risks.services import indexing
from tests.factories.organisation import small_unit
from tests.risks.register_helpers import imported


def test_pairs_words_and_symbols():
    assert tokens("资金拨付") == {"资金", "金拨", "拨付", "付"}
    assert tokens("OA系统 2.0") == {"oa", "系统", "统", "2", ".", "0"}
    assert tokens("", "  ") == set()


def test_the_vector_can_be_read_by_postgresql():
    assert vector_text("it's") == vector_text("IT'S")
    assert "''''" in vector_text("'")


@pytest.fixture(params=["just imported", "indexed"])
def texts(db, request):
    unit = small_unit()
    for text in [
        "资金拨付审批把关不严",
        "拨付的资金未专款专用",
        "完成率达到100%才付款",
        "合同编号HT_2026_001造假",
        "ABC系统权限过大",
        "为𠮷野家酒店办证",
        "以\\反斜杠'引号规避",
        "资\u200b料泄密",
    ]:
        imported(unit, title=text)
    if request.param == "indexed":
        assert indexing.catch_up() == 8
        assert not indexing.is_behind()
    return unit


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("资金拨付", ["资金拨付审批把关不严"]),
        ("资金 拨付", ["拨付的资金未专款专用", "资金拨付审批把关不严"]),
        ("付", ["完成率达到100%才付款", "拨付的资金未专款专用", "资金拨付审批把关不严"]),
        ("%", ["完成率达到100%才付款"]),
        ("100%", ["完成率达到100%才付款"]),
        ("0%才", ["完成率达到100%才付款"]),
        ("_", ["合同编号HT_2026_001造假"]),
        ("ht_2026", ["合同编号HT_2026_001造假"]),
        ("abc系统", ["ABC系统权限过大"]),
        ("𠮷野", ["为𠮷野家酒店办证"]),
        ("\\", ["以\\反斜杠'引号规避"]),
        ("'", ["以\\反斜杠'引号规避"]),
        ("资料", ["资\u200b料泄密"]),
        ("不存在", []),
        ("金资", []),
        ("& | ! :* ( )", []),
        ("审批\x00", ["资金拨付审批把关不严"]),
    ],
)
def test_found(texts, query, found):
    # The words of the numbers ("FX-CS-2026-0001") are searched as well: compare titles.
    assert sorted(search_points(RiskPoint.objects.all(), query).values_list("title", flat=True)) == found


def test_found_by_number_and_nothing_by_nothing(texts):
    risk = RiskPoint.objects.order_by("number").first()
    assert search_points(RiskPoint.objects.all(), risk.number).get() == risk
    assert search_points(RiskPoint.objects.all(), "   ").count() == 8
