"""What was found in an uploaded file, kept as JSON with its import, and what of it is remembered for the next file."""

import os
from collections.abc import Mapping
from itertools import islice
from typing import Any, BinaryIO

from common.xlsx.faults import excerpt
from common.xlsx.reading import Book, open_book, to_text
from positions.models import Unit
from reporting.models import MappingMemory
from reporting.registers import SHEET_COLUMN, ColumnGuess, Field, Layout, Place, detect, level_texts
from reporting.services.levels import UnitLevels

SAMPLE_ROWS = 3
SAMPLE_SEARCHED = 40

Source = str | os.PathLike[str] | BinaryIO | Book


def analyse(source: Source, sheet: str | None = None, rows: int | None = None) -> dict[str, Any]:
    """The layout of the register in the file, with a sample of each column, ready for JSON; with `rows`, as far as so many rows from the
    top tell. Raises ParseProblem.
    """
    with open_book(source) as book:
        layout = detect(book, sheet, rows)
        page = book.sheet(layout.sheet)
        samples: dict[int, list[str]] = {guess.index: [] for guess in layout.columns}
        first = layout.first_row - 1
        for row in islice(page.rows(), first, first + SAMPLE_SEARCHED):
            for index, values in samples.items():
                text = excerpt(to_text(row[index])) if index < len(row) else ""
                if text and len(values) < SAMPLE_ROWS and text not in values:
                    values.append(text)
        samples[SHEET_COLUMN] = [place.sheet for place in layout.places][:SAMPLE_ROWS]
        height = sum(max(0, book.sheet(place.sheet).height - place.first_row + 1) for place in layout.places)
    return {
        "sheet": layout.sheet,
        "header_rows": list(layout.header_rows),
        "first_row": layout.first_row,
        "header_levels": [list(parts) for parts in layout.header_levels],
        "columns": [
            {
                "index": guess.index,
                "header": guess.header,
                "field": guess.field.value if guess.field else "",
                "confidence": round(guess.confidence, 3),
                "samples": samples[guess.index],
            }
            for guess in layout.columns
        ],
        "level_texts": dict(layout.level_texts),
        "grouped": layout.grouped,
        "warnings": [str(warning) for warning in layout.warnings],
        "other_sheets": list(layout.other_sheets),
        "further": [
            {
                "sheet": place.sheet,
                "header_rows": list(place.header_rows),
                "first_row": place.first_row,
                "header_levels": [list(parts) for parts in place.header_levels],
                "grouped": place.grouped,
                "columns": sorted((place.columns or {}).items()),
            }
            for place in layout.further
        ],
        "fingerprint": layout.fingerprint,
        "height": height,
    }


def layout_from(found: Mapping[str, Any]) -> Layout:
    """The layout that `analyse` wrote down."""
    return Layout(
        sheet=found["sheet"],
        header_rows=tuple(found["header_rows"]),
        first_row=found["first_row"],
        columns=tuple(
            ColumnGuess(column["index"], column["header"], Field(column["field"]) if column["field"] else None, column["confidence"])
            for column in found["columns"]
        ),
        header_levels=tuple(tuple(parts) for parts in found["header_levels"]),
        level_texts=found["level_texts"],
        grouped=found["grouped"],
        warnings=(),
        other_sheets=tuple(found["other_sheets"]),
        further=tuple(_place(place) for place in found.get("further", ())),
    )


def _place(found: Mapping[str, Any]) -> Place:
    return Place(
        sheet=found["sheet"],
        header_rows=tuple(found["header_rows"]),
        first_row=found["first_row"],
        header_levels=tuple(tuple(parts) for parts in found["header_levels"]),
        grouped=found["grouped"],
        columns={int(index): int(own) for index, own in found["columns"]},
    )


def proposal(found: Mapping[str, Any]) -> dict[str, str]:
    """The proposed columns, index (as JSON keys are: a text) → field code."""
    return {str(column["index"]): column["field"] for column in found["columns"] if column["field"]}


def texts_of_levels(source: Source, found: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, int | None]:
    """The level texts when another column is chosen for the level than was proposed; empty when none is."""
    if Field.LEVEL not in columns.values():
        return {}
    if proposal(found) == dict(columns):
        return dict(found["level_texts"])
    return level_texts(source, layout_from(found), {int(index): field for index, field in columns.items()})


def remembered(unit: Unit, found: Mapping[str, Any]) -> MappingMemory | None:
    """What the unit confirmed for a file with the same headers."""
    return MappingMemory.objects.filter(unit=unit, signature=found["fingerprint"]).first()


def remember(unit: Unit, found: Mapping[str, Any], columns: Mapping[str, str], levels: Mapping[str, int]) -> None:
    """Keep a confirmed mapping for the next file; levels known from earlier files stay."""
    known = remembered(unit, found)
    MappingMemory.objects.update_or_create(
        unit=unit,
        signature=found["fingerprint"],
        defaults={"columns": dict(columns), "levels": (dict(known.levels) if known else {}) | dict(levels)},
    )


def first_mapping(unit: Unit, found: Mapping[str, Any], levels: UnitLevels) -> tuple[dict[str, str], dict[str, int], bool]:
    """Columns and levels to begin with: what was remembered, else what is proposed; and whether something was remembered."""
    memory = remembered(unit, found)
    columns = dict(memory.columns) if memory else proposal(found)
    chosen = levels.proposed(found["level_texts"])
    if memory:
        severities = set(levels.by_severity)
        chosen |= {text: severity for text, severity in memory.levels.items() if text in found["level_texts"] and severity in severities}
    return columns, chosen, memory is not None
