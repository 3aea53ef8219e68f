"""Questionnaires of a unit: rows of yes/no questions. A survey that is open keeps its own copy, so that changes never reach it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models.survey import Contact, Questionnaire, SurveyKind, SurveyQuestion
from assessments.permissions import surveys as permissions
from audit import services as audit
from common.errors import DomainError
from common.writes import lock
from positions.models import Unit

MOST_QUESTIONS = 30


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the builder."""

    category: str
    text: str


@dataclass(frozen=True, slots=True)
class QuestionnaireFacts:
    """What a questionnaire says; the questions in their order."""

    name: str
    kind: str
    introduction: str
    questions: Sequence[Question]


@transaction.atomic
def save(
    *, unit: Unit, facts: QuestionnaireFacts, by: User, questionnaire: Questionnaire | None = None, version: int | None = None
) -> Questionnaire:
    """Make a questionnaire of the unit, or change one. Raises NotAllowed, Conflict, DomainError (no name, no questions, twice the same)."""
    if questionnaire is None:
        permissions.may_make(by, unit.pk).require()
        questionnaire = Questionnaire(unit=unit)
    else:
        questionnaire = lock(Questionnaire.objects, questionnaire.pk, version=version)
        permissions.may_edit_questionnaire(by, questionnaire).require()
    questions = [Question(one.category, one.text.strip()) for one in facts.questions]
    _check(questionnaire, facts, questions)
    questionnaire.name, questionnaire.kind, questionnaire.introduction = facts.name.strip(), facts.kind, facts.introduction.strip()
    questionnaire._history_user = by  # type: ignore[attr-defined]
    questionnaire.save()
    for old in questionnaire.questions.all():
        old._history_user = by  # type: ignore[attr-defined]
        old.delete()
    for order, one in enumerate(questions, start=1):
        row = SurveyQuestion(questionnaire=questionnaire, order=order, category=one.category, text=one.text)
        row._history_user = by  # type: ignore[attr-defined]
        row.save()
    audit.record("questionnaire.saved", by=by, obj=questionnaire, detail={"questions": len(questions)})
    return questionnaire


def _check(questionnaire: Questionnaire, facts: QuestionnaireFacts, questions: Sequence[Question]) -> None:
    name = facts.name.strip()
    if not name or facts.kind not in SurveyKind.values:
        raise DomainError(_("Give the questionnaire a name and a kind."))
    if not questions:
        raise DomainError(_("A questionnaire needs at least one question."))
    if len(questions) > MOST_QUESTIONS:
        raise DomainError(_("At most %(most)d questions: a longer questionnaire is not answered.") % {"most": MOST_QUESTIONS})
    if any(not one.text or one.category not in Contact.values for one in questions):
        raise DomainError(_("Every question needs a text and a category."))
    if len({one.text for one in questions}) < len(questions):
        raise DomainError(_("The same question stands there twice."))
    if Questionnaire.objects.filter(unit=questionnaire.unit, name=name).exclude(pk=questionnaire.pk).exists():
        raise DomainError(_("A questionnaire of this name exists already."))
    if questionnaire.pk and facts.kind != questionnaire.kind and questionnaire.surveys.exists():
        raise DomainError(_("Surveys use this questionnaire: its kind stays."))
