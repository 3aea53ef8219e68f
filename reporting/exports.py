"""The findings of a dry run as a file, to be worked off beside the register."""

import io
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from common.xlsx.writing import Column, Sheet, write_workbook
from reporting.registers import Field
from reporting.services.wording import kind


def field_label(code: str) -> str:
    """The name of a field of the register as people read it."""
    return str(Field(code).label) if code in set(Field) else ""


def findings_file(report: dict[str, Any], name: str, *, label: Callable[[str], str] = field_label) -> io.BytesIO:
    """All findings that the report keeps, with where each is; `label` names the fields."""
    faults = report.get("faults", [])
    # Files that were tried before several sheets were read have none.
    several = any(fault.get("sheet") for fault in faults)
    columns = [
        *([Column(_("Sheet"), 14)] if several else []), Column(_("Row"), 8, "int"), Column(_("Column"), 8), Column(_("Field"), 18),
        Column(_("Kind"), 10), Column(_("Finding"), 22), Column(_("What to do"), 60), Column(_("Value"), 40),
    ]  # fmt: skip
    rows = [
        [
            *([fault.get("sheet", "")] if several else []), fault["row"], fault["column"], label(fault["field"]),
            _("hint") if fault["severity"] == "hint" else _("fault"), kind(fault["code"]), fault["message"], fault["value"],
        ]
        for fault in faults
    ]  # fmt: skip
    target = io.BytesIO()
    heading = _("Findings of the dry run: %(file)s") % {"file": name}
    write_workbook(target, [Sheet(_("Findings"), columns, rows, heading=heading)])
    target.seek(0)
    return target
