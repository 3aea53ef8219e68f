"""Rule sets, scores, proposals. Import models from here."""

from regrading.models.confidential import ConfidentialFinding, ConfidentialSource, SourceKind
from regrading.models.proposal import Direction, Origin, Proposal
from regrading.models.rule_set import RuleSet
from regrading.models.score import Cause, Run, Score, ScoreChange

__all__ = [
    "Cause",
    "ConfidentialFinding",
    "ConfidentialSource",
    "Direction",
    "Origin",
    "Proposal",
    "RuleSet",
    "Run",
    "Score",
    "ScoreChange",
    "SourceKind",
]
