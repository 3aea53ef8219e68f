"""What 001 keeps from being held against a person (domain §5): one rule for the score of the file and for eligibility. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

# “Does not lead to discipline” is about discipline and protects from nothing else.
PROTECTING = frozenset({"not_on_file", "no_effect_on_appointment"})


@dataclass(frozen=True, slots=True)
class Remedy:
    """A disposition of the person that was not cancelled: whether it worked, and its effect then."""

    worked: bool
    effect: str


def is_protected(*, is_mistake: bool, remedies: Collection[Remedy]) -> bool:
    """An error made in trying something new is never held against anybody; else every disposition worked, with an effect that protects."""
    return is_mistake or (bool(remedies) and all(remedy.worked and remedy.effect in PROTECTING for remedy in remedies))
