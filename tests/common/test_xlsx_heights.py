"""Rows are as tall as their texts need in programs that do not work it out themselves."""

import io
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from common.xlsx import heights, writing
from common.xlsx.writing import Column, Sheet, write_workbook


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, 1),
        ("短", 10, 1),
        ("十个汉字正好占一行吗", 20, 1),
        ("二十一个汉字在十个汉字宽的栏里要排三行才够", 20, 3),
        ("abcdefghijklmnopqrst", 20, 1),
        ("甲\n乙\n\n丁", 20, 4),
        ("一" * 30 + "\n乙", 20, 4),
        ("🏮" * 11, 20, 2),
    ],
)
def test_lines(text: str, width: float, lines: int) -> None:
    assert heights.lines_of(text, width) == lines


def _opened(rows: list[list[Any]], columns: list[Column]) -> Any:
    target = io.BytesIO()
    write_workbook(target, [Sheet("表", columns, rows, "标题", ["附注" * 40])])
    return openpyxl.load_workbook(target).active


def test_a_row_is_as_tall_as_its_tallest_text_and_no_taller_than_excel_allows() -> None:
    columns = [Column("序号", 6, "int"), Column("内容", 20), Column("措施", 10)]
    page = _opened([[1, "短", "短"], [2, "一" * 30, "短"], [3, "甲", "一\n二\n三\n四\n五"], [4, "长" * 10_000, ""]], columns)
    found = [page.row_dimensions[row].height for row in range(3, 7)]
    assert found == [None, 47.25, 77.25, 408.75]  # whole pixels
    assert page.row_dimensions[2].height >= 15
    assert page.row_dimensions[7].height == pytest.approx(heights.height_of(heights.lines_of("附注" * 40, 36)), abs=0.5)


def test_heights_of_rows_on_disk_are_forgotten() -> None:
    book = xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True})
    sheet = Sheet("表", [Column("内容", 10)], ([f"{n} " + "长" * 40] for n in range(500)), "标题")
    writing._write_sheet(book, sheet, set(), 0, None)
    [page] = book.worksheets()
    assert len(page.row_info) <= 3
    assert len(page.row_sizes) <= 3
    book.close()
