import datetime as dt
import io
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.xlsx.writing import Column, Sheet, safe_text, write_workbook
from tests import xlsx_files as _configured  # noqa: F401 - settings for plain pytest

COLUMNS = [
    Column("序号", 6, "int"),
    Column("风险点", 30),
    Column("等级", 8, "level", colours={"一级": "#C00000"}),
    Column("日期", 12, "date"),
]


def written(rows, columns=COLUMNS, **options):
    target = io.BytesIO()
    write_workbook(target, [Sheet("登记册", columns, rows, **options)])
    target.seek(0)
    return openpyxl.load_workbook(target)


def test_a_register_as_officials_print_it():
    page = written([[1, "公务接待", "一级", dt.date(2026, 11, 21)]], heading="某局廉政风险点登记册", notes=["注:一级为最高"])["登记册"]
    assert [[cell.value for cell in row] for row in page] == [
        ["某局廉政风险点登记册", None, None, None],
        ["序号", "风险点", "等级", "日期"],
        [1, "公务接待", "一级", dt.datetime(2026, 11, 21)],
        ["注:一级为最高", None, None, None],
    ]
    assert {str(area) for area in page.merged_cells.ranges} == {"A1:D1", "A4:D4"}
    assert page.freeze_panes == "A3"
    assert page.auto_filter.ref == "A2:D3"
    assert page.print_title_rows == "$1:$2"
    assert (page.page_setup.orientation, page.page_setup.paperSize, page.page_setup.fitToHeight) == ("landscape", 9, 0)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.column_dimensions["B"].width > 29
    assert page["B3"].alignment.wrap_text
    assert page["B3"].border.left.style == "thin"
    assert page["C3"].font.color.rgb == "FFC00000"
    assert page["D3"].number_format == "yyyy-mm-dd"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "http://example.org", "00123", "12", "TRUE"])
def test_text_stays_text(text):
    cell = written([[1, text, "一级", None]])["登记册"]["B2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)
    assert bool(cell.quotePrefix) == (text[0] in "=+-@")


@pytest.mark.parametrize(
    ("text", "kept"), [("\t=1", "\t=1"), ("\r=1", "\n=1"), ("a\r\nb", "a\nb"), ("a\x00\x0b\ufffeb", "ab"), ("\ud800x", "x")]
)
def test_control_characters(text, kept):
    cell = written([[1, text, "", None]])["登记册"]["B2"]
    assert (cell.value, cell.data_type) == (kept, "s")


def test_a_long_cell_is_cut_with_a_visible_mark():
    value = written([[1, "长" * 40_000, "", None]])["登记册"]["B2"].value
    assert len(value) <= 32_767
    assert value.startswith("长" * 32_000)
    assert "…" in value[-40:]
    assert len(safe_text("𠮷" * 20_000).encode("utf-16-le")) // 2 <= 32_767
    assert safe_text("长" * 32_767) == "长" * 32_767


@given(st.lists(st.text(max_size=40), min_size=1, max_size=8))
def test_whatever_is_written_is_read_back_as_text(texts):
    page = written([[text] for text in texts], [Column("x")])["登记册"]
    for number, text in enumerate(texts, start=2):
        cell = page.cell(number, 1)
        assert cell.data_type in ("s", "n")
        assert (cell.value or "") == safe_text(text)


@pytest.mark.parametrize(
    ("day", "number"),
    # As Excel counts: it has a 29 February 1900, which never was.
    [
        ((1900, 1, 1), 1),
        ((1900, 2, 28), 59),
        ((1900, 3, 1), 61),
        ((2024, 2, 29), 45351),
        ((2026, 11, 21), 46347),
        ((9999, 12, 31), 2958465),
    ],
)
def test_a_day_is_the_number_by_which_excel_knows_it(day, number):
    page = written([[1, "公务接待", "一级", dt.date(*day)]])["登记册"]
    assert page["D2"].value == dt.datetime(*day)
    with io.BytesIO() as target:
        write_workbook(target, [Sheet("登记册", COLUMNS, [[1, "公务接待", "一级", dt.date(*day)]])])
        rows = zipfile.ZipFile(target).read("xl/worksheets/sheet1.xml").decode()
    assert f"<v>{number}</v>" in rows


def test_values_of_the_wrong_kind_become_text():
    page = written([["十", 5, 3, "未定"], [None, None, None, None], [True, dt.date(2026, 1, 2), 1.5, dt.datetime(2026, 1, 2)]])["登记册"]
    assert [cell.value for cell in page[2]] == ["十", "5", "3", "未定"]
    assert [cell.value for cell in page[3]] == [None] * 4
    assert [cell.value for cell in page[4]] == ["True", "2026-01-02", "1.5", dt.datetime(2026, 1, 2)]


def test_sheet_names_are_made_acceptable_and_unique():
    target = io.BytesIO()
    write_workbook(target, [Sheet(title, [Column("a")], []) for title in ("登记/册", "登记 册", "'", "长" * 40, "长" * 40)])
    assert openpyxl.load_workbook(target).sheetnames == ["登记 册", "登记 册(2)", "Sheet", "长" * 31, "长" * 28 + "(2)"]


def test_progress_every_thousand_rows_and_at_the_end():
    seen: list[int] = []
    sheets = [Sheet("a", [Column("x")], ([str(n)] for n in range(1500))), Sheet("b", [Column("x")], [["y"]] * 600)]
    assert write_workbook(io.BytesIO(), sheets, seen.append) == 2100
    assert seen == [1000, 2000, 2100]


class Cancelled(Exception):
    pass


def test_cancelling_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def cancel(done: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        write_workbook(tmp_path / "out.xlsx", [Sheet("a", [Column("x")], [["y"]] * 5000)], cancel)
    assert list(Path(tmp_path).iterdir()) == []


def test_a_row_with_too_few_values_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="zip"):
        written([[1, "a"]])
