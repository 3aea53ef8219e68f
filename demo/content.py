"""Reading the demo's texts: one TOML file a department, see `Department` and below for what it holds."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# As they stand in the organisation chart; the leadership has a file of its own.
BUREAU = (
    "office", "personnel", "finance", "legal", "approval", "enforcement", "crops", "livestock", "fishery", "forestry", "quality", "rural",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Position:
    """A position and how many people hold it."""

    name: str
    rank: str
    holders: int
    duties: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a flowchart; `holder` is a position of the department, "@department/position", or a role ("@分管领导")."""

    key: str
    kind: str
    name: str
    holder: str
    days: int
    documents: str
    hand: str
    function: str
    mode: str
    panel: tuple[str, ...]
    head_last: bool


@dataclass(frozen=True, slots=True)
class Link:
    """From one step to the next."""

    source: str
    target: str
    condition: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of a risk."""

    kind: str
    line: str
    text: str


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk point; `position` only at the level of positions, `step` is a key of the power's flowchart."""

    level: str
    position: str
    step: str
    title: str
    content: str
    manifestation: str
    aspect: str
    found_by: str
    method: str
    probability: int
    harm: int
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Power:
    """A power item with its flowchart and its risks."""

    number: str
    name: str
    category: str
    level: str
    position: str
    basis: str
    subject: str
    conditions: str
    procedure: str
    time_limit: str
    time_limit_days: int
    responsibility: str
    major_matter: str
    requires: tuple[str, ...]
    disclosure: str
    steps: tuple[Step, ...]
    links: tuple[Link, ...]
    risks: tuple[Risk, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the rules library; `since` is empty while it is still to be made."""

    number: str
    title: str
    key_points: str
    state: str
    since: str


@dataclass(frozen=True, slots=True)
class Department:
    """A department with everything it has; `slug` names its file."""

    slug: str
    name: str
    short: str
    kind: str
    duties: str
    positions: tuple[Position, ...]
    powers: tuple[Power, ...]
    rules: tuple[Rule, ...] = field(default=())

    @property
    def is_leadership(self) -> bool:
        """The leadership's positions belong to no department."""
        return self.kind == "leadership"

    @property
    def risks(self) -> list[tuple[Power, Risk]]:
        """All risks with their power, in the order of the file."""
        return [(power, risk) for power in self.powers for risk in power.risks]


def parse(slug: str, data: dict[str, Any]) -> Department:
    """A department from its TOML. Raises TypeError for keys missing or unknown (the schema is the dataclasses')."""
    data = dict(data)
    return Department(
        slug=slug,
        positions=tuple(Position(**row) for row in data.pop("positions")),
        powers=tuple(_power(row) for row in data.pop("powers", [])),
        rules=tuple(Rule(**row) for row in data.pop("rules", [])),
        **data,
    )


def _power(data: dict[str, Any]) -> Power:
    data = dict(data)
    return Power(
        steps=tuple(Step(**{**row, "panel": tuple(row["panel"])}) for row in data.pop("steps")),
        links=tuple(Link(**row) for row in data.pop("links")),
        risks=tuple(_risk(row) for row in data.pop("risks")),
        requires=tuple(data.pop("requires")),
        **data,
    )


def _risk(data: dict[str, Any]) -> Risk:
    data = {"position": "", **data}
    return Risk(measures=tuple(Measure(**row) for row in data.pop("measures")), **data)


@cache
def bureau() -> tuple[Department, ...]:
    """The leadership, then the departments of the bureau in order."""
    return tuple(_file(slug) for slug in ("leadership", *BUREAU))


@cache
def institute() -> tuple[Department, ...]:
    """The subordinate unit: leadership and departments from one file."""
    data = tomllib.loads((HERE / "institute.toml").read_text(encoding="utf-8"))
    return tuple(parse(row.pop("slug"), row) for row in data["departments"])


@cache
def words() -> dict[str, Any]:
    """Opinions, reasons, proofs, names: what people say and are called."""
    return tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))


def _file(slug: str) -> Department:
    return parse(slug, tomllib.loads((HERE / "content" / f"{slug}.toml").read_text(encoding="utf-8")))
