"""What a check says: which rule, which step, what is wrong and how to mend it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Severity(StrEnum):
    """An error breaks the rule; a warning asks for a second look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence for people. `step_key` is None when the whole chart is meant; `rule` is a key of `SOURCES`."""

    rule: str
    step_key: str | None
    text: str
    mend: str
    severity: Severity = Severity.ERROR

    @property
    def source(self) -> Any:
        """The rule by the name officials know it."""
        return SOURCES[self.rule]


# Rule → the name under which domain §2 and its seeds (000, 002, 004) have it.
SOURCES: Mapping[str, Promise] = {
    "chart": _("power flowchart"),
    "reach": _("power flowchart: every step can be reached and comes to an end"),
    "decision": _("power flowchart: a decision has its exits"),
    "responsible": _("every matter has its person, every person their duty"),
    "time": _("a limit of time is set for everything"),
    "five_hands": _("five-hand approval of finance"),
    "panel": _("panel for major approval and enforcement"),
    "collective": _("collective decision, the head speaks last"),
    "separation": _("decision, execution and supervision apart"),
}

# Without these a drawing is no flowchart; they forbid handing a catalogue on, the others are for people to judge.
STRUCTURE = frozenset({"chart", "reach"})
