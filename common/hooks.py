"""Announcements of a lower app, bound to reactions of upper apps in `config.bindings` and nowhere else."""

from collections.abc import Callable


class Hook:
    """A named list of callables, called in the announcing transaction with keyword arguments only."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._bound: list[Callable[..., None]] = []

    def bind(self, reaction: Callable[..., None]) -> None:
        """Add a reaction; binding the same one twice has no effect."""
        if reaction not in self._bound:
            self._bound.append(reaction)

    def __call__(self, **facts: object) -> None:
        for reaction in self._bound:
            reaction(**facts)
