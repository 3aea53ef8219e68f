"""Taking answers in. Nobody is known, and no answer is kept as such: it is added to the counts of its survey.

Nothing here writes an audit event, a history row, a log line or a time: each would say when somebody answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments.models.survey import Survey, SurveyTally
from assessments.services.surveys import code_hash, is_code
from assessments.states_surveys import SurveyState
from assessments.survey_rules import complete
from common.errors import DomainError, NotPossible


class CodeRefused(DomainError):
    """The code is none of this survey's, or was used already."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no to each question in their order; the key of the department it is about, where that is asked."""

    given: Sequence[bool | None]
    place: int | None = None


def why_not_now(survey: Survey) -> str:
    """Why no answer is taken today; empty when one is."""
    today = timezone.localdate()
    if survey.state == SurveyState.CANCELLED:
        return _("This survey was given up. Nothing needs to be answered any more.")
    if survey.state == SurveyState.CLOSED or today > survey.open_until:
        return _("This survey has ended; answers were taken until %(day)s. Thank you for your interest.") % {"day": survey.open_until}
    if survey.state == SurveyState.DRAFT or today < survey.open_from:
        return _("This survey has not begun yet: answers are taken from %(day)s on.") % {"day": survey.open_from}
    return ""


@transaction.atomic
def answer(*, survey: Survey, said: Answer, code: str = "") -> None:
    """Count one valid answer, and use up its code.

    Raises NotPossible (not open), CodeRefused, DomainError (incomplete); then nothing changes. The row of counts is locked first:
    answers of a survey are taken one after the other, and none arrives while it is being closed.
    """
    tally = SurveyTally.objects.select_for_update().get(survey_id=survey.pk)
    survey = Survey.objects.get(pk=survey.pk)
    if reason := why_not_now(survey):
        raise NotPossible(reason)
    _check(survey, said)
    if survey.by_code:
        _use(survey, code)
    add(tally, [said])
    tally.save()


def add(tally: SurveyTally, answers: Sequence[Answer]) -> None:
    """Add valid answers to the counts (not saved)."""
    for said in answers:
        contact = any(said.given)
        tally.n += 1
        tally.contacts += contact
        tally.yes = [count + bool(given) for count, given in zip(tally.yes, said.given, strict=True)]
        if said.place is not None:
            answered, met = tally.places.get(str(said.place), [0, 0])
            tally.places[str(said.place)] = [answered + 1, met + contact]


def _check(survey: Survey, said: Answer) -> None:
    if len(said.given) != len(survey.questions) or not complete(said.given):
        raise DomainError(_("Please answer every question with yes or no. Nothing was sent yet."))
    places = set(survey.places.values_list("pk", flat=True))
    if places and said.place not in places:
        raise DomainError(_("Please choose the department your answer is about. Nothing was sent yet."))
    if not places and said.place is not None:
        raise DomainError(_("This survey does not ask about a department."))


def _use(survey: Survey, code: str) -> None:
    if not is_code(code):
        raise CodeRefused(_("There is no such code. Check it letter by letter: it has ten signs. Nothing was sent."))
    rows = survey.codes.filter(code_hash=code_hash(survey, code))
    if rows.filter(is_used=False).update(is_used=True):
        return
    if rows.exists():
        raise CodeRefused(_("This code was used already: each code takes one answer. Nothing was sent."))
    raise CodeRefused(_("There is no such code in this survey. Check it letter by letter. Nothing was sent."))
