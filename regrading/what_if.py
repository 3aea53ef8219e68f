"""What another rule set would do to a unit's points today, beside the rules in force: the same evaluation twice, and nothing is written.

Open evidence alone, as in scores and proposals (ADR 0020): leads and warnings never show in these numbers.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from heapq import nlargest
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from regrading.evidence.evaluation import Evaluation, evaluate
from regrading.rules import HIGHEST, Rules
from risks.models import RiskPoint

AT_ONCE = 2000
"""A unit with more points waits for a job (architecture: everything long runs in Celery)."""
CHUNK = 5000
MOVED = 50
LISTED = 2000
WIDTH = 10
Tell = Callable[[int, int], None]

# Brought together by grouping: the planner takes both tables for small, and joined them row by row.
_COMPARED = """
, compared AS (SELECT 'old' AS side, * FROM before UNION ALL SELECT 'new', * FROM after)
SELECT risk_id, max(point.department_id), max(score) FILTER (WHERE side = 'old'), max(score) FILTER (WHERE side = 'new'),
    max(level_id) FILTER (WHERE side = 'old'), max(level_id) FILTER (WHERE side = 'new'),
    max(direction) FILTER (WHERE side = 'old'), max(direction) FILTER (WHERE side = 'new')
FROM compared JOIN risks_riskpoint point ON point.id = risk_id GROUP BY risk_id ORDER BY risk_id
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """A point by the rules in force and by the other ones. A level or score is None where it cannot be computed."""

    risk_id: int
    department_id: int | None
    old_score: int | None
    new_score: int | None
    old_level: int | None
    new_level: int | None
    old_direction: str
    new_direction: str

    @property
    def moved(self) -> int:
        """By how much, in either direction."""
        return abs((self.new_score or 0) - (self.old_score or 0)) if None not in (self.old_score, self.new_score) else 0


def pairs(points: QuerySet[RiskPoint], old: Rules, new: Rules, as_of: date) -> list[Pair]:
    """Both evaluations of these points, in one statement, by the point's key."""
    before, after = _nested(evaluate(points, rules=old, as_of=as_of), "old_"), _nested(evaluate(points, rules=new, as_of=as_of), "new_")
    both = Evaluation(f"WITH before AS ({before.tables}), after AS ({after.tables})", before.params | after.params)
    return [Pair(*row) for row in both.fetch(_COMPARED)]


def _nested(evaluation: Evaluation, prefix: str) -> Evaluation:
    """As a statement of its own whose parameters are told from those of another."""
    renamed = evaluation.tables.replace("%(", f"%({prefix}")
    params = {f"{prefix}{name}": value for name, value in evaluation.params.items()}
    return Evaluation(renamed + "SELECT risk_id, score, level_id, direction FROM graded", params)  # noqa: S608 -- the evaluation's own text


@dataclass(slots=True)
class Outcome:
    """The whole unit in numbers. `cells` counts points by (level by the rules in force, level by the other ones)."""

    as_of: date
    points: int = 0
    cells: Counter[tuple[int | None, int | None]] = field(default_factory=Counter)
    listed: dict[tuple[int | None, int | None], list[int]] = field(default_factory=lambda: defaultdict(list))
    old_scores: list[int] = field(default_factory=lambda: [0] * (HIGHEST // WIDTH))
    new_scores: list[int] = field(default_factory=lambda: [0] * (HIGHEST // WIDTH))
    old_proposals: Counter[str] = field(default_factory=Counter)
    new_proposals: Counter[str] = field(default_factory=Counter)
    # Department → points, proposals to raise and to lower by the rules in force, the same by the other ones.
    departments: dict[int | None, list[int]] = field(default_factory=dict)
    moved: list[tuple[int, int, int]] = field(default_factory=list)  # key of the point, score before, after

    def add(self, found: list[Pair]) -> None:
        """Count these points in."""
        for pair in found:
            self.points += 1
            cell = (pair.old_level, pair.new_level)
            self.cells[cell] += 1
            if pair.old_level != pair.new_level and len(self.listed[cell]) < LISTED:
                self.listed[cell].append(pair.risk_id)
            _count(self.old_scores, pair.old_score)
            _count(self.new_scores, pair.new_score)
            self.old_proposals[pair.old_direction] += 1
            self.new_proposals[pair.new_direction] += 1
            row = self.departments.setdefault(pair.department_id, [0, 0, 0, 0, 0])
            for at, is_one in enumerate(_proposed(pair)):
                row[at] += is_one
        largest = nlargest(MOVED, (pair for pair in found if pair.moved), key=lambda pair: (pair.moved, -pair.risk_id))
        here = [(pair.risk_id, pair.old_score or 0, pair.new_score or 0) for pair in largest]
        self.moved = nlargest(MOVED, self.moved + here, key=lambda one: (abs(one[2] - one[1]), -one[0]))

    def to_json(self) -> dict[str, Any]:
        """For the report of a job."""
        return {
            "as_of": self.as_of.isoformat(),
            "points": self.points,
            "cells": [[*cell, count, self.listed.get(cell, [])] for cell, count in self.cells.items()],
            "scores": [self.old_scores, self.new_scores],
            "proposals": [self.old_proposals, self.new_proposals],
            "departments": [[pk, *row] for pk, row in self.departments.items()],
            "moved": self.moved,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Outcome":
        """What `to_json` wrote."""
        return cls(
            as_of=date.fromisoformat(data["as_of"]),
            points=data["points"],
            cells=Counter({(old, new): count for old, new, count, _ids in data["cells"]}),
            listed={(old, new): ids for old, new, _count, ids in data["cells"] if ids},
            old_scores=data["scores"][0],
            new_scores=data["scores"][1],
            old_proposals=Counter(data["proposals"][0]),
            new_proposals=Counter(data["proposals"][1]),
            departments={pk: row for pk, *row in data["departments"]},
            moved=[(pk, old, new) for pk, old, new in data["moved"]],
        )


def _count(buckets: list[int], score: int | None) -> None:
    """The last bucket holds the highest score too."""
    if score is not None:
        buckets[min(score // WIDTH, len(buckets) - 1)] += 1


def _proposed(pair: Pair) -> tuple[bool, ...]:
    return True, pair.old_direction == "rise", pair.old_direction == "fall", pair.new_direction == "rise", pair.new_direction == "fall"


def compare(points: QuerySet[RiskPoint], old: Rules, new: Rules, as_of: date, tell: Tell | None = None) -> Outcome:
    """Go through the points a few thousand at a time; `tell(done, total)` after each."""
    outcome = Outcome(as_of)
    keys = list(points.order_by("pk").values_list("pk", flat=True))
    for part in _parts(keys):
        with _planned_for_many():
            outcome.add(pairs(points.filter(pk__range=(part[0], part[-1])), old, new, as_of))
        if tell is not None:
            tell(outcome.points, len(keys))
    return outcome


@contextmanager
def _planned_for_many() -> Iterator[None]:
    """The planner takes grades for few and compares each point with each of them, which a few thousand make a minute of."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL jit = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT; SET LOCAL jit TO DEFAULT")


def _parts(keys: list[int]) -> Iterator[list[int]]:
    for first in range(0, len(keys), CHUNK):
        yield keys[first : first + CHUNK]
