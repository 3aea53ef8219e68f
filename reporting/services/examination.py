"""Reads a register with a mapping and holds it against the unit: the dry run; and the import, which writes while it reads."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy

from accounts.models import User
from common.xlsx.faults import Fault
from positions.models import Unit
from positions.services.places import create_places
from reporting.registers import Field, RegisterRow, letter_of, read_rows
from reporting.services import names, reports
from reporting.services import wording as w
from reporting.services.layouts import Source, layout_from
from reporting.services.levels import UnitLevels
from reporting.services.matching import Matcher
from reporting.services.places import ROW_LIMIT_NEW, Missing, Places
from risks.models import RiskPoint
from risks.services.importing import ImportedFacts, ImportedRisk, bulk_enter_imported
from risks.services.points import numbers_of
from risks.services.responsibility import organisation_of

PROGRESS_EVERY = 500
SECOND_LOOK = 5_000
"""Rows that keep PostgreSQL busy while the rest of the file is looked through."""
Progress = Callable[[int, int], None]


class Known:
    """What the unit has, as far as every row is held against it; read while calamine reads the file (`opened_beside`)."""

    def __init__(self, unit: Unit) -> None:
        self.scale, self.places, self.organisation = UnitLevels(unit), Places(unit), organisation_of(unit.pk)
        self.registered, self.titles = _register_of(unit)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be read, and how. `found` is what `layouts.analyse` wrote."""

    unit: Unit
    known: Known
    source: Source
    found: Mapping[str, Any]
    columns: Mapping[str, str]
    levels: Mapping[str, int]
    create_missing: bool
    look_again: Callable[[], None] | None = None
    """Makes sure of `found` where the beginning of the file told it; called once while rows are written, and raises to take them back."""


def examine(wanted: Wanted, progress: Progress | None = None) -> dict[str, Any]:
    """The dry run: read every row and say what is wrong with it; returns the report.

    Raises ParseProblem when the mapping is incomplete or the file cannot be read.
    """
    run = _Run(wanted, progress)
    for _risk in run.risks():
        pass
    return run.report()


def examine_and_enter(wanted: Wanted, *, by: User | None, batch: int, reason: str, progress: Progress | None = None) -> dict[str, Any]:
    """Read every row and enter them all, with the departments and positions they need; or nothing when the report has errors.

    The rows are written while those below them are read, so that neither waits for the other; the first error undoes them.
    Call inside the transaction of the import. Raises ParseProblem as `examine` does.
    """
    run = _Run(wanted, progress)
    if not wanted.create_missing:
        with suppress(_Faulty), transaction.atomic():
            bulk_enter_imported(unit=wanted.unit, rows=run.risks(), by=by, batch=batch, expected=run.total)
            if run.findings.errors:
                raise _Faulty
        return run.report()
    # What is to be made is known after the last row.
    risks = list(run.risks())
    if not run.findings.errors:
        _make(wanted.unit, run.matcher.missing, risks, by, reason)
        bulk_enter_imported(unit=wanted.unit, rows=risks, by=by, batch=batch)
    return run.report()


class _Faulty(Exception):
    """Takes back what was written before an error was found."""


class _Run:
    """What one pass over the rows gathers."""

    def __init__(self, wanted: Wanted, progress: Progress | None) -> None:
        unit, known, found = wanted.unit, wanted.known, wanted.found
        layout = layout_from(found)
        mapping = {int(index): code for index, code in wanted.columns.items()}
        self._reader = read_rows(wanted.source, layout, mapping, wanted.levels)
        self._scale, self._places = known.scale, known.places
        self.matcher = Matcher(unit, mapping, self._scale, self._places, known.organisation, create_missing=wanted.create_missing)
        self.unit, self._first_row = unit, layout.first_row
        self._progress, self.total = progress, int(found["height"])
        self._look_again = wanted.look_again
        self.findings = reports.Findings()
        self.rows = self.points = self.measures = self.derived = 0
        self.by_facts: Counter[ImportedFacts] = Counter()
        self._last_row = 0
        self._keys: dict[int, int | str] = {}
        self._numbers: dict[str, int | str] = {}
        self._registered, self._titles = known.registered, known.titles
        self._plain = lru_cache(maxsize=65_536)(names.plain)
        self._taken = numbers_of(unit.pk) if Field.NUMBER in self.matcher.letters else set()
        self._has_title = Field.TITLE in self.matcher.letters

    def risks(self) -> Iterator[ImportedRisk]:
        """Reads all rows, once, without a look into the database; gives the risks of those above the first error."""
        for count, row in enumerate(self._reader, start=1):
            if count == SECOND_LOOK:
                self._make_sure()
            risk = self._take(row)
            if risk is not None and not self.findings.errors:
                yield risk
            if self._progress is not None and count % PROGRESS_EVERY == 0:
                self._progress(min(count, self.total), self.total)
        self._make_sure()
        self._finish()

    def _make_sure(self) -> None:
        if self._look_again is not None:
            self._look_again()
            self._look_again = None

    def _take(self, row: RegisterRow) -> ImportedRisk | None:
        if row.row_number != self._last_row or row.sheet != self.findings.sheet:
            self._last_row = row.row_number
            self.findings.sheet = row.sheet
            self.rows += 1
        self.points += 1
        for fault in row.faults:
            self.findings.add(fault)
        risk, faults = self.matcher.risk(row)
        for fault in faults:
            self.findings.add(fault)
        if risk is None:
            return None
        self._check_known(row, risk)
        if risk.number:
            self._check_number(row, risk.number)
        self.measures += len(risk.measures)
        self.by_facts[risk.facts] += 1
        if not self._has_title:
            self.derived += 1
        return risk

    def _check_known(self, row: RegisterRow, risk: ImportedRisk) -> None:
        # The reader has compared the rows as they are written; here two names of one place meet.
        facts = risk.facts
        text = hash((facts.department_id, facts.position_id, risk.title, risk.content, risk.manifestation))
        here = row.where
        first = self._keys.setdefault(text, here)
        if first != here:
            self._fault(row.row_number, "duplicate", format_lazy(w.SAME_AS_ROW, row=first), risk.title)
        if self._titles and self._plain(risk.title) in self._titles:
            number = self._registered.get(_key(facts.department_id, facts.position_id, risk.title, risk.content, risk.manifestation))
            if number is not None:
                self._fault(row.row_number, "in_register", format_lazy(w.IN_REGISTER, number=number), risk.title)

    def _fault(self, row: int, code: str, message: Any, value: str) -> None:
        for field_code in (Field.TITLE, Field.CONTENT, Field.MANIFESTATION):
            if column := self.matcher.letters.get(field_code):
                self.findings.add(Fault(row, column, field_code.value, code, message, value[:60]))
                return

    def _check_number(self, row: RegisterRow, number: str) -> None:
        here = row.where
        first = self._numbers.setdefault(number, here)
        if first != here:
            self._number_fault(row.row_number, "number_twice", format_lazy(w.NUMBER_TWICE, row=first), number)
        elif number.startswith(f"FX-{self.unit.code}-"):
            self._number_fault(row.row_number, "own_series", w.OWN_SERIES, number)
        elif number in self._taken:
            self._number_fault(row.row_number, "number_taken", w.NUMBER_TAKEN, number)

    def _number_fault(self, row: int, code: str, message: Any, number: str) -> None:
        self.findings.add(Fault(row, self.matcher.letters.get("number", ""), "number", code, message, number))

    def _finish(self) -> None:
        """What can be said only at the end."""
        self.findings.sheet = ""
        missing = self.matcher.missing
        if len(missing.departments) > ROW_LIMIT_NEW or len(missing.positions) > ROW_LIMIT_NEW:
            message = format_lazy(w.TOO_MANY_NEW, limit=ROW_LIMIT_NEW)
            column = self.matcher.letters.get("position") or self.matcher.letters["department"]
            self.findings.add(Fault(self._first_row, column, "position", "too_many_new", message))
        if not self.points:
            self.findings.add(Fault(self._first_row, "", "", "no_rows", w.NO_ROWS))

    def report(self) -> dict[str, Any]:
        """What was found, when all rows have been read."""
        missing = self.matcher.missing
        made = dict(enumerate(missing.departments, start=1))

        def department(pk: int | None) -> str:
            if pk is None:
                return self.unit.name
            return self._places.departments[pk] if pk > 0 else made[-pk]

        errors = self.findings.error_count
        by_level: Counter[int] = Counter()
        by_department: Counter[int | None] = Counter()
        for facts, count in self.by_facts.items():
            by_level[facts.level_id] += count
            by_department[facts.department_id] += count
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
            "by_level": [[level.severity, level.label, by_level[level.pk]] for level in self._scale.by_severity.values()],
            "by_department": [[department(pk), count] for pk, count in by_department.most_common(reports.KEPT_NAMES)],
            "new_departments": missing.departments[: reports.KEPT_NAMES],
            "new_positions": [[department(pk), name] for pk, name in missing.positions[: reports.KEPT_NAMES]],
            "skipped": reports.skipped_as_dicts(self._reader.skipped),
            "skipped_count": len(self._reader.skipped),
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


def _make(unit: Unit, missing: Missing, risks: list[ImportedRisk], by: User | None, reason: str) -> None:
    def place(key: int) -> int | str:
        return key if key > 0 else missing.departments[-key - 1]

    if not missing.departments and not missing.positions:
        return
    wanted = [(place(department), name) for department, name in missing.positions]
    departments, positions = create_places(unit=unit, departments=missing.departments, positions=wanted, by=by, reason=reason)

    def with_keys(facts: ImportedFacts) -> ImportedFacts:
        department_id, position_id = facts.department_id, facts.position_id
        if department_id is not None and department_id < 0:
            department_id = departments[missing.departments[-department_id - 1]]
        if position_id is not None and position_id < 0:
            position_id = positions[wanted[-position_id - 1]]
        return replace(facts, department_id=department_id, position_id=position_id)

    made = {facts: with_keys(facts) for facts in {risk.facts for risk in risks}}
    for risk in risks:
        risk.facts = made[risk.facts]


def columns_in_words(columns: Mapping[str, str]) -> dict[str, str]:
    """Column letters → field codes, as the command prints them."""
    return {letter_of(int(index)): code for index, code in sorted(columns.items(), key=lambda item: int(item[0]))}
