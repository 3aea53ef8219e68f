"""Appeals: the assessed files one, the discipline committee answers, the party committee may send a correction back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from assessments import line_words, result_page
from assessments.forms.results import CHANGE, AnswerForm, AppealForm
from assessments.models import Appeal, MethodScore
from assessments.permissions import results as permissions
from assessments.querysets import committee_units
from assessments.services import appeals as services
from assessments.tables_results import AppealTable
from assessments.views.results import find as find_result
from assessments.views.results import the_user
from common.errors import DomainError
from common.htmx import render_page
from common.posted import text as posted_text
from common.posted import version as version_of
from common.tables import configure
from positions.scopes import scope_of

_LARGEST_KEY = 2**63


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Appeal against one's own result."""
    user, result = find_result(request, pk)
    if result.assessed.person_id != user.pk:
        raise Http404
    permissions.may_appeal(user, result).require()
    form = AppealForm(request.POST or None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            services.file(result=result, text=form.cleaned_data["text"], by=user)
        except DomainError as error:
            if error.status != DomainError.status:
                raise
            problem = str(error)
        else:
            messages.success(request, _("Your appeal was filed. You get a notice when it is answered."))
            return redirect(result.get_absolute_url())
    heading = _("Appeal against the result")
    context = {
        "result": result,
        "form": form,
        "problem": problem,
        "heading": heading,
        "until": result_page.appeal_until(result),
        "grade": result_page.grade_of(result),
        "crumbs": result_page.crumbs(user, result, heading),
    }
    status = 422 if problem or (request.method == "POST" and form.errors) else 200
    return render_page(request, "assessments/results/appeal_new.html", context, status=status)


def _committee(request: HttpRequest) -> User:
    user = the_user(request)
    if not committee_units(scope_of(user)):
        raise Http404
    return user


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The appeals of one's units: for both committees and the unit head."""
    user = _committee(request)
    rows = Appeal.objects.visible_to(user).exclude(by=user).select_related("result__assessed__round")
    table = AppealTable(rows.order_by("-at", "-pk"))
    configure(request, table)
    return render_page(request, "assessments/results/appeals.html", {"table": table})


def _find(request: HttpRequest, pk: int) -> tuple[User, Appeal]:
    user = the_user(request)
    if pk >= _LARGEST_KEY:
        raise Http404
    rows = Appeal.objects.visible_to(user).select_related(
        "result__assessed__round__unit", "result__assessed__person", "result__reviewed_by", "by", "answered_by", "corrected"
    )
    appeal: Appeal = get_object_or_404(rows, pk=pk)
    return user, appeal


@require_http_methods(["GET", "POST"])
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """The appeal with the calculation it is about; who may answers it here."""
    user, found = _find(request, pk)
    if found.by_id == user.pk and request.method == "GET":
        return redirect(found.result.get_absolute_url())
    may = permissions.may_answer(user, found)
    scores = {row.method: row for row in MethodScore.objects.filter(assessed=found.result.assessed_id)}
    form, problem = None, ""
    if request.method == "POST":
        may.require()
        form = AnswerForm(request.POST, scores=scores)
        if form.is_valid():
            try:
                _answer(found, form, user, version_of(request))
            except DomainError as error:
                if error.status != DomainError.status:
                    raise
                problem = str(error)
            else:
                messages.success(request, _("The appeal was answered."))
                return redirect(found.get_absolute_url())
    elif may:
        form = AnswerForm(scores=scores)
    context: dict[str, Any] = {
        "appeal": found,
        "result": found.result,
        "form": form,
        "may": may,
        "problem": problem,
        "grade": result_page.grade_of(found.result),
        "corrected_grade": result_page.grade_of(found.corrected) if found.corrected else None,
        "reading": line_words.read(user, found.result.lines),
        "sent_back": result_page.sent_back(found),
        "may_reopen": permissions.may_reopen(user, found),
        "crumbs": [{"label": _("Appeals"), "url": reverse("assessments:appeals")}, {"label": found.result.assessed.name}],
    }
    status = 422 if problem or (form is not None and form.errors) else 200
    return render_page(request, "assessments/results/appeal.html", context, status=status)


def _answer(found: Appeal, form: AnswerForm, user: User, version: int | None) -> None:
    answer = form.cleaned_data["answer"]
    if form.cleaned_data["outcome"] == CHANGE:
        services.change(appeal=found, answer=answer, entries=form.entries(), by=user, version=version)
    else:
        services.uphold(appeal=found, answer=answer, by=user, version=version)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own appeal back."""
    user, found = _find(request, pk)
    services.withdraw(appeal=found, by=user)
    messages.success(request, _("Your appeal was taken back."))
    return redirect(found.result.get_absolute_url())


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """The party committee sends the correction back."""
    user, found = _find(request, pk)
    services.reopen(appeal=found, opinion=posted_text(request, "reason"), by=user)
    messages.success(request, _("The correction was sent back. The appeal is to be answered again."))
    return redirect(found.get_absolute_url())
