"""Who makes and who reads surveys (domain §6): the unit's discipline committee; its head and its party committee read what is closed."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models.survey import Questionnaire, Survey
from assessments.states_surveys import SURVEY_TABLE, SurveyState
from common.verdicts import YES, Verdict, no
from positions.models import BodyKind
from positions.scopes import scope_of

NOT_YOURS = _("The discipline committee of the unit makes surveys.")


def may_make(user: User, unit_id: int | None) -> Verdict:
    """Make surveys and questionnaires of a unit."""
    if unit_id is not None and scope_of(user).sits_in(BodyKind.DISCIPLINE_COMMITTEE, unit_id):
        return YES
    return no(NOT_YOURS)


def _step(user: User, survey: Survey, step: str) -> Verdict:
    verdict = may_make(user, survey.unit_id)
    if verdict and survey.state not in SURVEY_TABLE.get(step).sources:
        return no(_("Not possible while the survey is “%(state)s”.") % {"state": SurveyState(survey.state).label})
    return verdict


def may_change(user: User, survey: Survey) -> Verdict:
    """Change a draft; once it is open, its questions and dates stay."""
    verdict = may_make(user, survey.unit_id)
    if verdict and survey.state != SurveyState.DRAFT:
        return no(_("Only a draft is changed: what people are asked stays the same until the end."))
    return verdict


def may_open(user: User, survey: Survey) -> Verdict:
    """Open it for answers."""
    return _step(user, survey, "open")


def may_close(user: User, survey: Survey) -> Verdict:
    """End it and see the result."""
    return _step(user, survey, "close")


def may_cancel(user: User, survey: Survey) -> Verdict:
    """Give it up."""
    return _step(user, survey, "cancel")


def may_make_codes(user: User, survey: Survey) -> Verdict:
    """Make codes: while it is drafted or open."""
    verdict = may_make(user, survey.unit_id)
    if verdict and not survey.by_code:
        return no(_("This survey is answered by an open link and needs no codes."))
    if verdict and survey.state not in (SurveyState.DRAFT, SurveyState.OPEN):
        return no(_("The survey has ended."))
    return verdict


def may_edit_questionnaire(user: User, questionnaire: Questionnaire) -> Verdict:
    """Change a questionnaire of the unit; the common ones are copied."""
    if questionnaire.unit_id is None:
        return no(_("A common questionnaire is copied to be changed."))
    return may_make(user, questionnaire.unit_id)
