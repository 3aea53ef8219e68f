"""CSV as spreadsheets and programs read it: text stays text, numbers stay numbers, and nothing half-written is left."""

import csv
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path

import pytest

from common.tablefiles import Format, format_in, write_table
from common.xlsx.writing import Column, Sheet


def _written(*values: object) -> list[list[str]]:
    target = BytesIO()
    sheet = Sheet("表", [Column("一")], [[value] for value in values], "标题", ["注"])
    assert write_table(target, sheet, Format.CSV) == len(values)
    content = target.getvalue()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))[1:]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠a", '=HYPERLINK("x")', "-"],
)
def test_what_would_be_calculated_is_text(text: str) -> None:
    assert _written(text) == [[f"'{text}"]]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (-3, "-3"),
        (Decimal("-1.50"), "-1.50"),
        (2.0, "2"),
        (None, ""),
        (date(2026, 11, 21), "2026-11-21"),
        (datetime(2026, 11, 21, 8, 5), "2026-11-21 08:05:00"),
        ('引"号,逗号', '引"号,逗号'),
        ("两\r\n行", "两\n行"),
        ("a\x00b", "ab"),
        ("1.2", "1.2"),
    ],
)
def test_values_as_they_are(value: object, cell: str) -> None:
    assert _written(value) == [[cell]]


@pytest.mark.parametrize("kind", Format)
def test_what_ends_the_writing_leaves_no_file(tmp_path: Path, kind: Format) -> None:
    told: list[int] = []

    def tell(rows: int) -> None:
        told.append(rows)
        if rows == 2000:
            raise KeyboardInterrupt

    path = tmp_path / "a"
    with pytest.raises(KeyboardInterrupt):
        write_table(path, Sheet("表", [Column("一", kind="int")], ([n] for n in range(5000))), kind, tell)
    assert told == [1000, 2000]
    assert not path.exists()


def test_xlsx_unless_csv_is_asked_for() -> None:
    assert [format_in(data) for data in ({}, {"format": "csv"}, {"format": "exe"})] == [Format.XLSX, Format.CSV, Format.XLSX]
