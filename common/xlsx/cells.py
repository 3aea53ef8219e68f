"""The usual cells of a table, written the short way.

The library asks of every cell all that a cell can be; a register has two million, nearly all a text, a number or nothing, with a style.
What it makes of those is written here as it writes it, to the byte (tests/common/test_xlsx_cells.py); everything else is left to it.
"""

import re
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

# What the library escapes or marks: markup, control characters, its own escapes, blanks at either end.
_UNUSUAL = re.compile('[&<>"\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9a-fA-F]{4}_|^\\s|\\s\\Z')


class TableSheet(Worksheet):
    """A worksheet in constant memory, for `Workbook.add_worksheet(worksheet_class=...)`."""

    def __init__(self) -> None:
        super().__init__()
        self._columns: list[str] = []

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind, style = type(cell).__name__, cell.format
        if style is None or not self.constant_memory:
            super()._write_cell(row, col, cell)
        elif kind == "String":
            text = cell.string
            if not text or _UNUSUAL.search(text):
                super()._write_cell(row, col, cell)
            else:
                self.fh.write(f'<c r="{self._name(col)}{row + 1}" s="{style._get_xf_index()}" t="inlineStr"><is><t>{text}</t></is></c>')
        elif kind == "Number":
            self.fh.write(f'<c r="{self._name(col)}{row + 1}" s="{style._get_xf_index()}"><v>{cell.number:.16G}</v></c>')
        elif kind == "Blank":
            self.fh.write(f'<c r="{self._name(col)}{row + 1}" s="{style._get_xf_index()}"/>')
        else:
            super()._write_cell(row, col, cell)

    def _name(self, col: int) -> str:
        columns = self._columns
        while len(columns) <= col:
            columns.append(xl_col_to_name(len(columns)))
        return columns[col]
