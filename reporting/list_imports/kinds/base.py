"""What a list is to the import: its columns, who may, how a row becomes an object and goes again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import DomainError
from common.verdicts import Verdict
from common.xlsx.faults import Fault, column_letter
from positions.models import Unit
from positions.scopes import Scope
from reporting.list_imports.cells import CELL_ERROR, NO_RESULT, Cells
from reporting.list_imports.fields import ListField, words_of
from reporting.list_imports.table import Lines
from reporting.registers.headers import HeaderWords
from reporting.services.reports import Findings

PROGRESS_EVERY = 25
EMPTY: tuple[Any, ...] = ("", None, [])
Progress = Callable[[int, int], None]

SAME_AS_ROW = _("The same already stands in row {row}. Delete one of the two rows.")
UNCHANGED = _("It is there already, word for word; the row changes nothing.")
OTHERWISE = _(
    "It is there already, but with another {fields}. An import changes nothing that is there: change it on its page, or delete the row."
)


@dataclass(frozen=True, slots=True)
class Made:
    """What one row made. `before` has the former values where an object that was there was changed."""

    row: int
    obj: models.Model
    before: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """What a run over the rows did, or would do."""

    findings: Findings = field(default_factory=Findings)
    made: list[Made] = field(default_factory=list)
    rows: int = 0
    unchanged: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    """Name of a sort of object → how many were made, for lists that make several sorts."""


class Kind(ABC):
    """A list that can be brought in."""

    code: ClassVar[str]
    title: ClassVar[Any]
    """What is imported, such as “rules library”."""
    about: ClassVar[Any]
    """One sentence on the start page."""
    icon: ClassVar[str]
    fields: ClassVar[tuple[ListField, ...]]
    foreign: ClassVar[tuple[str, ...]] = ()
    """Headers that look like a field and are none."""
    main: ClassVar[str]
    """The field that every row has."""
    file_name: ClassVar[str]
    """Of the template, without suffix."""
    examples: ClassVar[tuple[tuple[str, ...], ...]]
    notes: ClassVar[tuple[str, ...]] = ()
    named: ClassVar[tuple[str, ...]] = ()
    """Apps whose rows a refused undo may name where they refer to a row. Of others, which may be secret, it says that there are some."""

    @cached_property
    def words(self) -> HeaderWords:
        """The header words of the list."""
        return words_of(self.fields, self.foreign)

    @cached_property
    def by_code(self) -> dict[str, ListField]:
        """The fields by their codes."""
        return {one.code: one for one in self.fields}

    def missing(self, chosen: set[str]) -> list[Any]:
        """Names of the columns without which the list cannot be imported."""
        return [one.label for one in self.fields if one.required and one.code not in chosen]

    @abstractmethod
    def unit_ids(self, user: User, scope: Scope) -> frozenset[int]:
        """Units whose list the person adds to, as far as roles go; `may` says whether now."""

    @abstractmethod
    def keeper_ids(self, scope: Scope) -> frozenset[int]:
        """Units whose imports the person sees even where somebody else made them: who keeps the list as a whole."""

    @abstractmethod
    def may(self, user: User, unit: Unit) -> Verdict:
        """Add to the list of the unit now: the permission that the list's own pages ask for."""

    @abstractmethod
    def list_url(self, unit: Unit) -> str:
        """Where what was imported is to be seen."""

    @abstractmethod
    def carry_out(self, *, unit: Unit, by: User, lines: Lines, outcome: Outcome, progress: Progress) -> None:
        """Enter every row that has no fault; inside a transaction that the caller undoes for a dry run or for any fault."""

    def stages(self, made: Sequence[Any]) -> Iterator[list[Any]]:
        """What is removed together when the import is undone, from the last to the first made."""
        yield list(reversed(made))

    @abstractmethod
    def remove(self, *, unit: Unit, objects: Sequence[tuple[models.Model, Mapping[str, Any]]], by: User, reason: str) -> None:
        """Remove what was made, or set back what was changed (object with its former values). Raises DomainError."""

    goes_along: ClassVar[tuple[str, ...]] = ()
    """Apps whose rows go with an object that is removed, and do not stand in the way."""


class Entering(ABC):
    """One run of a list that makes one object of each row: what is there already, and how a row becomes an object."""

    def __init__(self, unit: Unit, by: User) -> None:
        self.unit = unit
        self.by = by

    def look_ahead(self, lines: Lines) -> None:
        """What has to be known of the whole file before its first row is entered."""
        return

    @abstractmethod
    def read(self, cells: Cells) -> dict[str, Any]:
        """The values of a row by field; faults are told to `cells`."""

    @abstractmethod
    def keys(self, values: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """(field, key): what no two rows of the file may have in common; empty keys do not count."""

    @abstractmethod
    def existing(self, values: Mapping[str, Any]) -> models.Model | None:
        """The object that stands for this row already."""

    @abstractmethod
    def said(self, obj: Any) -> Mapping[str, Any]:
        """What an object says, by field, to be compared with a row."""

    @abstractmethod
    def create(self, values: Mapping[str, Any]) -> models.Model:
        """A new object, by the service of its app. Raises DomainError."""


class RowKind(Kind):
    """A list of which each row makes one object of the same sort."""

    @abstractmethod
    def entering(self, unit: Unit, by: User) -> Entering:
        """One run over the rows."""

    def carry_out(self, *, unit: Unit, by: User, lines: Lines, outcome: Outcome, progress: Progress) -> None:
        run, seen, read = self.entering(unit, by), dict[tuple[str, Any], int](), set[int]()
        run.look_ahead(lines)
        for number, row in lines:
            outcome.rows += 1
            if outcome.rows % PROGRESS_EVERY == 0:
                progress(outcome.rows, lines.height)
            cells = Cells(number, row, lines.columns, self.by_code, outcome.findings.add)
            broken = broken_cells(cells, lines)
            values = run.read(cells)
            for code, key in run.keys(values):
                if key and (first := seen.setdefault((code, key), number)) != number:
                    cells.fault(code, "duplicate", format_lazy(SAME_AS_ROW, row=first), str(values.get(code, "")))
            if not (cells.failed or broken):
                self._enter(run, cells, values, outcome)
            read.add(number - 1)
        self._broken_elsewhere(lines, read, outcome)

    def _broken_elsewhere(self, lines: Lines, read: set[int], outcome: Outcome) -> None:
        """A row that seems empty because its cells show errors or have no results yet is told of, not passed over."""
        scan = lines.sheet.scan
        for at in sorted(set(scan.errors) | set(scan.uncalculated)):
            if at >= lines.first_row - 1 and at not in read:
                broken_cells(Cells(at + 1, [], lines.columns, self.by_code, outcome.findings.add), lines)

    def _enter(self, run: Entering, cells: Cells, values: Mapping[str, Any], outcome: Outcome) -> None:
        code = next((code for code, key in run.keys(values) if key and cells.mapped(code)), self.main)
        existing = run.existing(values)
        if existing is not None:
            said = run.said(existing)
            # An empty cell says nothing, so it contradicts nothing.
            stated = {one: values.get(one.code) for one in self.fields if cells.mapped(one.code) and one.code in said}
            other = [one.label for one, value in stated.items() if value not in EMPTY and value != said[one.code]]
            if other:
                names = "、".join(str(label) for label in other)
                cells.fault(code, "exists", format_lazy(OTHERWISE, fields=names), str(existing))
            else:
                outcome.unchanged += 1
                cells.hint(code, "unchanged", UNCHANGED, str(existing))
            return
        try:
            # A savepoint for each row: one refused row does not hide the faults of the next.
            with transaction.atomic():
                made = run.create(values)
        except DomainError as error:
            cells.fault(code, "refused", error.message, str(values.get(code, "")))
        else:
            outcome.made.append(Made(cells.number, made))


def broken_cells(cells: Cells, lines: Lines) -> bool:
    """Tell of cells with an error, and of formulas without a stored result; whether there are any."""
    at, scan = cells.number - 1, lines.sheet.scan
    errors, uncalculated = scan.errors.get(at, {}), scan.uncalculated.get(at, ())
    for code, index in lines.columns.items():
        if index in errors:
            cells.fault(code, "cell_error", CELL_ERROR, errors[index])
        elif index in uncalculated:
            cells.fault(code, "formula_without_value", NO_RESULT)
    return cells.failed


def with_column(fault: Fault, columns: Mapping[str, int]) -> Fault:
    """A fault of a service, which knows the field but not the column."""
    if fault.column or fault.field not in columns:
        return fault
    return Fault(fault.row, column_letter(columns[fault.field]), fault.field, fault.code, fault.message, fault.value, fault.severity)
