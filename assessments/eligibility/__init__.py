"""Eligibility (评先评优、提拔任用廉政审查, domain §6): facts in, verdict with reasons out. Pure: no database, no clock."""

from assessments.eligibility.effects import Barred, Restraint, months_on, restraints
from assessments.eligibility.facts import Alert, Bar, Facts, Pending, PendingKind, PointStanding, Policy, Weight
from assessments.eligibility.names import Candidate, NameProblem, Resolution, Wanted, read_names, resolve
from assessments.eligibility.rules import Finding, Outcome, Purpose, Reason, ReasonKind, in_force, is_protected, judge
from assessments.protections import Remedy

__all__ = [
    "Alert",
    "Bar",
    "Barred",
    "Candidate",
    "Facts",
    "Finding",
    "NameProblem",
    "Outcome",
    "Pending",
    "PendingKind",
    "PointStanding",
    "Policy",
    "Purpose",
    "Reason",
    "ReasonKind",
    "Remedy",
    "Resolution",
    "Restraint",
    "Wanted",
    "Weight",
    "in_force",
    "is_protected",
    "judge",
    "months_on",
    "read_names",
    "resolve",
    "restraints",
]
