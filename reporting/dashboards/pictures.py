"""What a template draws: a chart with its table, a line of a table whose numbers lead somewhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from common.cells import number_cells

TONES = ("blue", "orange", "red", "green", "grey", "yellow")


@dataclass(frozen=True, slots=True)
class Number:
    """A number and the list behind it."""

    value: Any
    url: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One line or colour of a chart: a number for each category."""

    label: str
    numbers: tuple[Number, ...]
    colour: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For the `chart` tag. A zero leads nowhere."""
        found: dict[str, Any] = {
            "label": self.label,
            "values": [number.value for number in self.numbers],
            "urls": [number.url if number.value else "" for number in self.numbers],
        }
        return found | ({"colour": self.colour} if self.colour else {})


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart whose title says what it shows."""

    kind: str
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    subtitle: str = ""
    unit: str = ""
    stacked: bool = False
    height: str = "m"

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The series for the tag."""
        return [one.as_dict() for one in self.series]

    @property
    def is_empty(self) -> bool:
        """Nothing to draw."""
        return not any(number.value for one in self.series for number in one.numbers)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: what it is about, and its numbers."""

    label: str
    numbers: tuple[Number, ...]
    note: str = ""
    url: str = ""
    share: int | None = None

    @property
    def cells(self) -> SafeString:
        """The numbers as cells of the table."""
        return number_cells((number.value, number.url, f"dash-{number.tone}" if number.tone else "") for number in self.numbers)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with the words over its columns."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    first: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number to be seen from afar."""

    label: str
    value: Any
    url: str = ""
    hint: str = ""
    tone: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A group of figures."""

    name: str
    title: str
    figures: tuple[Figure, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    matrix: dict[str, Any] | None = None
    note: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def height_for(categories: Sequence[Any]) -> str:
    """Bars need room each."""
    return "l" if len(categories) > 9 else "m" if len(categories) > 4 else "s"


def share(part: int, whole: int) -> int | None:
    """Whole per cents, rounded down, so that 100 % means all; None of nothing."""
    return part * 100 // whole if whole else None
