"""Long lists of choices for forms."""

from collections.abc import Iterator, Sequence
from typing import Any, Self

from django.utils.choices import BaseChoiceIterator


class Listed(BaseChoiceIterator):
    """Keys with their words, as they are: Django looks through a plain list and copies each entry whenever a form is made."""

    def __init__(self, pairs: Sequence[tuple[Any, str]]) -> None:
        self.pairs = pairs

    def __iter__(self) -> Iterator[tuple[Any, str]]:
        return iter(self.pairs)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self
