"""Whole registers: the samples, and layouts as odd as those units publish. Expected values are written by hand."""

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.xlsx.faults import ParseProblem
from reporting.registers import detect, level_texts, read_rows
from tests.xlsx_files import SAMPLES, book, raw_book, saved

HEADER = ["序号", "部门", "岗位", "风险点", "风险等级", "防控措施", "责任领导"]


def parsed(source, mapping=None, levels=None):
    layout = detect(source)
    reader = read_rows(source, layout, mapping, levels)
    return layout, list(reader), reader.skipped


def faults(rows):
    return [(fault.row, fault.column, fault.code) for row in rows for fault in row.faults]


def register(*rows, header=HEADER, merges=()):
    return book(("登记册", [header, *rows]), merges=merges)


def test_sample_with_merged_departments_and_leaders():
    layout, rows, skipped = parsed(SAMPLES / "register_bureau.xlsx")
    assert (layout.sheet, layout.header_rows, layout.first_row, layout.grouped) == ("廉政风险点", (3,), 4, False)
    assert layout.mapping == {
        0: "sequence",
        1: "department",
        2: "aspect",
        3: "title",
        4: "content",
        5: "level",
        6: "measures",
        7: "department_head",
        8: "leader",
    }
    assert layout.level_texts == {"一级": 3, "二级": 2, "三级": 1}
    assert (len(rows), faults(rows), skipped) == (35, [], [])
    assert [row.row_number for row in rows] == list(range(4, 39))
    assert [sum(row.severity == level for row in rows) for level in (3, 2, 1)] == [10, 19, 6]
    by_department = [row.values["department"] for row in rows]
    assert [by_department.count(name) for name in ("办公室", "人事科", "执法大队", "林业科")] == [5, 5, 5, 2]
    assert rows[34].values["leader"] == "孙立群"
    assert rows[4].values["department_head"] == "吴晓"
    assert rows[0].measures == ("接待先审批后执行", "一事一单,财务与办公室双向核对", "每季度公示接待支出。")


def test_sample_by_position():
    layout, rows, _skipped = parsed(SAMPLES / "register_by_position.xlsx")
    assert list(layout.mapping.values()) == [
        "sequence", "department", "power", "content", "position", "level", "measures", "direct_person", "department_head", "leader",
    ]  # fmt: skip
    assert [(row.row_number, row.part, row.severity) for row in rows] == [
        (2, 0, 3), (3, 0, 2), (4, 1, 3), (4, 2, 3), (5, 0, 2), (6, 0, 3), (7, 0, 1),
    ]  # fmt: skip
    assert rows[0].values["content"] == "1.不按规定条件审查;2.泄露考录信息;3.收受好处。"
    assert rows[0].measures == ("依据公务员录用规定", "资格审查两人复核。")
    assert [(row.values["content"], row.measures) for row in rows[2:4]] == [
        ("附件不全即报销", ("票据查重",)),
        ("一事多报。", ("审核与支付分岗。",)),
    ]
    assert faults(rows) == []


def test_two_header_rows_title_cover_totals_notes_and_repeated_header():
    rows = [
        ["某县林业局廉政风险点登记册", None, None, None, None, None, None, None],
        ["填报单位:某县林业局", None, None, None, None, None, None, "2026年11月"],
        ["序\n号", "科室\u3000名称", "风险点及表现", None, "风险等级", None, None, "防范措施"],
        [None, None, "风险点", "表现形式", "几率", "危害", "等级", None],
        [1, "办公室", "用印", "空白文书上盖章", 3, 4, "▲▲", "用印登记"],
        [2, None, "接待", "超标准", 2, 2, "▲", "先审批\n后执行"],
        ["序\n号", "科室\u3000名称", "风险点及表现", None, "风险等级", None, None, "防范措施"],
        [None, None, "风险点", "表现形式", "几率", "危害", "等级", None],
        [3, "林政科", "采伐许可", "超限额审批", 4, 5, "▲▲▲", "限额到村"],
        ["合计", None, 3, None, None, None, None, None],
        ["注:▲▲▲为最高等级", None, None, None, None, None, None, None],
        ["填表人:张三", None, "审核:李四", None, None, None, "日期:2026年11月", None],
    ]
    merges = ["A1:H1", "A3:A4", "B3:B4", "C3:D3", "E3:G3", "H3:H4", "B5:B6", "A7:A8", "B7:B8", "C7:D7", "E7:G7", "H7:H8", "A11:H11"]
    source = book(("封面", [["某县林业局"], ["廉政风险防控手册"]]), ("一览表", rows), merges=merges)
    layout, found, skipped = parsed(source)
    assert (layout.sheet, layout.header_rows, layout.first_row) == ("一览表", (3, 4), 5)
    assert list(layout.mapping.values()) == ["sequence", "department", "title", "content", "probability", "harm", "level", "measures"]
    assert [(row.row_number, row.values["department"], row.values["title"], row.severity) for row in found] == [
        (5, "办公室", "用印", 2),
        (6, "办公室", "接待", 1),
        (9, "林政科", "采伐许可", 3),
    ]
    assert (found[0].values["probability"], found[0].values["harm"]) == ("3", "4")
    assert found[1].measures == ("先审批", "后执行")
    assert faults(found) == []
    assert [(line.row, line.reason) for line in skipped] == [(7, "header"), (8, "header"), (10, "total"), (11, "note"), (12, "note")]
    assert all(str(line.label) for line in skipped)


def test_two_header_rows_without_merged_cells():
    rows = [
        ["部门", "风险点", "风险等级", None, None, "责任人", None],
        [None, None, "可能性", "影响程度", "级别", "直接责任人", "分管领导"],
        ["办公室", "用印", "高", "低", "中", "张三", "李四"],
    ]
    layout, found, _ = parsed(book(("S", rows)))
    assert layout.header_rows == (1, 2)
    assert list(layout.mapping.values()) == ["department", "title", "probability", "harm", "level", "direct_person", "leader"]
    assert found[0].severity == 2


def test_a_table_that_does_not_begin_in_the_first_column():
    rows = [[None, None, *HEADER], [None, None, 1, "办公室", "文秘", "用印", "高", "登记", "李四"]]
    layout, found, _ = parsed(book(("S", rows)))
    assert layout.mapping[3] == "department"
    assert (found[0].values["position"], found[0].severity) == ("文秘", 3)


def test_blank_columns_and_unknown_ones_are_left_out():
    header = ["序号", None, "部门", "联系电话", "风险点", "等级", None, "措施"]
    layout, found, _ = parsed(book(("S", [header, [1, None, "办公室", "123", "用印", "低", None, "登记"]])))
    assert layout.mapping == {0: "sequence", 2: "department", 4: "title", 5: "level", 7: "measures"}
    assert found[0].severity == 1


def test_the_direction_said_in_a_note_below_a_long_table():
    rows = [[n, f"部门{n}", "", f"风险{n}", "一级" if n % 2 else "三级", "", ""] for n in range(1, 60)]
    note = "注:本表依据本单位风险评估办法编制,由各部门自行填报后经领导小组会议审定,等级共分三级,其中三级为最高,一级为最低。"
    layout, found, _ = parsed(register(*rows, [note, None, None, None, None, None, None], merges=["A61:G61"]))
    assert layout.level_texts == {"一级": 1, "三级": 3}
    assert [row.severity for row in found[:2]] == [1, 3]


def test_levels_are_what_the_user_says():
    source = register([1, "办公室", "", "用印", "A", "登记", ""], [2, "办公室", "", "接待", "B", "登记", ""])
    layout, found, _ = parsed(source)
    assert layout.level_texts == {"A": None, "B": None}
    assert faults(found) == [(2, "E", "unknown_level"), (3, "E", "unknown_level")]
    _, found, _ = parsed(source, levels={"A": 3, "B": 1})
    assert [(row.ok, row.severity) for row in found] == [(True, 3), (True, 1)]


def test_another_column_as_level():
    header = ["部门", "风险点", "自评等级", "领导小组意见"]
    source = book(("S", [header, ["办公室", "用印", "低", "高"]]))
    layout = detect(source)
    mapping = {0: "department", 1: "title", 3: "level"}
    assert level_texts(source, layout, mapping) == {"高": 3}
    (row,) = read_rows(source, layout, mapping, {"高": 3})
    assert row.severity == 3


def test_departments_only_in_the_first_row_of_a_group_are_filled_with_a_hint():
    source = register(
        [1, "办公室", "文秘", "用印", "高", "登记", "李四"],
        [2, None, "司机", "用车", "低", "派单", None],
        [3, "人事科", None, "考察", "高", "公示", "王五"],
        [4, None, None, "评优", "低", "量化", None],
    )
    layout, found, _ = parsed(source)
    assert layout.grouped
    assert [(row.values["department"], row.values["position"], row.values["leader"]) for row in found] == [
        ("办公室", "文秘", "李四"),
        ("办公室", "司机", "李四"),
        ("人事科", "", "王五"),
        ("人事科", "", "王五"),
    ]
    assert faults(found) == [(3, "B", "filled_down"), (5, "B", "filled_down")]
    assert all(row.ok for row in found)


@pytest.mark.parametrize("departments", [["甲", None, "乙", "丙"], ["甲", "甲", None, None], [None, None, "甲", "乙"]])
def test_a_missing_department_is_not_guessed(departments):
    layout, found, _ = parsed(register(*([n, name, "", f"风险{n}", "高", "", ""] for n, name in enumerate(departments))))
    assert not layout.grouped
    assert [row.ok for row in found] == [name is not None for name in departments]
    assert {fault.code for row in found for fault in row.faults} == {"missing"}


def test_faults_by_row_and_column():
    header = [*HEADER, "登记日期", "发生几率"]
    good = ["李四", "2026年3月5日", 2]
    source = register(
        [1, "办公室", "文秘", "用印不登记", "高", "登记", *good],
        [2, None, "文秘", "接待超标准", "高", "登记", *good],
        [3, "办公室", "文秘", None, "高", "登记", *good],
        [4, "办公室", "文秘", "用车", None, "登记", *good],
        [5, "办公室", "文秘", "档案", "特级", "登记", *good],
        [6, "办公室", "文秘", "采购", "高", "长" * 2001, *good],
        [7, "办公室", "文秘", "长" * 32_000, "高", "登记", *good],
        [8, "办公室", "文秘", "用印,不登记。", "高", "登记", *good],
        [9, "办公室", "文秘", "无", "高", "登记", *good],
        [10, "办公室", "文秘", "公开", "高", "登记", "李四", "昨天", "也许"],
        header=header,
    )
    _, found, _ = parsed(source)
    assert faults(found) == [
        (3, "B", "missing"),
        (4, "D", "missing"),
        (5, "E", "missing"),
        (6, "E", "unknown_level"),
        (7, "F", "too_long"),
        (8, "D", "too_long"),
        (9, "D", "duplicate"),
        (10, "D", "no_risk_named"),
        (11, "H", "bad_date"),
        (11, "I", "not_a_rating"),
    ]
    assert [row.ok for row in found] == [True] + [False] * 9
    assert found[0].values["registered_on"] == "2026-03-05"
    report = found[7].faults[0].as_dict()
    assert report["value"] == "用印,不登记。"
    assert "2" in str(report["message"])
    assert "32000" in str(found[6].faults[0].message)
    assert found[-1].faults[1].severity == "hint"


def test_error_cells_and_formulas():
    workbook = openpyxl.load_workbook(
        register([1, "办公室", "文秘", "用印", "高", "登记", "李四"], [2, "人事科", "", "考察", "低", "公示", ""])
    )
    page = workbook.worksheets[0]
    page["A2"], page["D2"], page["E3"] = "=ROW()-1", "=D3", "#REF!"
    _, found, _ = parsed(saved(workbook))
    assert faults(found) == [(2, "D", "formula_without_value"), (3, "E", "cell_error")]
    assert found[1].faults[0].value == "#REF!"


def test_stored_results_of_formulas_are_taken_and_said():
    def text(cell, value, formula=""):
        return f'<c r="{cell}" t="str">{formula}<v>{value}</v></c>'

    header = "".join(text(f"{letter}1", word) for letter, word in zip("ABCD", ["部门", "风险点", "等级", "措施"], strict=True))
    data = text("A2", "办公室") + text("B2", "用印", "<f>X1</f>") + text("C2", "高") + text("D2", "登记")
    layout, found, _ = parsed(raw_book(f'<row r="1">{header}</row><row r="2">{data}</row>'))
    assert (found[0].values["title"], found[0].faults) == ("用印", ())
    assert len(layout.warnings) == 1


def test_a_cell_of_forty_thousand_characters():
    def text(cell, value):
        return f'<c r="{cell}" t="inlineStr"><is><t>{value}</t></is></c>'

    header = "".join(text(f"{letter}1", word) for letter, word in zip("ABC", ["部门", "风险点", "等级"], strict=True))
    _, found, _ = parsed(
        raw_book(f'<row r="1">{header}</row><row r="2">{text("A2", "办公室")}{text("B2", "长" * 40_000)}{text("C2", "高")}</row>')
    )
    (fault,) = found[0].faults
    assert (fault.code, fault.column) == ("too_long", "B")
    assert "40000" in str(fault.message)
    assert len(fault.value) == 60


def test_several_sheets_hidden_sheets_and_a_chosen_one():
    line = [1, "办公室", "文秘", "用印", "高", "登记", "李四"]
    source = book(("说明", [["填表说明"]]), ("机关", [HEADER, line]), ("局属", [HEADER, line, line]), ("旧", [HEADER, line]), hidden=["旧"])
    layout = detect(source)
    assert (layout.sheet, [place.sheet for place in layout.further]) == ("机关", ["局属"])
    assert any("局属" in str(warning) for warning in layout.warnings)
    assert detect(source, "局属").sheet == "局属"
    assert len(list(read_rows(source, detect(source, "局属")))) == 2


def test_one_merged_cell_under_two_headers():
    header = ["部门", "风险点", "风险内容", "等级"]
    _, found, _ = parsed(register(["办公室", "用印不登记", None, "高"], header=header, merges=["B2:C2"]))
    assert (found[0].values["title"], found[0].values["content"]) == ("用印不登记", "")


@pytest.mark.parametrize(
    "rows",
    [[], [["只有标题"]], [["姓名", "电话", "地址"], ["张三", "1", "x"]], [[n, n + 1, n + 2] for n in range(50)], [["部门"], ["办公室"]]],
)
def test_no_recognisable_header(rows):
    with pytest.raises(ParseProblem) as caught:
        detect(book(("S", rows)))
    assert caught.value.code == "no_header"
    assert "风险点" in str(caught.value.message)


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({0: "department", 1: "title"}, "missing_column"),
        ({1: "title", 4: "level"}, "missing_column"),
        ({0: "department", 1: "title", 2: "title", 4: "level"}, "field_twice"),
        ({0: "department", 1: "title", 4: "level", 5: "nonsense"}, "unknown_field"),
    ],
)
def test_mappings_that_cannot_work(mapping, code):
    source = register([1, "办公室", "文秘", "用印", "高", "登记", "李四"])
    with pytest.raises(ParseProblem) as caught:
        read_rows(source, detect(source), mapping)
    assert (caught.value.code, bool(str(caught.value.message))) == (code, True)


def test_a_header_without_a_level_says_what_is_missing():
    layout = detect(book(("S", [["序号", "部门", "风险点", "防控措施"], [1, "办公室", "用印", "登记"]])))
    assert len(layout.missing) == 1
    both = detect(book(("S", [["部门", "风险点", "发生几率", "危害程度"], ["办公室", "用印", 3, 4]])))
    assert both.missing == []


def test_probability_and_harm_in_place_of_a_level():
    header = ["部门", "风险点", "发生几率", "危害程度"]
    _, found, _ = parsed(register(["办公室", "用印", 3, 4], ["办公室", "接待", 3, None], ["办公室", "用车", 3, "也许"], header=header))
    assert [(row.ok, row.severity) for row in found] == [(True, None), (False, None), (False, None)]
    assert [code for _row, _column, code in faults(found)] == ["missing", "not_a_rating"]


def test_same_headers_same_fingerprint():
    first = detect(register([1, "办公室", "", "用印", "高", "", ""]))
    second = detect(register([1, "人事科", "", "考察", "低", "", ""], header=["序 号", *HEADER[1:]]))
    other = detect(register([1, "人事科", "", "考察", "低", "", ""], header=[*HEADER[:6], "分管领导"]))
    assert first.fingerprint == second.fingerprint != other.fingerprint


def test_parts_of_a_row_with_a_fault_are_all_held_back():
    header = ["编号", "部门", "风险点", "等级", "措施"]
    source = register(["F-1", "办公室", "1.甲;2.乙", "特级", "1.子;2.丑"], ["F-2", "人事科", "1.甲;2.乙", "高", "1.子;2.丑"], header=header)
    _, found, _ = parsed(source)
    assert [(row.part, row.ok, row.values["number"]) for row in found] == [
        (1, False, "F-1"),
        (2, False, ""),
        (1, True, "F-2"),
        (2, True, ""),
    ]


def test_section_lines_and_rows_with_only_a_number_are_passed_over():
    source = register(
        ["一、机关科室", None, None, None, None, None, None],
        [1, "办公室", "", "用印", "高", "", ""],
        [2, None, None, None, None, None, None],
        [None, None, None, None, None, None, None],
        merges=["A2:G2"],
    )
    _, found, skipped = parsed(source)
    assert [row.row_number for row in found] == [3]
    assert [(line.row, line.reason, line.text) for line in skipped] == [(2, "section", "一、机关科室")]


def test_file_objects_are_read_where_they_stand():
    source = register([1, "办公室", "", "用印", "高", "", ""])
    source.seek(0, io.SEEK_END)
    assert len(list(read_rows(source, detect(source)))) == 1


CELLS = st.one_of(
    st.none(),
    st.sampled_from([*HEADER, "合计", "注:三级为最高", "一级", "高", "▲", "办公室", "1.甲;2.乙", "1.子;2.丑", "用印", "填表人:张三"]),
    st.integers(-5, 60_000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(),
)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=8), max_size=8), st.booleans())
def test_whatever_stands_in_the_cells_every_row_is_a_risk_or_passed_over(rows, with_header):
    source = book(("S", [HEADER, *rows] if with_header else rows))
    try:
        layout = detect(source)
    except ParseProblem:
        assert not with_header
        return
    if layout.missing:
        return
    reader = read_rows(source, layout)
    found = list(reader)
    numbers = {row.row_number for row in found}
    assert numbers.isdisjoint(line.row for line in reader.skipped)
    assert all(row.severity in (None, 1, 2, 3) for row in found)
    assert all(row.values["department"] and (row.severity or not row.values["level"]) for row in found if row.ok)
