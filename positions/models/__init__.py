"""The organisation, its powers and its rules. Import models from here."""

from positions.models.bodies import Body, BodyKind, BodyMembership, BodyRole
from positions.models.flow import FlowLink, FlowStep, Hand, PanelMember, StepFunction, StepKind, StepMode
from positions.models.organisation import (
    LEADERSHIP_RANKS,
    Appointment,
    Department,
    DepartmentKind,
    DivisionOfWork,
    Position,
    Rank,
    Unit,
)
from positions.models.powers import Catalogue, HolderLevel, MajorMatter, PowerCategory, PowerItem, Requirement
from positions.models.rules import Rule

__all__ = [
    "LEADERSHIP_RANKS",
    "Appointment",
    "Body",
    "BodyKind",
    "BodyMembership",
    "BodyRole",
    "Catalogue",
    "Department",
    "DepartmentKind",
    "DivisionOfWork",
    "FlowLink",
    "FlowStep",
    "Hand",
    "HolderLevel",
    "MajorMatter",
    "PanelMember",
    "Position",
    "PowerCategory",
    "PowerItem",
    "Rank",
    "Requirement",
    "Rule",
    "StepFunction",
    "StepKind",
    "StepMode",
    "Unit",
]
