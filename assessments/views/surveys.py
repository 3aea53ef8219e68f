"""“接触率调查”: the list, the page of a survey with its result, the comparison, and the steps of a survey."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from assessments import quarters, survey_page
from assessments.filters_surveys import SurveyFilter
from assessments.forms.surveys import AnswerForm, SurveyForm
from assessments.models.survey import Questionnaire, Survey
from assessments.permissions import surveys as permissions
from assessments.querysets_surveys import making_unit_ids, reading_unit_ids
from assessments.services import surveys as services
from assessments.states_surveys import SurveyState
from assessments.survey_selectors import comparisons, result_of
from assessments.tables_surveys import SurveyTable
from audit.selectors import timeline
from common.htmx import render_page
from common.posted import text as posted_text
from common.posted import version as version_of
from common.refusals import refusal
from common.tables import configure
from positions.models import Unit
from positions.scopes import scope_of

_LARGEST_KEY = 2**63


def the_reader(request: HttpRequest) -> User:
    """Somebody who reads results of surveys; for everybody else there are none."""
    user = request.user
    if not isinstance(user, User) or not reading_unit_ids(scope_of(user)):
        raise Http404
    return user


def the_maker(request: HttpRequest) -> tuple[User, Unit]:
    """A member of a discipline committee, and the unit asked for among theirs, else the highest."""
    user = the_reader(request)
    units = list(Unit.objects.filter(pk__in=making_unit_ids(scope_of(user))).order_by("path"))
    if not units:
        raise Http404
    chosen = request.GET.get("unit", "")
    return user, next((unit for unit in units if str(unit.pk) == chosen), units[0])


def find(request: HttpRequest, pk: int) -> tuple[User, Survey]:
    """The person and a survey they may see; else it does not exist."""
    user = the_reader(request)
    if pk >= _LARGEST_KEY:
        raise Http404
    rows = Survey.objects.visible_to(user).select_related("unit", "questionnaire", "tally").prefetch_related("places")
    survey: Survey = get_object_or_404(rows, pk=pk)
    return user, survey


def to_make(request: HttpRequest, pk: int) -> tuple[User, Survey]:
    """The same for who makes it: a reader of its result has no such page."""
    user, survey = find(request, pk)
    if not permissions.may_make(user, survey.unit_id):
        raise Http404
    return user, survey


def crumbs(survey: Survey | None = None, *more: str) -> list[dict[str, str]]:
    """The way to a survey, or to what is named in `more`."""
    way = [{"label": _("Contact-rate surveys"), "url": reverse("assessments:surveys")}]
    if survey is not None:
        way.append({"label": survey.title, "url": survey.get_absolute_url()})
    return way + [{"label": label} for label in more]


def tabs(user: User, current: str) -> list[dict[str, Any]]:
    """Surveys, comparison; questionnaires for who makes them."""
    pages = [("surveys", _("Surveys")), ("surveys_compare", _("Comparison"))]
    if making_unit_ids(scope_of(user)):
        pages.append(("questionnaires", _("Questionnaires")))
    return [{"label": label, "url": reverse(f"assessments:{name}"), "active": name == current} for name, label in pages]


@require_GET
def surveys(request: HttpRequest) -> HttpResponse:
    """All that the person may see."""
    user = the_reader(request)
    filterset = SurveyFilter(request.GET, queryset=Survey.objects.visible_to(user).select_related("tally"))
    table = SurveyTable(filterset.qs)
    configure(request, table)
    context = {
        "filterset": filterset,
        "table": table,
        "tab_items": tabs(user, "surveys"),
        "may_make": bool(making_unit_ids(scope_of(user))),
    }
    return render_page(request, "assessments/surveys/list.html", context)


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Periods and departments beside each other, of one unit."""
    user = the_reader(request)
    units = list(Unit.objects.filter(pk__in=reading_unit_ids(scope_of(user))).order_by("path"))
    chosen = request.GET.get("unit", "")
    unit = next((one for one in units if str(one.pk) == chosen), units[0])
    rows: QuerySet[Survey] = Survey.objects.visible_to(user).closed().filter(unit=unit)
    found = comparisons(rows.select_related("tally").prefetch_related("places"))
    context = {"unit": unit, "units": units, "comparisons": found, "tab_items": tabs(user, "surveys_compare")}
    return render_page(request, "assessments/surveys/compare.html", context)


@require_GET
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """What it asks, how it is answered, and once it is closed the result."""
    user, found = find(request, pk)
    is_maker = bool(permissions.may_make(user, found.unit_id))
    address = survey_page.answer_address(request, found)
    result = result_of(found) if found.state == SurveyState.CLOSED else None
    context = {
        "survey": found,
        "period": quarters.in_words(found.period_start, found.period_end),
        "crumbs": [*crumbs(), {"label": found.title}],
        "steps": survey_page.steps(user, found),
        "is_maker": is_maker,
        "address": address,
        "qr": survey_page.qr_svg(address, str(_("QR code of the survey"))) if is_maker and found.state == SurveyState.OPEN else "",
        "questions": asked(found),
        "result": result,
        "chart": _places_chart(result) if result else None,
        "events": timeline(found) if is_maker else [],
    }
    return render_page(request, "assessments/surveys/survey.html", context)


def asked(found: Survey) -> list[dict[str, str]]:
    """The questions: of a draft, what its questionnaire says today."""
    if found.state == SurveyState.DRAFT:
        return questions_of(found.questionnaire)
    questions: list[dict[str, str]] = found.questions
    return questions


def questions_of(questionnaire: Questionnaire) -> list[dict[str, str]]:
    """As they would be asked today."""
    return [{"category": row.category, "text": row.text} for row in questionnaire.questions.all()]


def _places_chart(result: Any) -> dict[str, Any] | None:
    shown = [row for row in result.places if row.rate is not None]
    if len(shown) < 2:
        return None
    first = shown[0]
    return {
        "title": _("Highest where the answers are about %(place)s: at least %(low)s%%") % {"place": first.name, "low": first.rate.at_least},
        "categories": [_("%(period)s (n=%(n)d)") % {"period": row.name, "n": row.rate.n} for row in shown],
        "series": [{"label": _("at least"), "values": [row.rate.at_least for row in shown], "colour": "blue"}],
    }


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Draft a survey."""
    user, unit = the_maker(request)
    form = SurveyForm(request.POST if request.method == "POST" else None, unit=unit)
    made: list[Survey] = []
    problem = ""
    if request.method == "POST" and form.is_valid():
        problem = refusal(lambda: made.append(services.create(unit=unit, facts=form.facts(), by=user)))
        if not problem:
            messages.success(request, _("The survey has been drafted. Look at it as people will see it, then open it."))
            return redirect(made[0].get_absolute_url())
    return _form(request, form, problem, heading=_("New survey"), unit=unit, back=reverse("assessments:surveys"), way=crumbs())


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    user, found = to_make(request, pk)
    permissions.may_change(user, found).require()
    form = SurveyForm(request.POST if request.method == "POST" else None, unit=found.unit, survey=found)
    problem = ""
    if request.method == "POST" and form.is_valid():
        problem = refusal(lambda: services.update(survey=found, facts=form.facts(), by=user, version=version_of(request)))
        if not problem:
            messages.success(request, _("The survey has been saved."))
            return redirect(found.get_absolute_url())
    back = found.get_absolute_url()
    return _form(
        request, form, problem, heading=_("Change the survey"), unit=found.unit, back=back, way=crumbs(found), version=found.version
    )


def _form(request: HttpRequest, form: SurveyForm, problem: str, *, heading: str, way: list[Any], **more: Any) -> HttpResponse:
    context = {"form": form, "problem": problem, "heading": heading, "crumbs": [*way, {"label": heading}], **more}
    return render_page(request, "assessments/surveys/form.html", context, status=422 if problem or form.errors else 200)


@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The survey as it is answered; nothing can be sent."""
    _user, found = to_make(request, pk)
    form = AnswerForm(questions=asked(found), places=list(found.places.all()), by_code=found.by_code)
    introduction = found.questionnaire.introduction if found.state == SurveyState.DRAFT else found.introduction
    context = {"survey": found, "form": form, "introduction": introduction, "back": found.get_absolute_url()}
    return render_page(request, "assessments/surveys/public/preview.html", context)


@require_POST
def open_survey(request: HttpRequest, pk: int) -> HttpResponse:
    """Take answers from the first day on."""
    user, found = to_make(request, pk)
    services.open_survey(survey=found, by=user, version=version_of(request))
    messages.success(request, _("The survey is open. Hand out its address or its codes."))
    return redirect(found.get_absolute_url())


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End it."""
    user, found = to_make(request, pk)
    services.close(survey=found, by=user, version=version_of(request))
    messages.success(request, _("The survey has ended."))
    return redirect(found.get_absolute_url())


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it up."""
    user, found = to_make(request, pk)
    services.cancel(survey=found, reason=posted_text(request, "reason"), by=user, version=version_of(request))
    messages.success(request, _("The survey has been given up."))
    return redirect(found.get_absolute_url())
