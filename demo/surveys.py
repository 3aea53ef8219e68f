"""Contact-rate surveys of the bureau, told by running the services on the days of the story (see `demo.clock`).

The quarters are those of the calendar on the day of loading: four that have been asked about, and the next one, whose survey is open.
"""

import tomllib
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from assessments.models import Questionnaire, Survey, SurveyAccess, SurveyTally
from assessments.quarters import Quarter, quarter_of
from assessments.services import survey_answers, surveys
from assessments.services.survey_answers import Answer
from demo import clock
from demo.dates import Calendar
from demo.organisation import World
from notifications.models import Notice

ASKED_AFTER, ASKED_FOR = 7, 20  # a quarter is asked about from a week after its end, for so many days
OPEN_SINCE, OPEN_FOR = 5, 14
FINISHED = 4


@cache
def _texts() -> dict[str, Any]:
    with (Path(__file__).resolve().parent / "surveys.toml").open("rb") as file:
        return tomllib.load(file)


def tell(world: World, calendar: Calendar) -> int:
    """Write them; returns how many there are."""
    quarters = _finished(calendar.today)
    by = world.people["A005"]
    for at, text in enumerate(_texts()["closed"]):
        quarter = quarters[at // 2]
        begins = quarter.end + timedelta(days=ASKED_AFTER)
        survey = _ask(world, text, quarter, begins, begins + timedelta(days=ASKED_FOR), by)
        with clock.at(_moment(begins + timedelta(days=ASKED_FOR + 1), 16)):
            surveys.close(survey=survey, by=_again(by))
    begins = calendar.today - timedelta(days=OPEN_SINCE)
    _ask(world, _texts()["open"], quarters[-1].after(), begins, begins + timedelta(days=OPEN_SINCE + OPEN_FOR), by)
    Notice.objects.filter(kind="survey", read_at=None).update(read_at=F("created_at") + timedelta(hours=5))
    return Survey.objects.filter(unit=world.unit).count()


def _finished(today: date) -> list[Quarter]:
    """From the oldest, those whose survey has ended by today."""
    quarter = quarter_of(today).before()
    if quarter.end + timedelta(days=ASKED_AFTER + ASKED_FOR + 1) >= today:
        quarter = quarter.before()
    found = [quarter]
    while len(found) < FINISHED:
        found.append(found[-1].before())
    return found[::-1]


def _ask(world: World, text: dict[str, Any], quarter: Quarter, begins: date, ends: date, by: User) -> Survey:
    questionnaire = Questionnaire.objects.get(unit=None, kind=text["kind"])
    facts = surveys.SurveyFacts(
        title=f"{quarter.year}年第{quarter.number}季度{'外部' if text['kind'] == 'external' else '内部'}腐败接触率调查",
        questionnaire=questionnaire,
        period_start=quarter.start,
        period_end=quarter.end,
        open_from=begins,
        open_until=ends,
        access=SurveyAccess.LINK,
        places=[world.departments[name] for name in text.get("places", {})],
    )
    with clock.at(_moment(begins, 9)):
        survey = surveys.create(unit=world.unit, facts=facts, by=_again(by))
        survey = surveys.open_survey(survey=survey, by=_again(by))
    tally = SurveyTally.objects.get(survey=survey)
    survey_answers.add(tally, _answers(world, text, len(survey.questions)))
    tally.save()
    return survey


def _answers(world: World, text: dict[str, Any], questions: int) -> list[Answer]:
    about = [(world.departments[name].pk, *numbers) for name, numbers in text.get("places", {}).items()] or [(None, *text["answers"])]
    found = []
    for place, n, contacts in about:
        for at in range(n):
            yes = text["asked"][at % len(text["asked"])] if at < contacts else 0
            found.append(Answer([number == yes for number in range(1, questions + 1)], place))
    return found


def _moment(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, 20)))


def _again(person: User) -> User:
    """As the next request finds them: nothing computed on another day is kept."""
    return User.objects.get(pk=person.pk)
