"""The report of a dry run: what would be entered, what would be made, and everything found by row and column."""

from collections import Counter
from dataclasses import replace
from typing import Any

from common.xlsx.faults import Fault
from reporting.registers import Skipped

KEPT = 2_000
KEPT_SKIPPED = 100
KEPT_NAMES = 500


class Findings:
    """Counts everything and keeps the first 2,000, errors before hints."""

    def __init__(self) -> None:
        self.errors: list[Fault] = []
        self.hints: list[Fault] = []
        self.counts: Counter[tuple[str, str]] = Counter()
        # Where the rows now told of stand, when the table stands on several sheets.
        self.sheet = ""
        self._row = ("", 0)
        self._told: set[tuple[str, str]] = set()

    def add(self, fault: Fault) -> None:
        """Take a finding in; one that was told of the same cell (the parts of a row repeat them) counts once."""
        if self.sheet and not fault.sheet:
            fault = replace(fault, sheet=self.sheet)
        if (fault.sheet, fault.row) != self._row:
            self._row, self._told = (fault.sheet, fault.row), set()
        key = (fault.column, fault.code)
        if key in self._told:
            return
        self._told.add(key)
        self.counts[(fault.severity, fault.code)] += 1
        kept = self.errors if fault.severity == "error" else self.hints
        if len(kept) < KEPT:
            kept.append(fault)

    @property
    def error_count(self) -> int:
        """Findings that stand in the way."""
        return sum(n for (severity, _code), n in self.counts.items() if severity == "error")

    def as_dicts(self) -> list[dict[str, Any]]:
        """What is kept, in the order of the file, with messages in the language now active."""
        kept = self.errors + self.hints[: KEPT - len(self.errors)]
        sheets = {sheet: place for place, sheet in enumerate(dict.fromkeys(fault.sheet for fault in kept))}
        return [fault.as_dict() for fault in sorted(kept, key=lambda fault: (sheets[fault.sheet], fault.row, fault.column))]

    def kinds(self) -> list[dict[str, Any]]:
        """How many of each kind, errors first, the most frequent first."""
        ordered = sorted(self.counts.items(), key=lambda item: (item[0][0] != "error", -item[1], item[0][1]))
        return [{"code": code, "severity": severity, "count": count} for (severity, code), count in ordered]


def skipped_as_dicts(skipped: list[Skipped]) -> list[dict[str, Any]]:
    """Lines that were passed over."""
    return [{"row": line.row, "sheet": line.sheet, "reason": str(line.label), "text": line.text} for line in skipped[:KEPT_SKIPPED]]
