import datetime as dt
import io
import threading

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.xlsx.faults import FileRefused, ParseProblem, column_letter
from common.xlsx.guard import MAX_UNPACKED_BYTES, look_at
from common.xlsx.parts import first_visible
from common.xlsx.reading import clean_text, open_book, opened_beside, to_date, to_text
from common.xlsx.scan import scan_sheet
from tests.xlsx_files import book, raw_book, saved, twins


def rows_of(source, name="S"):
    with open_book(source) as opened:
        return [[to_text(value) for value in row] for row in opened.sheet(name).rows()]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (-3.0, "-3"),
        (0.25, "0.25"),
        (0.1 + 0.2, "0.3"),
        (1e20, "1e+20"),
        (True, "TRUE"),
        (False, "FALSE"),
        (dt.date(2026, 11, 21), "2026-11-21"),
        (dt.datetime(2026, 11, 21), "2026-11-21"),
        (dt.datetime(2026, 11, 21, 10, 3), "2026-11-21 10:03"),
        (dt.time(9, 5), "09:05"),
        (dt.timedelta(hours=30), "30:00"),
        ("", ""),
        ("  部门\u3000", "部门"),
        ("a\r\nb\n\n c", "a\nb\nc"),
        ("重要\x00环\u200b节\u202e", "重要环节"),
        ("𠮷田", "𠮷田"),
        ("\ue000生僻", "\ue000生僻"),
    ],
)
def test_values_become_text_in_one_way(value, text):
    assert to_text(value) == text


@given(st.text())
def test_clean_text_is_stable_and_has_no_invisible_characters(text):
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert clean == clean.strip()
    assert "\x00" not in clean
    assert "\u202e" not in clean


@pytest.mark.parametrize(
    "value",
    [
        dt.date(2026, 11, 21),
        dt.datetime(2026, 11, 21, 8),
        46347.0,
        "2026-11-21",
        "2026.11.21",
        "2026/11/21",
        "2026年11月21日",
        "20261121",
        "2026-11-21 10:30",
    ],
)
def test_dates(value):
    assert to_date(value) == dt.date(2026, 11, 21)


def test_month_alone_and_nonsense():
    assert to_date("2026年11月") == dt.date(2026, 11, 1)
    assert [to_date(value) for value in ("2026-13-01", "昨天", "", 3.0, True, "2026-02-30")] == [None] * 6


def test_columns_letters():
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_merged_cells_count_for_all_they_cover():
    rows = [["t", None, None], ["a", "b", "c"], [None, "d", "e"], [None, "f", None], ["g", "h", "i"]]
    assert rows_of(book(("S", rows), merges=["A1:C1", "A2:A4", "B4:C4"])) == [
        ["t", "t", "t"],
        ["a", "b", "c"],
        ["a", "d", "e"],
        ["a", "f", "f"],
        ["g", "h", "i"],
    ]


def test_a_merge_of_the_whole_sheet_costs_nothing():
    source = raw_book(
        '<row r="1"><c r="A1" t="str"><v>x</v></c><c r="B1"><v>2</v></c></row><row r="2"><c r="B2"><v>3</v></c></row>',
        after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
    )
    assert rows_of(source) == [["x", "x"], ["x", "x"]]


def test_rows_count_from_the_top_of_the_sheet():
    assert rows_of(raw_book('<row r="3"><c r="B3"><v>7</v></c></row>')) == [["", ""], ["", ""], ["", "7"]]


def test_errors_and_formulas_are_found():
    source = raw_book(
        '<row r="1"><c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B1" t="e"><v>#REF!</v></c><c r="C1"><f>A2</f><v></v></c>'
        '<c r="D1"><f>A2</f><v>7</v></c><c r="E1" t="str"><f>""</f><v></v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/></c><c r="D2" t="str"><f>x</f><v>文</v></c><c r="E2" s="1"/></row>'
    )
    with open_book(source) as opened:
        scan = opened.sheet("S").scan
    assert scan.errors == {0: {0: "#DIV/0!", 1: "#REF!"}}
    assert scan.uncalculated == {0: {2}, 1: {0}}
    assert scan.formulas == {3: 2, 4: 1}


@pytest.mark.parametrize("quote", ["'", '"'])
def test_errors_in_either_quotes_without_any_formula(quote):
    source = raw_book('<row r="2"><c r="B2" t="e"><v>#REF!</v></c></row>'.replace('"', quote))
    with open_book(source) as opened:
        assert opened.sheet("S").scan.errors == {1: {1: "#REF!"}}


def test_formulas_with_a_prefix():
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    source = raw_book(f'<x:row xmlns:x="{main}" r="1"><x:c r="A1"><x:f>1+1</x:f></x:c></x:row>')
    with open_book(source) as opened:
        assert opened.sheet("S").scan.uncalculated == {0: {0}}


def test_formulas_written_by_openpyxl_have_no_result():
    workbook = openpyxl.Workbook()
    workbook.worksheets[0].append(["=1+1", "plain", "=A1"])
    with open_book(saved(workbook)) as opened:
        assert opened.sheet("Sheet").scan.uncalculated == {0: {0, 2}}


@pytest.mark.parametrize("size", [1, 7, 64, 100_000])
def test_the_scan_does_not_depend_on_the_blocks(size):
    xml = b"<sheetData>" + b"".join(
        b'<row r="%d"><c r="A%d" t="str"><v>f&lt;</v></c><c r="B%d"><f>A1</f></c></row>' % (n, n, n) for n in range(1, 40)
    )
    blocks = [xml[start : start + size] for start in range(0, len(xml), size)]
    assert scan_sheet(lambda: blocks).uncalculated == {row: {1} for row in range(39)}


@pytest.mark.parametrize(
    "corner",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='99999'><c r='ZZ99999'><v>1</v></c></row>",
        '<row r="2"><c s="1" r="XFD300000" t="str"><v>1</v></c></row>',
        '<x:row xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="9"><x:c r="XFD99999"><x:v>1</x:v></x:c></x:row>',
    ],
)
def test_two_cells_at_opposite_corners_do_not_end_the_process(corner):
    source = raw_book('<row r="1"><c r="A1"><v>1</v></c></row>' + corner)
    with open_book(source) as opened, pytest.raises(ParseProblem) as caught:
        opened.sheet("S")
    assert caught.value.code == "sheet_too_large"


def test_many_rows_without_references():
    wide = "<row>" + "<c><v>1</v></c>" * 400 + "</row>"
    with open_book(raw_book(wide + "<row><c><v>1</v></c></row>" * 20_000)) as opened, pytest.raises(ParseProblem):
        opened.sheet("S")


def test_styled_empty_cells_at_the_end_of_the_sheet_do_no_harm():
    source = raw_book('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row><row r="1048576"><c r="A1048576" s="1"></c></row>')
    assert rows_of(source) == [["1"]]


def test_hidden_sheets_are_listed_as_such():
    source = book(("S", [["a"]]), ("H", [["b"]]), hidden=["H"])
    with open_book(source) as opened:
        assert [(info.name, info.hidden) for info in opened.sheets] == [("S", False), ("H", True)]
        with pytest.raises(ParseProblem):
            opened.sheet("nowhere")


def test_an_empty_sheet_has_no_rows():
    assert rows_of(book(("S", []))) == []


@pytest.mark.parametrize("xml", ["<row r='1'><c r='A1'><v>1</c></row>", '<row r="1"><c r="A1" t="str"><v>&bad;</v></c></row>'])
def test_broken_xml_is_a_problem_of_the_file(xml):
    with open_book(raw_book(xml)) as opened, pytest.raises(ParseProblem) as caught:
        opened.sheet("S")
    assert caught.value.code == "unreadable"


@given(st.binary(max_size=300))
def test_random_bytes_are_unreadable(data):
    with pytest.raises(ParseProblem):
        open_book(io.BytesIO(data))


def test_a_cell_of_forty_thousand_characters_is_read_whole():
    text = "长" * 40_000
    assert rows_of(raw_book(f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>')) == [[text]]


# ---- a thread beside


def beside():
    return [thread for thread in threading.enumerate() if thread.name.startswith("workbook")]


def test_a_sheet_is_read_in_another_thread_until_it_is_asked_for():
    source = book(("Cover", [["x"]]), ("S", [["a", "b"]]), hidden=["Cover"])
    with opened_beside(source, lambda: None) as opened:
        assert len(beside()) == 1
        found = opened()
        assert list(found.sheet("S").rows()) == [["a", "b"]]
        assert opened() is found
    assert beside() == []


def test_what_stands_against_the_file_is_told_before_calamine_has_it():
    def refuse():
        raise ParseProblem("no", "nobody reads this")

    with pytest.raises(ParseProblem, match="nobody reads"), opened_beside(io.BytesIO(b"no workbook"), refuse):
        pass
    assert beside() == []
    with pytest.raises(ParseProblem) as caught, opened_beside(io.BytesIO(b"no workbook"), lambda: None):
        pass
    assert caught.value.code == "unreadable"


def test_what_is_wrong_with_the_sheet_is_told_when_the_book_is_asked_for():
    corner = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with opened_beside(raw_book(corner), lambda: None) as opened, pytest.raises(ParseProblem) as caught:
        opened()
    assert caught.value.code == "sheet_too_large"


def test_a_sheet_is_looked_through_as_far_as_the_guard_lets_files_be():
    """It may be looked through while the guard still counts; what goes on for longer is not gathered up."""
    endless = raw_book('<row r="1"><c r="A1"><v>1</v></c></row>' + " " * (MAX_UNPACKED_BYTES + 1))
    with pytest.raises(ParseProblem) as caught:
        first_visible(endless)
    assert caught.value.code == "unreadable"
    with pytest.raises(FileRefused) as refused, opened_beside(endless, look_at(endless, "a.xlsx")):
        pass
    assert refused.value.code == "unpacked_too_large"


def test_a_sheet_is_not_taken_for_another_of_its_name():
    """Looked through is the first that is seen; read would be the hidden one, which reaches too far."""
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="200000"><c r="T200000"><v>1</v></c></row>'
    with (
        opened_beside(twins(far, '<row r="1"><c r="A1"><v>2</v></c></row>'), lambda: None) as opened,
        pytest.raises(ParseProblem) as caught,
    ):
        opened()
    assert caught.value.code == "sheet_too_large"


def test_a_workbook_nobody_asks_for_is_closed_all_the_same():
    with opened_beside(book(("S", [["a"]])), lambda: None) as opened:
        pass
    assert opened().users == 0
