"""What a page of this app shows of upper apps without importing them; `config.bindings` says who answers. Unbound, the answer is empty."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Provider(Generic[T]):
    """A question with one answerer, called with keyword arguments only."""

    def __init__(self, name: str, empty: Callable[[], T]) -> None:
        self.name = name
        self._empty = empty
        self._answer: Callable[..., T] | None = None

    def bind(self, answer: Callable[..., T]) -> None:
        """Say who answers; a later binding takes the place of the former."""
        self._answer = answer

    def __call__(self, **facts: object) -> T:
        return self._answer(**facts) if self._answer else self._empty()


# Risk points on a power's steps that the person may see. Facts: user, item (PowerItem). Answer: key of the step as text (empty for risks on
# the power as a whole) → [{"id", "number", "title", "url", "level": {"label", "name", "colour", "severity"}}].
risks_on_power: Provider[dict[str, list[dict[str, Any]]]] = Provider("risks_on_power", dict)

# How many measures of risks that the person may see ask for each rule. Facts: user, rule_ids. Answer: rule id → count.
measures_asking_for: Provider[dict[int, int]] = Provider("measures_asking_for", dict)
