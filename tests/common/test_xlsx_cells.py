"""Cells written the short way are, to the byte, what the library writes."""

import io
import zipfile
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter.worksheet import Worksheet

from common.xlsx.cells import TableSheet

TEXTS = st.text(max_size=20) | st.sampled_from(
    [
        "审批",
        " 前空",
        "后空 ",
        "两\n行",
        "\n起",
        "止\n",
        "_x0041_",
        "_x00",
        "a&b",
        "<r>富</r>",
        '"引"',
        "\x00",
        "\x1f",
        "\ufffe",
        "\u2028",
        "\xa0",
        "=1+1",
    ]
)
NUMBERS = st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False)
CELLS = st.none() | st.booleans() | TEXTS | NUMBERS
ROWS = st.lists(st.lists(st.tuples(CELLS, st.booleans()), min_size=1, max_size=4), min_size=1, max_size=4)


def written(kind: type[Worksheet], rows: list[list[tuple[Any, bool]]], *, constant_memory: bool = True) -> bytes:
    """The sheet's XML; the flag says whether the cell has a style."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": constant_memory, "strings_to_formulas": False}) as book:
        plain, bold = book.add_format({"border": 1}), book.add_format({"bold": True})
        sheet = book.add_worksheet("表", worksheet_class=kind)
        sheet.set_column(2, 2, 10, bold)
        for number, row in enumerate(rows):
            for column, (value, styled) in enumerate(row):
                style = plain if styled else None
                if value is None:
                    sheet.write_blank(number, column * 13, None, style)
                elif isinstance(value, bool):
                    sheet.write_boolean(number, column * 13, value, style)
                elif isinstance(value, str):
                    sheet.write_string(number, column * 13, value, style)
                else:
                    sheet.write_number(number, column * 13, value, style)
    with zipfile.ZipFile(target) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


@given(ROWS)
def test_the_bytes_are_those_of_the_library(rows):
    assert written(TableSheet, rows) == written(Worksheet, rows)


@pytest.mark.parametrize("constant_memory", [True, False])
def test_every_kind_of_cell_with_and_without_style(constant_memory):
    row = [(value, styled) for value in ("文", "", " 空", "a&b", 3, 2.5, None, True) for styled in (True, False)]
    ours = written(TableSheet, [row], constant_memory=constant_memory)
    assert ours == written(Worksheet, [row], constant_memory=constant_memory)
    assert ours.count(b"<c ") >= len(row) - 4


def test_what_is_usual_is_written_the_short_way(monkeypatch):
    """The library's own way is not taken for it."""
    monkeypatch.setattr(Worksheet, "_write_cell", lambda *_cell: pytest.fail("written the long way"))
    assert b"<t>\xe6\x96\x87</t>" in written(TableSheet, [[("文", True), (3, True), (None, True), ("两\n行", True)]])
