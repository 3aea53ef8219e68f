"""What 001 lets stand in an integrity file (domain §5, protections). Pure."""

from collections.abc import Collection
from enum import StrEnum

from assessments.protections import Remedy, is_protected

NOT_ON_FILE = "not_on_file"


class Standing(StrEnum):
    """How a warning, and what follows from it, stands in the file of the person warned."""

    LEFT_OUT = "left_out"
    PROTECTED = "protected"  # entered with the mark that it is not held against the person
    MISTAKE = "mistake"  # the same, because it was an error made in trying something new
    ENTERED = "entered"


def of_remedy(remedy: Remedy) -> Standing:
    """谈心疏导 and 批评教育 that worked are not entered; others that worked carry their effect."""
    if remedy.worked and remedy.effect == NOT_ON_FILE:
        return Standing.LEFT_OUT
    return Standing.PROTECTED if is_protected(is_mistake=False, remedies=[remedy]) else Standing.ENTERED


def of_warning(*, is_mistake: bool, remedies: Collection[Remedy]) -> Standing:
    """A warning that led to nothing but what is not entered is not entered either: it would tell of what is left out."""
    if remedies and all(of_remedy(remedy) == Standing.LEFT_OUT for remedy in remedies):
        return Standing.LEFT_OUT
    if is_mistake:
        return Standing.MISTAKE
    return Standing.PROTECTED if is_protected(is_mistake=False, remedies=remedies) else Standing.ENTERED
