"""Surveys, made through the services."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from assessments.models import Questionnaire, Survey, SurveyAccess
from assessments.quarters import quarter_of
from assessments.services import survey_answers, surveys
from assessments.services.survey_answers import Answer
from tests.factories.organisation import SmallUnit


def common(kind: str = "external") -> Questionnaire:
    """The questionnaire every unit starts with."""
    return Questionnaire.objects.get(unit=None, kind=kind)


def facts(**changes: Any) -> surveys.SurveyFacts:
    """A survey about the quarter before this one that takes answers this week."""
    today: date = timezone.localdate()
    quarter = quarter_of(today).before()
    values: dict[str, Any] = {
        "title": "外部腐败接触率调查",
        "questionnaire": common(),
        "period_start": quarter.start,
        "period_end": quarter.end,
        "open_from": today,
        "open_until": today + timedelta(days=7),
        "access": SurveyAccess.LINK,
    }
    return surveys.SurveyFacts(**values | changes)


def draft(unit: SmallUnit, **changes: Any) -> Survey:
    """Drafted by the head of the discipline committee."""
    return surveys.create(unit=unit.unit, facts=facts(**changes), by=unit.discipline_head)


def opened(unit: SmallUnit, **changes: Any) -> Survey:
    """Open for answers by link."""
    return surveys.open_survey(survey=draft(unit, **changes), by=unit.discipline_head)


def with_codes(unit: SmallUnit, number: int = 3, **changes: Any) -> tuple[Survey, list[str]]:
    """Open for answers by code, and the codes."""
    survey = draft(unit, access=SurveyAccess.CODES, **changes)
    codes = surveys.make_codes(survey=survey, number=number, by=unit.discipline_head)
    return surveys.open_survey(survey=Survey.objects.get(pk=survey.pk), by=unit.discipline_head), codes


def said(survey: Survey, *yes: int, place: int | None = None) -> Answer:
    """Yes to the questions of these numbers (from 1), no to the others."""
    return Answer([number in yes for number in range(1, len(survey.questions) + 1)], place)


def answered(survey: Survey, contacts: int, n: int, *, places: Sequence[int | None] = (None,)) -> None:
    """So many answers, the first of them with contact (question 1)."""
    for at in range(n):
        yes = (1,) if at < contacts else ()
        survey_answers.answer(survey=survey, said=said(survey, *yes, place=places[at % len(places)]))


def closed(unit: SmallUnit, contacts: int = 3, n: int = 12, **changes: Any) -> Survey:
    """Ended, with so many answers."""
    survey = opened(unit, **changes)
    places: list[int | None] = [*survey.places.values_list("pk", flat=True)] or [None]
    answered(survey, contacts, n, places=places)
    return surveys.close(survey=survey, by=unit.discipline_head)
