"""How votes of a party committee come to a decision (ADR 0012). Pure.

Those entitled are the members in force who may take part: whoever is concerned, recused, or started the warning counts neither as present
nor as absent. Nothing is decided below the quorum, a part of those entitled (2/3 by default, rounded up). From the quorum on the first
decision that has the majority stands. When the majority for approval can no longer be reached, the warning is returned if more members want
that than its rejection, else it is rejected; a tie between the two returns it, which loses nothing.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from early_warnings.models import Majority, VoteDecision


@dataclass(frozen=True, slots=True)
class Rule:
    """The unit's setting."""

    quorum_numerator: int = 2
    quorum_denominator: int = 3
    majority: str = Majority.ENTITLED

    def quorum(self, entitled: int) -> int:
        """How many votes must be cast: the part of those entitled, rounded up, at least one."""
        return max(1, -(-entitled * self.quorum_numerator // self.quorum_denominator))

    def needed(self, entitled: int, cast: int) -> int:
        """How many equal votes decide when `cast` were cast."""
        if self.majority == Majority.TWO_THIRDS:
            return max(1, -(-entitled * 2 // 3))
        return (cast if self.majority == Majority.CAST else entitled) // 2 + 1


def outcome(votes: Iterable[str], entitled: int, rule: Rule) -> VoteDecision | None:
    """What the votes so far decide, or None while members are still to vote."""
    count = Counter(VoteDecision(vote) for vote in votes)
    cast = count.total()
    if cast < rule.quorum(entitled):
        return None
    needed = rule.needed(entitled, cast)
    for decision in VoteDecision:
        if count[decision] >= needed:
            return decision
    # With everybody still to come in favour, and counted as cast.
    hope = count[VoteDecision.APPROVE] + max(0, entitled - cast)
    if hope >= rule.needed(entitled, max(entitled, cast)):
        return None
    return VoteDecision.REJECT if count[VoteDecision.REJECT] > count[VoteDecision.RETURN] else VoteDecision.RETURN
