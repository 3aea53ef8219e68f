"""Warnings, their settings and everything that belongs to one. Import models from here."""

from early_warnings.models.approval import ApprovalVote, VoteDecision
from early_warnings.models.disposition import Disposition, DispositionKind, Effect, OrderedBy
from early_warnings.models.highest import (
    Addressee,
    ControlGroup,
    ControlGroupMember,
    ControlMeeting,
    Escalation,
    MonitoringEntry,
    WarningReport,
)
from early_warnings.models.point_scheme import BehaviourField, PointBehaviour, PointScheme, PointThreshold
from early_warnings.models.points import PointBalance, PointClosing, PointEntry, PointSource, ThresholdHit
from early_warnings.models.rectification import RectificationMeasure, RectificationReport, Verification
from early_warnings.models.scheme import TIER_ORDER, LevelMapping, Tier, WarningLevel, WarningScheme
from early_warnings.models.settings import ApprovalMode, Limit, LimitedStep, Majority, WarningSettings
from early_warnings.models.statement import Statement, StatementOutcome
from early_warnings.models.warning import (
    ErrorKind,
    ResponsibleHow,
    SourceKind,
    SubjectKind,
    Warning,
    WarningLead,
    WarningRecusal,
    WarningTalk,
)

__all__ = [
    "TIER_ORDER",
    "Addressee",
    "ApprovalMode",
    "ApprovalVote",
    "BehaviourField",
    "ControlGroup",
    "ControlGroupMember",
    "ControlMeeting",
    "Disposition",
    "DispositionKind",
    "Effect",
    "ErrorKind",
    "Escalation",
    "LevelMapping",
    "Limit",
    "LimitedStep",
    "Majority",
    "MonitoringEntry",
    "OrderedBy",
    "PointBalance",
    "PointBehaviour",
    "PointClosing",
    "PointEntry",
    "PointScheme",
    "PointSource",
    "PointThreshold",
    "RectificationMeasure",
    "RectificationReport",
    "ResponsibleHow",
    "SourceKind",
    "Statement",
    "StatementOutcome",
    "SubjectKind",
    "ThresholdHit",
    "Tier",
    "Verification",
    "VoteDecision",
    "Warning",
    "WarningLead",
    "WarningLevel",
    "WarningRecusal",
    "WarningReport",
    "WarningScheme",
    "WarningSettings",
    "WarningTalk",
]
