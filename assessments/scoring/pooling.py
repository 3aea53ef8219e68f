"""Levels with too few ballots to hide in are counted together (ADR 0014). Pure: no database, no language.

Whoever knows that only one superior was asked would read that superior's ballot off a level of its own. So a level is only told apart when
at least `SMALLEST_GROUP` stand in it; a smaller one is taken together with the next lower one, the last with the one above it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

# Of three, none knows the other two by knowing their own and the sum.
SMALLEST_GROUP = 3
JOIN = "+"
# From the closest on. Not taken from a mapping: PostgreSQL keeps the keys of a JSON value in an order of its own.
LEVELS = ("first", "second", "third")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Pool(Generic[B]):
    """The ballots of one or more levels together; `weight` (per cent) is what those levels weigh."""

    levels: tuple[str, ...]
    weight: Decimal
    ballots: tuple[B, ...]

    @property
    def label(self) -> str:
        """“second+third”, as it stands on a stored ballot."""
        return JOIN.join(self.levels)


def groups(sizes: Iterable[tuple[str, int]]) -> list[tuple[str, ...]]:
    """Which of the named groups (the closest first) go together; empty ones fall away.

    Fewer than `SMALLEST_GROUP` in all make one group: whether so few are counted at all is another rule (minimum of ballots).
    """
    made: list[list[str]] = []
    held: list[str] = []
    number = 0
    for name, size in sizes:
        if not size:
            continue
        held.append(name)
        number += size
        if number >= SMALLEST_GROUP:
            made.append(held)
            held, number = [], 0
    if held and made:
        made[-1] += held
    elif held:
        made.append(held)
    return [tuple(names) for names in made]


def labels(raters: Mapping[str, int], levels: Sequence[str] = LEVELS) -> dict[str, str]:
    """Level of a rater → what their ballot says of it, from how many are asked at each level.

    So a ballot never tells more than the result will, not even while it lies in the urn.
    """
    found = groups((level, raters.get(level, 0)) for level in levels)
    return {level: JOIN.join(together) for together in found for level in together}


def pool(ballots: Sequence[tuple[str, B]], weights: Mapping[str, Decimal]) -> list[Pool[B]]:
    """The ballots, each (label, content), in pools that are large enough. `weights`: level → per cent.

    Weights of levels taken together add up. Levels nobody was asked at, and pools without a ballot, are not there: whoever counts shares
    their weight out in proportion (divide by the sum of the weights that are there).
    """
    given = Counter(label for label, _content in ballots)
    known = sorted(given, key=lambda label: LEVELS.index(label.split(JOIN)[0]))
    pools = []
    for together in groups((label, given[label]) for label in known):
        levels = tuple(level for label in together for level in label.split(JOIN))
        content = tuple(content for label, content in ballots if label in together)
        pools.append(Pool(levels, sum((weights[level] for level in levels), Decimal(0)), content))
    return pools
