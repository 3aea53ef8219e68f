"""A measured figure, its target, and how it is printed and handed from one process to another."""

import json
import unicodedata
from dataclasses import asdict, dataclass

NAME_WIDTH, VALUE_WIDTH = 44, 12


@dataclass(frozen=True, slots=True)
class Figure:
    """`ours` and `bare` in `unit`; without a bare minimum the target is for `ours`, else for their ratio. `target` None: only told.

    `least` instead of a target: where more is better.
    """

    name: str
    ours: float
    unit: str
    bare: float | None = None
    target: float | None = None
    least: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours over the bare minimum."""
        return self.ours / self.bare if self.bare else None

    @property
    def ok(self) -> bool:
        """Whether the target is met; a figure without one always is."""
        value = self.ours if self.ratio is None else self.ratio
        return (self.target is None or value <= self.target) and (self.least is None or value >= self.least)

    def line(self) -> str:
        """One line of the report."""
        ratio = "–" if self.ratio is None else f"{self.ratio:.2f}×"
        sign, limit = ("≤", self.target) if self.least is None else ("≥", self.least)
        wanted = "–" if limit is None else f"{sign} {limit:g}{'' if self.ratio is None else '×'}"
        said = "" if limit is None else "ok" if self.ok else "OVER" if self.least is None else "UNDER"
        bare = "–" if self.bare is None else _value(self.bare, self.unit)
        return (
            _padded(self.name, NAME_WIDTH)
            + "".join(_padded(x, VALUE_WIDTH) for x in (_value(self.ours, self.unit), bare, ratio, wanted))
            + said
        )

    def dump(self) -> str:
        """For the process that asked."""
        return json.dumps(asdict(self), ensure_ascii=False)


def load(line: str) -> Figure:
    """What `dump` wrote."""
    return Figure(**json.loads(line))


def header() -> str:
    """The line above the figures."""
    return _padded("figure", NAME_WIDTH) + "".join(_padded(x, VALUE_WIDTH) for x in ("ours", "bare", "ratio", "target"))


def _value(value: float, unit: str) -> str:
    return f"{value:.0f} {unit}" if value >= 100 or unit in ("queries", "errors") else f"{value:.2f} {unit}"


def _padded(text: str, width: int) -> str:
    taken = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(width - taken, 1)
