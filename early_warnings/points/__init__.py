"""The rules of counting points (记分制, domain §5). Pure: no database, no clock; dates and amounts come in as arguments."""

from early_warnings.points.cycles import Cycle, is_over, window, year_before
from early_warnings.points.leaders import Above, leader_of_department, leader_of_person
from early_warnings.points.rules import (
    Direction,
    PointRules,
    Problem,
    Standing,
    amount_problem,
    crossed,
    in_words,
    leader_share,
    reached,
    scheme_problems,
    standing,
)

__all__ = [
    "Above",
    "Cycle",
    "Direction",
    "PointRules",
    "Problem",
    "Standing",
    "amount_problem",
    "crossed",
    "in_words",
    "is_over",
    "leader_of_department",
    "leader_of_person",
    "leader_share",
    "reached",
    "scheme_problems",
    "standing",
    "window",
    "year_before",
]
