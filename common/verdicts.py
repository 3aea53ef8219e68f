"""May this person do this to that, now? A yes, or a no with a sentence that buttons and errors share."""

from dataclasses import dataclass
from typing import Any

from common.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Verdict:
    """Truthy when allowed. `reason` is for people, in their language."""

    allowed: bool
    reason: Any = ""

    def __bool__(self) -> bool:
        return self.allowed

    def require(self) -> None:
        """Raise NotAllowed with the reason when the answer is no."""
        if not self.allowed:
            raise NotAllowed(self.reason)


YES = Verdict(True)


def no(reason: Any) -> Verdict:
    """A refusal with its reason."""
    return Verdict(False, reason)
