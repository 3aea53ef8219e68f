"""Campaigns, forms, the register and the levels. Import models from here."""

from risks.models.campaign import Campaign, CampaignPhase, Examination, PhaseKind
from risks.models.content import Aspect, DefenceLine, FoundBy, MeasureKind, Method
from risks.models.declaration import (
    Decision,
    Declaration,
    EntryChange,
    EntryComment,
    EntryMeasure,
    Opinion,
    ReviewStep,
    RiskEntry,
    Signature,
    StepKindReview,
)
from risks.models.imported import ImportedPoints
from risks.models.levels import Answerer, Colour, GradingScheme, Level, LevelScale, SchemeKind
from risks.models.register import Measure, RiskPoint, Source

__all__ = [
    "Answerer",
    "Aspect",
    "Campaign",
    "CampaignPhase",
    "Colour",
    "Decision",
    "Declaration",
    "DefenceLine",
    "EntryChange",
    "EntryComment",
    "EntryMeasure",
    "Examination",
    "FoundBy",
    "GradingScheme",
    "ImportedPoints",
    "Level",
    "LevelScale",
    "Measure",
    "MeasureKind",
    "Method",
    "Opinion",
    "PhaseKind",
    "ReviewStep",
    "RiskEntry",
    "RiskPoint",
    "SchemeKind",
    "Signature",
    "Source",
    "StepKindReview",
]
