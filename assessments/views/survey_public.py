"""The page on which a survey is answered, without signing in. Nobody is recognised (common.unwatched, ADR 0010).

What is kept for a while, in the cache only: how often a network tried, and that a form was sent, neither with what was answered.
"""

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.forms.surveys import AnswerForm
from assessments.models.survey import Survey
from assessments.services import survey_answers as services
from assessments.states_surveys import SurveyState
from common.errors import DomainError, NotPossible
from common.unwatched import too_often

# Generous for an office behind one address; too few to fill a survey, or to find a code.
ANSWERS, ANSWERS_SECONDS = 120, 3600
WRONG_CODES, WRONG_SECONDS = 10, 900
SENT_SECONDS = 12 * 3600


@login_not_required
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """The questions; once sent, thanks. What is missing or refused is said, and what was chosen stays."""
    survey = get_object_or_404(Survey.objects.exclude(state=SurveyState.DRAFT).select_related("unit"), key=key)
    if reason := services.why_not_now(survey):
        return _message(request, survey, reason)
    places = list(survey.places.all())
    form = AnswerForm(request.POST if request.method == "POST" else None, questions=survey.questions, places=places, by_code=survey.by_code)
    if request.method != "POST":
        return _page(request, survey, form)
    visitor = request.visitor  # type: ignore[attr-defined]
    if too_often("survey-code", visitor, most=WRONG_CODES, seconds=WRONG_SECONDS, count=False):
        form.errors.clear()
        return _page(
            request, survey, form, status=429, stop=_("Several wrong codes were entered from this network. Wait a quarter of an hour.")
        )
    if too_often("survey", visitor, most=ANSWERS, seconds=ANSWERS_SECONDS):
        form.errors.clear()
        return _page(request, survey, form, status=429, stop=_("Many answers came from this network. Try again in an hour."))
    if not form.is_valid():
        return _page(request, survey, form, status=422)
    return _count(request, survey, form)


def _count(request: HttpRequest, survey: Survey, form: AnswerForm) -> HttpResponse:
    # A second click or a reload sends the same form: counted once. Kept without what was answered.
    mark = "unwatched:survey:" + hashlib.sha256(f"{survey.key}{form.cleaned_data['once']}".encode()).hexdigest()
    if not cache.add(mark, 1, SENT_SECONDS):
        return _thanks(request, survey)
    try:
        services.answer(survey=survey, said=form.said(), code=form.cleaned_data.get("code", ""))
    except DomainError as refusal:
        cache.delete(mark)
        if isinstance(refusal, NotPossible):
            return _message(request, survey, str(refusal))
        if isinstance(refusal, services.CodeRefused):
            too_often("survey-code", request.visitor, most=WRONG_CODES, seconds=WRONG_SECONDS)  # type: ignore[attr-defined]
        form.add_error("code" if isinstance(refusal, services.CodeRefused) else None, str(refusal))
        return _page(request, survey, form, status=422)
    except BaseException:
        cache.delete(mark)
        raise
    return _thanks(request, survey)


def _page(request: HttpRequest, survey: Survey, form: AnswerForm, *, status: int = 200, stop: str = "") -> HttpResponse:
    context = {"survey": survey, "form": form, "introduction": survey.introduction, "stop": stop}
    return render(request, "assessments/surveys/public/answer.html", context, status=status)


def _message(request: HttpRequest, survey: Survey, reason: str) -> HttpResponse:
    return render(request, "assessments/surveys/public/message.html", {"survey": survey, "reason": reason}, status=410)


def _thanks(request: HttpRequest, survey: Survey) -> HttpResponse:
    return render(request, "assessments/surveys/public/thanks.html", {"survey": survey})
