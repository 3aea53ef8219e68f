"""Importing a register from a file of this machine in one go, as `manage.py import_register` does."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common import files
from common.xlsx.faults import ParseProblem, XlsxProblem
from common.xlsx.guard import look_at
from common.xlsx.reading import Book, opened_beside
from positions.models import Unit
from reporting.models import RegisterImport
from reporting.registers import Field
from reporting.services import layouts
from reporting.services.examination import Known, Progress, Wanted, columns_in_words, examine, examine_and_enter
from reporting.services.levels import UnitLevels
from reporting.states import IMPORT_TABLE
from risks.services.points import reserve_ids

FIRST_LOOK = 1_000
"""Rows by which writing begins; what level texts and groups stand below is found while these are written."""
_LETTERS = re.compile(r"[A-Za-z]{1,3}")


@dataclass(slots=True)
class Wishes:
    """What the caller says of the file: columns by letter, number from 0 or header → field code; level text → severity."""

    columns: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)


def import_file(
    *,
    unit: Unit,
    path: Path,
    by: User | None = None,
    mapping: Wishes | None = None,
    create_missing: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Read the register, and enter it when nothing stands in the way and it is no dry run: all or nothing. Returns the report.

    Keys: ok, unit, sheet (the first), sheets (all that are read), rows (of them that hold a risk), points (risks in them), imported (rows),
    faults, errors, hints, columns, levels, skipped, created, batch. A file that cannot be read gives one fault of row 0. Whether `by`
    may is for the caller to decide.
    """
    mapping = mapping or Wishes()
    try:
        with opened_beside(path, look_at(path)) as opened:
            known = Known(unit)
            book = opened()

            def done(found: dict[str, Any], look_again: Callable[[], None] | None) -> tuple[Wanted, dict[str, Any], int | None]:
                columns, levels = _mapping(unit, found, mapping, book, known.scale)
                wanted = Wanted(unit, known, book, found, columns, levels, create_missing, look_again)
                return wanted, *((examine(wanted, progress), None) if dry_run else _enter(wanted, path, by, progress))

            begins = layouts.analyse(book, rows=FIRST_LOOK)
            try:
                wanted, report, batch = done(begins, lambda: _look_again(book, begins))
            except _OtherwiseBelow as other:
                wanted, report, batch = done(other.found, None)
    except XlsxProblem as problem:
        return _refused(unit, problem) | {"dry_run": dry_run}
    found = wanted.found
    return {
        "ok": report["ok"],
        "unit": unit.code,
        "sheet": found["sheet"],
        "sheets": [found["sheet"], *(place["sheet"] for place in found["further"])],
        "rows": report["rows"],
        "points": report["points"],
        "imported": report["rows"] if batch else 0,
        "errors": report["errors"],
        "hints": report["hints"],
        "faults": report["faults"],
        "columns": columns_in_words(wanted.columns),
        "levels": wanted.levels,
        "skipped": report["skipped"],
        "created": {"departments": report["new_departments"], "positions": report["new_positions"]},
        "warnings": found["warnings"],
        "dry_run": dry_run,
        "batch": batch,
    }


class _OtherwiseBelow(Exception):
    """All rows together tell something else of the table than the first did: what was done by those is taken back."""

    def __init__(self, found: dict[str, Any]) -> None:
        super().__init__()
        self.found = found


def _look_again(book: Book, begins: dict[str, Any]) -> None:
    found = layouts.analyse(book)
    if found != begins:
        raise _OtherwiseBelow(found)


@transaction.atomic
def _enter(wanted: Wanted, path: Path, by: User | None, progress: Progress | None) -> tuple[dict[str, Any], int | None]:
    """The report; and the key of the import, None when nothing was imported."""
    unit = wanted.unit
    [batch] = reserve_ids(RegisterImport._meta.db_table, 1)
    reason = _("import of “%(file)s”") % {"file": path.name}
    report = examine_and_enter(wanted, by=by, batch=batch, reason=reason, progress=progress)
    if not report["ok"]:
        return report, None
    with path.open("rb") as content:
        stored = files.store(content=content, name=path.name, by=by)
    kept = RegisterImport(
        pk=batch, unit=unit, file=stored, by=by, layout=wanted.found, columns=wanted.columns, levels=wanted.levels,
        create_missing=wanted.create_missing,
    )  # fmt: skip
    kept.save(force_insert=True)
    IMPORT_TABLE.move(kept, "check")
    kept.save()
    transition = IMPORT_TABLE.move(kept, "import")
    kept.report, kept.imported_at = report, timezone.now()
    kept.save()
    detail = {"rows": report["rows"], "points": report["points"], "file": stored.name}
    audit.record(transition.audit, by=by, obj=kept, detail=detail)
    return report, batch


def _mapping(
    unit: Unit, found: dict[str, Any], given: Wishes, source: layouts.Source, scale: UnitLevels
) -> tuple[dict[str, str], dict[str, int]]:
    """Columns and levels: those given over those remembered over those proposed."""
    columns, levels, known = layouts.first_mapping(unit, found, scale)
    for key, code in given.columns.items():
        index = str(_index(found, str(key)))
        if code and code not in set(Field):
            raise ParseProblem("unknown_field", _("There is no field “%(field)s”.") % {"field": code})
        columns = {other: field_code for other, field_code in columns.items() if field_code != code and other != index}
        if code:
            columns[index] = code
    if given.columns or known:
        texts = layouts.texts_of_levels(source, found, columns)
        levels = scale.proposed(texts) | {text: severity for text, severity in levels.items() if text in texts}
    return columns, levels | {str(text): int(severity) for text, severity in given.levels.items()}


def _index(found: dict[str, Any], key: str) -> int:
    """A column by its number from 0, its letters, or its header."""
    by_header = {column["header"]: int(column["index"]) for column in found["columns"]}
    if key in by_header:
        return by_header[key]
    if key.isdecimal():
        return int(key)
    if _LETTERS.fullmatch(key):
        index = 0
        for letter in key.upper():
            index = index * 26 + ord(letter) - ord("A") + 1
        return index - 1
    raise ParseProblem("unknown_column", _("The table has no column “%(column)s”.") % {"column": key})


def _refused(unit: Unit, problem: XlsxProblem) -> dict[str, Any]:
    fault = {
        "row": 0,
        "column": "",
        "field": "",
        "code": problem.code,
        "message": str(problem.message),
        "value": "",
        "severity": "error",
        "sheet": "",
    }
    return {
        "ok": False, "unit": unit.code, "sheet": "", "sheets": [], "rows": 0, "points": 0, "imported": 0, "errors": 1, "hints": 0,
        "faults": [fault], "columns": {}, "levels": {}, "skipped": [], "created": {"departments": [], "positions": []}, "warnings": [],
        "batch": None,
    }  # fmt: skip
