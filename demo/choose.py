"""Choices that are the same every time: from a digest of what is chosen for, never from a generator whose state depends on the order."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


def number(*key: object) -> int:
    """A large number that depends on the key alone."""
    return int.from_bytes(blake2b("|".join(map(str, key)).encode(), digest_size=8).digest())


def pick(options: Sequence[T], *key: object) -> T:
    """One of the options."""
    return options[number(*key) % len(options)]


def chance(percent: int, *key: object) -> bool:
    """True in about `percent` of a hundred cases."""
    return number("chance", *key) % 100 < percent


def weighted(weights: Sequence[tuple[T, int]], *key: object) -> T:
    """One of the options, as often as its weight says."""
    place = number("weighted", *key) % sum(weight for _option, weight in weights)
    for option, weight in weights:
        if place < weight:
            return option
        place -= weight
    raise AssertionError("place lies within the sum")
