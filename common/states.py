"""One table of transitions for each state machine: services obey it, the database enforces it, diagrams are drawn from it.

See docs/developers/patterns.md for how an app writes its `states.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.db import models
from django.utils.translation import gettext as _

from common.errors import NotPossible


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table. `who`, `requires` and `told` are sentences for people; rules live in permissions and policies."""

    name: str
    sources: tuple[str, ...]
    target: str
    label: Any
    who: Any
    audit: str
    requires: Any = ""
    told: Any = ""


class StateTable:
    """The states of one model's field and the only ways between them."""

    def __init__(self, name: str, states: type[models.TextChoices], initial: str, transitions: Iterable[Transition]) -> None:
        self.name = name
        self.states = states
        self.initial = initial
        self.transitions = tuple(transitions)
        self._by_name = {t.name: t for t in self.transitions}
        if len(self._by_name) != len(self.transitions):
            raise ValueError(f"{name}: two transitions bear one name")

    def get(self, name: str) -> Transition:
        """The transition called `name`; KeyError when the table has none."""
        return self._by_name[name]

    def leaving(self, state: str) -> list[Transition]:
        """The transitions that start in `state`, in the table's order."""
        return [t for t in self.transitions if state in t.sources]

    def pairs(self) -> list[tuple[str, str]]:
        """Every (from, to) the table allows, once each, sorted."""
        return sorted({(source, t.target) for t in self.transitions for source in t.sources})

    def move(self, obj: models.Model, name: str, field: str = "state") -> Transition:
        """Set the field to the transition's target (not saved). Raises NotPossible when it does not start here."""
        transition = self.get(name)
        state = getattr(obj, field)
        if state not in transition.sources:
            raise NotPossible(
                _("“%(step)s” is not possible while it is “%(state)s”. Reload the page to see where it stands now.")
                % {"step": transition.label, "state": self.states(state).label}
            )
        setattr(obj, field, transition.target)
        return transition

    def guard(self, field: str = "state") -> pgtrigger.Trigger:
        """The trigger that makes the database refuse what the table does not have."""
        return pgtrigger.FSM(name=f"{field}_table", field=field, transitions=self.pairs())

    def mermaid(self) -> str:
        """The diagram kept in docs/states/, in English, with who may take each step."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for t in self.transitions:
            lines += [f"    {source} --> {t.target}: {t.name} ({t.who})" for source in t.sources]
        finals = {s for s in self.states.values if not self.leaving(s)}
        lines += [f"    {s} --> [*]" for s in self.states.values if s in finals]
        return "\n".join(lines) + "\n"


REGISTRY: dict[str, StateTable] = {}


def register(table: StateTable) -> StateTable:
    """Make a table known to `manage.py state_diagrams` and to the architecture test."""
    REGISTRY[table.name] = table
    return table
