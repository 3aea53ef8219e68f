"""The position risk index as arithmetic on plain values (003; domain §6): no database, no request, no language.

Four parts, each 0 to 100, the more the riskier: moral (the appraisal), power (power items held), control (risk points and how they are
kept in check), environment (contact rate). A part whose source is missing says so and then there is no total: nothing is guessed.
"""

from assessments.index.facts import AppraisalFact, ContactFact, FactorFact, PointFact, PowerFact
from assessments.index.overall import Index, combine
from assessments.index.parts import Figure, Part, control, environment, heaviest, missing, moral, power, survey_kind
from assessments.index.rules import PARTS, Band, IndexRules, problems

__all__ = [
    "PARTS",
    "AppraisalFact",
    "Band",
    "ContactFact",
    "FactorFact",
    "Figure",
    "Index",
    "IndexRules",
    "Part",
    "PointFact",
    "PowerFact",
    "combine",
    "control",
    "environment",
    "heaviest",
    "missing",
    "moral",
    "power",
    "problems",
    "survey_kind",
]
