"""Rounds of assessment, their settings, surveys and everything that belongs to them. Import models from here."""

from assessments.models.appeal import Appeal
from assessments.models.ballots import AppraisalCount, Ballot, BallotKey, Urn
from assessments.models.effects import Restriction
from assessments.models.eligibility import EligibilityCheck, EligibilityLine, EligibilitySettings
from assessments.models.index import IndexSettings, PositionIndex
from assessments.models.result import ItemKind, MethodScore, Result, ScoreItem
from assessments.models.round import Assessed, Rater, Round, RoundGroup, RoundPhase
from assessments.models.settings import (
    Answer,
    Factor,
    Grade,
    GradeScale,
    Group,
    GroupSettings,
    Indicator,
    IndicatorSet,
    Method,
    RaterLevel,
    Relation,
    ResultScope,
)
from assessments.models.survey import (
    Contact,
    Questionnaire,
    Survey,
    SurveyAccess,
    SurveyCode,
    SurveyKind,
    SurveyQuestion,
    SurveyTally,
)

__all__ = [
    "Answer",
    "Appeal",
    "AppraisalCount",
    "Assessed",
    "Ballot",
    "BallotKey",
    "Contact",
    "EligibilityCheck",
    "EligibilityLine",
    "EligibilitySettings",
    "Factor",
    "Grade",
    "GradeScale",
    "Group",
    "GroupSettings",
    "IndexSettings",
    "Indicator",
    "IndicatorSet",
    "ItemKind",
    "Method",
    "MethodScore",
    "PositionIndex",
    "Questionnaire",
    "Rater",
    "RaterLevel",
    "Relation",
    "Restriction",
    "Result",
    "ResultScope",
    "Round",
    "RoundGroup",
    "RoundPhase",
    "ScoreItem",
    "Survey",
    "SurveyAccess",
    "SurveyCode",
    "SurveyKind",
    "SurveyQuestion",
    "SurveyTally",
    "Urn",
]
