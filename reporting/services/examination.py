"""Reads a register with a mapping and holds it against the unit: the dry run, and the first half of the import."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import format_lazy

from accounts.models import User
from common.xlsx.faults import Fault, column_letter
from positions.models import Unit
from positions.services.places import create_places
from reporting.registers import Field, RegisterRow, read_rows
from reporting.services import names, reports
from reporting.services import wording as w
from reporting.services.layouts import Source, layout_from
from reporting.services.levels import UnitLevels
from reporting.services.matching import Matcher
from reporting.services.places import ROW_LIMIT_NEW, Missing, Places
from risks.models import RiskPoint
from risks.services.importing import ImportedRisk, bulk_enter_imported
from risks.services.points import numbers_taken

PROGRESS_EVERY = 500
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Examination:
    """The report, and the risks with what they need to be made; `risks` is empty unless they were asked for."""

    report: dict[str, Any]
    missing: Missing
    risks: list[ImportedRisk] = field(default_factory=list)


def examine(
    *,
    unit: Unit,
    source: Source,
    found: Mapping[str, Any],
    columns: Mapping[str, str],
    levels: Mapping[str, int],
    create_missing: bool,
    keep: bool,
    progress: Progress | None = None,
) -> Examination:
    """Read every row and say what is wrong with it. `found` is what `layouts.analyse` wrote; with `keep` the good rows are held.

    Raises ParseProblem when the mapping is incomplete or the file cannot be read.
    """
    layout = layout_from(found)
    mapping = {int(index): code for index, code in columns.items()}
    reader = read_rows(source, layout, mapping, levels)
    scale = UnitLevels(unit)
    places = Places(unit)
    matcher = Matcher(unit, mapping, scale, places, create_missing=create_missing)
    run = _Run(unit, matcher, keep=keep, first_row=layout.first_row)
    total = int(found["height"])
    for count, row in enumerate(reader, start=1):
        run.take(row)
        if progress is not None and count % PROGRESS_EVERY == 0:
            progress(min(count, total), total)
    run.finish()
    report = run.report(scale, places) | {
        "skipped": reports.skipped_as_dicts(reader.skipped),
        "skipped_count": len(reader.skipped),
    }
    return Examination(report, matcher.missing, run.risks)


class _Run:
    """What one pass over the rows gathers."""

    def __init__(self, unit: Unit, matcher: Matcher, *, keep: bool, first_row: int) -> None:
        self.unit, self.matcher, self.keep, self.first_row = unit, matcher, keep, first_row
        self.findings = reports.Findings()
        self.risks: list[ImportedRisk] = []
        self.rows = self.points = self.measures = self.derived = 0
        self.by_level: Counter[int] = Counter()
        self.by_department: Counter[int | None] = Counter()
        self._last_row = 0
        self._keys: dict[int, int] = {}
        self._numbers: dict[str, int] = {}
        self._registered, self._titles = _register_of(unit)
        self._has_title = Field.TITLE in matcher.letters

    def take(self, row: RegisterRow) -> None:
        """Look at one risk."""
        if row.row_number != self._last_row:
            self._last_row = row.row_number
            self.rows += 1
        self.points += 1
        for fault in row.faults:
            self.findings.add(fault)
        risk, faults = self.matcher.risk(row)
        for fault in faults:
            self.findings.add(fault)
        if risk is None:
            return
        self._check_known(row, risk)
        if risk.number:
            self._check_number(row, risk.number)
        self.measures += len(risk.measures)
        self.by_level[risk.level_id] += 1
        self.by_department[risk.department_id] += 1
        if not self._has_title:
            self.derived += 1
        if self.keep:
            self.risks.append(risk)

    def _check_known(self, row: RegisterRow, risk: ImportedRisk) -> None:
        # The reader has compared the rows as they are written; here two names of one place meet.
        text = hash((risk.department_id, risk.position_id, risk.title, risk.content, risk.manifestation))
        first = self._keys.setdefault(text, row.row_number)
        if first != row.row_number:
            self._fault(row.row_number, "duplicate", format_lazy(w.SAME_AS_ROW, row=first), risk.title)
        if self._titles and names.plain(risk.title) in self._titles:
            number = self._registered.get(_key(risk.department_id, risk.position_id, risk.title, risk.content, risk.manifestation))
            if number is not None:
                self._fault(row.row_number, "in_register", format_lazy(w.IN_REGISTER, number=number), risk.title)

    def _fault(self, row: int, code: str, message: Any, value: str) -> None:
        for field_code in (Field.TITLE, Field.CONTENT, Field.MANIFESTATION):
            if column := self.matcher.letters.get(field_code):
                self.findings.add(Fault(row, column, field_code.value, code, message, value[:60]))
                return

    def _check_number(self, row: RegisterRow, number: str) -> None:
        first = self._numbers.setdefault(number, row.row_number)
        if first != row.row_number:
            self._number_fault(row.row_number, "number_twice", format_lazy(w.NUMBER_TWICE, row=first), number)
        elif number.startswith(f"FX-{self.unit.code}-"):
            self._number_fault(row.row_number, "own_series", w.OWN_SERIES, number)

    def _number_fault(self, row: int, code: str, message: Any, number: str) -> None:
        self.findings.add(Fault(row, self.matcher.letters.get("number", ""), "number", code, message, number))

    def finish(self) -> None:
        """What can be said only at the end."""
        for number in sorted(numbers_taken(self.unit.pk, self._numbers)):
            self._number_fault(self._numbers[number], "number_taken", w.NUMBER_TAKEN, number)
        missing = self.matcher.missing
        if len(missing.departments) > ROW_LIMIT_NEW or len(missing.positions) > ROW_LIMIT_NEW:
            message = format_lazy(w.TOO_MANY_NEW, limit=ROW_LIMIT_NEW)
            column = self.matcher.letters.get("position") or self.matcher.letters["department"]
            self.findings.add(Fault(self.first_row, column, "position", "too_many_new", message))
        if not self.points:
            self.findings.add(Fault(self.first_row, "", "", "no_rows", w.NO_ROWS))

    def report(self, scale: UnitLevels, places: Places) -> dict[str, Any]:
        """Everything but what was skipped."""
        missing = self.matcher.missing
        made = dict(enumerate(missing.departments, start=1))

        def department(pk: int | None) -> str:
            if pk is None:
                return self.unit.name
            return places.departments[pk] if pk > 0 else made[-pk]

        errors = self.findings.error_count
        return {
            "ok": errors == 0,
            "rows": self.rows,
            "points": self.points,
            "measures": self.measures,
            "derived": self.derived,
            "errors": errors,
            "hints": sum(self.findings.counts.values()) - errors,
            "faults": self.findings.as_dicts(),
            "kinds": self.findings.kinds(),
            "by_level": [[level.severity, level.label, self.by_level[level.pk]] for level in scale.by_severity.values()],
            "by_department": [[department(pk), count] for pk, count in self.by_department.most_common(reports.KEPT_NAMES)],
            "new_departments": missing.departments[: reports.KEPT_NAMES],
            "new_positions": [[department(pk), name] for pk, name in missing.positions[: reports.KEPT_NAMES]],
        }


def _key(department_id: int | None, position_id: int | None, *texts: str) -> int:
    return hash((department_id, position_id, names.plain("".join(texts))))


def _register_of(unit: Unit) -> tuple[dict[int, str], set[str]]:
    """What already stands in the unit's register: key of the risk → its number; and the titles, to pass over most rows quickly."""
    known = RiskPoint.objects.registered().filter(unit=unit)
    rows = known.values_list("department_id", "position_id", "title", "content", "manifestation", "number").order_by()
    keys, titles = {}, set()
    for department_id, position_id, title, content, manifestation, number in rows.iterator(chunk_size=5000):
        keys[_key(department_id, position_id, title, content, manifestation)] = number
        titles.add(names.plain(title))
    return keys, titles


def carry_out(*, unit: Unit, examination: Examination, by: User | None, batch: int, reason: str) -> int:
    """Enter what was examined with `keep`, after making the departments and positions it needs; returns how many points.

    Call inside the transaction of the import. Raises ValueError for an examination with errors: that must never be reached.
    """
    if not examination.report["ok"]:
        raise ValueError("an examination with errors is not carried out")
    missing = examination.missing
    if missing.departments or missing.positions:
        _make(unit, examination, by, reason)
    return bulk_enter_imported(unit=unit, rows=examination.risks, by=by, batch=batch)


def _make(unit: Unit, examination: Examination, by: User | None, reason: str) -> None:
    missing = examination.missing

    def place(key: int) -> int | str:
        return key if key > 0 else missing.departments[-key - 1]

    wanted = [(place(department), name) for department, name in missing.positions]
    departments, positions = create_places(unit=unit, departments=missing.departments, positions=wanted, by=by, reason=reason)
    for risk in examination.risks:
        if risk.department_id is not None and risk.department_id < 0:
            risk.department_id = departments[missing.departments[-risk.department_id - 1]]
        if risk.position_id is not None and risk.position_id < 0:
            risk.position_id = positions[wanted[-risk.position_id - 1]]


def columns_in_words(columns: Mapping[str, str]) -> dict[str, str]:
    """Column letters → field codes, as the command prints them."""
    return {column_letter(int(index)): code for index, code in sorted(columns.items(), key=lambda item: int(item[0]))}
