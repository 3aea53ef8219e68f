"""Questionnaires: the list, the builder, and how one looks to who answers."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from assessments.forms.surveys import AnswerForm, QuestionnaireForm, QuestionRows, questions_said
from assessments.models.survey import Contact, Questionnaire
from assessments.permissions import surveys as permissions
from assessments.services import questionnaires as services
from assessments.services.questionnaires import QuestionnaireFacts
from assessments.views.surveys import questions_of, tabs, the_maker
from common.htmx import render_page
from common.posted import version as version_of
from common.refusals import refusal
from positions.models import Unit

_LARGEST_KEY = 2**63


def _find(request: HttpRequest, pk: int) -> tuple[User, Unit, Questionnaire]:
    user, unit = the_maker(request)
    if pk >= _LARGEST_KEY:
        raise Http404
    rows = Questionnaire.objects.visible_to(user).prefetch_related("questions")
    return user, unit, get_object_or_404(rows, pk=pk)


def _crumbs(*more: str) -> list[dict[str, str]]:
    way = [
        {"label": _("Contact-rate surveys"), "url": reverse("assessments:surveys")},
        {"label": _("Questionnaires"), "url": reverse("assessments:questionnaires")},
    ]
    return way + [{"label": label} for label in more]


@require_GET
def questionnaires(request: HttpRequest) -> HttpResponse:
    """The common ones and the unit's own."""
    user, unit = the_maker(request)
    rows = Questionnaire.objects.visible_to(user).prefetch_related("questions").order_by("kind", "unit_id", "name")
    labels = dict(Contact.choices)
    listed = [
        {
            "questionnaire": row,
            "may_edit": bool(permissions.may_edit_questionnaire(user, row)),
            "categories": list(dict.fromkeys(str(labels[question.category]) for question in row.questions.all())),
            "n": len(row.questions.all()),
        }
        for row in rows
    ]
    context = {"unit": unit, "rows": listed, "tab_items": tabs(user, "questionnaires")}
    return render_page(request, "assessments/surveys/questionnaires.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Build one, from nothing or from another (`?from=`)."""
    user, unit = the_maker(request)
    key = request.GET.get("from", "")
    base = Questionnaire.objects.visible_to(user).filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
    first: dict[str, Any] | None = None
    if base is not None:
        name = _("%(name)s (copy)") % {"name": base.name} if base.unit_id else _("%(name)s of %(unit)s") % {"name": base.name, "unit": unit}
        first = {"name": name[:80], "kind": base.kind, "introduction": base.introduction}
    return _builder(request, user, unit, None, first, base)


@require_http_methods(["GET", "POST"])
def questionnaire(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one of the unit; the common ones are only looked at."""
    user, unit, found = _find(request, pk)
    if not permissions.may_edit_questionnaire(user, found):
        if request.method == "POST":
            permissions.may_edit_questionnaire(user, found).require()
        return redirect("assessments:questionnaire_preview", pk=found.pk)
    first = {"name": found.name, "kind": found.kind, "introduction": found.introduction}
    return _builder(request, user, found.unit or unit, found, first, found)


def _builder(
    request: HttpRequest, user: User, unit: Unit, found: Questionnaire | None, first: dict[str, Any] | None, base: Questionnaire | None
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = QuestionnaireForm(data, initial=first)
    rows = QuestionRows(data, prefix="questions", initial=questions_of(base) if base else None)
    problem = ""
    valid = request.method == "POST" and form.is_valid() and rows.is_valid()
    if valid:
        said = form.cleaned_data
        facts = QuestionnaireFacts(said["name"], said["kind"], said["introduction"], questions_said(rows))
        problem = refusal(lambda: services.save(unit=unit, facts=facts, by=user, questionnaire=found, version=version_of(request)))
        if not problem:
            messages.success(request, _("The questionnaire has been saved. Surveys that are open keep their questions."))
            return redirect("assessments:questionnaires")
    heading = _("Change the questionnaire") if found else _("New questionnaire")
    context = {
        "form": form,
        "rows": rows,
        "problem": problem,
        "heading": heading,
        "unit": unit,
        "questionnaire": found,
        "crumbs": _crumbs(heading),
    }
    status = 422 if problem or (request.method == "POST" and not valid) else 200
    return render_page(request, "assessments/surveys/questionnaire.html", context, status=status)


@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """As people would answer it; nothing can be sent."""
    _user, _unit, found = _find(request, pk)
    form = AnswerForm(questions=questions_of(found), places=[], by_code=False)
    context = {"form": form, "introduction": found.introduction, "title": found.name, "back": reverse("assessments:questionnaires")}
    return render_page(request, "assessments/surveys/public/preview.html", context)
