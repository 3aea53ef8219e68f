"""What a class declares once for all its instances, copied as deep as an instance may change it."""

from collections.abc import Mapping
from copy import copy
from typing import Any, Self


class Declared(dict[str, Any]):
    """Filters of a filter set or columns of a table by name.

    The libraries copy them to the last label whenever a list is shown, which takes as long as reading its rows. An instance sets
    attributes, and options in dictionaries: these are its own, everything else is shared.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return type(self)({name: _own(thing) for name, thing in self.items()})


def _own(thing: Any) -> Any:
    made = copy(thing)
    made.__dict__ = {name: dict(value) if isinstance(value, dict) else value for name, value in vars(thing).items()}
    if getattr(made, "method", None):
        made.method = made.method  # of a filter: what it sets refers to the filter itself
    return made


def declare(kind: type, attribute: str) -> None:
    """Let the class declare `attribute` (`base_filters`, `base_columns`) in this way."""
    known: Mapping[str, Any] = getattr(kind, attribute)
    setattr(kind, attribute, Declared(known))
