"""What may be shown of a survey's counts (domain §6). Plain numbers in, plain numbers out."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assessments.interval import wilson


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of contact among `n` valid answers with its interval, as parts of one."""

    contacts: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share itself."""
        return self.contacts / self.n if self.n else 0.0

    @property
    def at_least(self) -> float:
        """The lower bound in per cent with one decimal, rounded down, so that “at least” stays true."""
        return math.floor(self.low * 1000) / 10

    @property
    def at_most(self) -> float:
        """The upper bound in per cent with one decimal, rounded up."""
        return math.ceil(self.high * 1000) / 10

    @property
    def percent(self) -> float:
        """The share in per cent with one decimal."""
        return round(self.share * 100, 1)


def rate(contacts: int, n: int, z: float) -> Rate:
    """The rate of so many among so many."""
    return Rate(contacts, n, *wilson(contacts, n, z))


def shown_places(answers: Mapping[int, int], minimum: int) -> frozenset[int]:
    """The places whose result may be shown, from the number of answers about each.

    Those below the minimum are hidden. Whoever knows the whole and the places shown can subtract: so what is hidden together must be at
    least two places and reach the minimum too, else the next smallest is hidden with them. Places without answers hide nothing.
    """
    answered = {place: n for place, n in answers.items() if n > 0}
    shown = {place for place, n in answered.items() if n >= minimum}
    hidden = set(answered) - shown
    for place in sorted(shown, key=lambda one: (answered[one], one)):
        if not hidden or (len(hidden) > 1 and sum(answered[one] for one in hidden) >= minimum):
            break
        hidden.add(place)
    return frozenset(answered) - hidden


def complete(given: Iterable[bool | None]) -> bool:
    """Whether an answer is valid: every question answered with yes or no."""
    return all(one is not None for one in given)
