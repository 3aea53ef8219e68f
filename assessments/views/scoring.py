"""Scoring: a sheet for the whole round, saved cell by cell, and one page a person for entries with their sources."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from assessments import line_words, result_selectors, round_page, scoring_page
from assessments.forms.results import FillForm, ItemForm, OverruleForm, ScoreForm
from assessments.models import Assessed, Method, Result, Round, ScoreItem
from assessments.models.result import ENTERED
from assessments.permissions import results as permissions
from assessments.services import decision, deriving, scores
from assessments.states_results import ResultState
from assessments.views.rounds import find
from common.errors import Conflict, DomainError
from common.htmx import render_page
from common.posted import text as posted_text
from common.posted import version as version_of

_LARGEST_KEY = 2**63
PER_PAGE = 100


def kept(request: HttpRequest, pk: int) -> tuple[User, Round]:
    """The person and a round they score; for others the page does not exist."""
    user, found = find(request, pk)
    if not permissions.is_discipline(user, found):
        raise Http404
    return user, found


def find_person(request: HttpRequest, pk: int) -> tuple[User, Assessed]:
    """The person and somebody they score: not themselves, and not before the ballots are counted."""
    user = request.user
    if not isinstance(user, User) or pk >= _LARGEST_KEY:
        raise Http404
    rows = Assessed.objects.visible_to(user).exclude(person=user).select_related("round__unit", "person", "department")
    assessed: Assessed = get_object_or_404(rows, pk=pk)
    if not permissions.is_discipline(user, assessed.round) or assessed.round.rating_closed_at is None:
        raise Http404
    return user, assessed


@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody with the four methods and what they come to; group by group, or only what is missing."""
    user, found = kept(request, pk)
    if found.rating_closed_at is None:
        raise Http404
    standings = result_selectors.standings(found)
    chosen = request.GET.get("group", "")
    may = permissions.may_score_round(user, found)
    page = Paginator(scoring_page.chosen(standings, chosen), PER_PAGE).get_page(request.GET.get("page"))
    dropped = Result.objects.filter(assessed__round=found, state=ResultState.DROPPED).exclude(opinion="").order_by("-pk").first()
    context = {
        "round": found,
        "may": may,
        "rows": [scoring_page.row(user, one, may=bool(may)) for one in page.object_list],
        "page": page,
        "tabs": scoring_page.tabs(found, standings, chosen),
        "missing": sum(not one.is_complete for one in standings),
        "total": len(standings),
        "methods": [*ENTERED[:1], Method.APPRAISAL, *ENTERED[1:]],
        "fill_form": FillForm(),
        "actions": scoring_page.actions(user, found, standings),
        "sent_back": dropped.opinion if dropped and may else "",
        "crumbs": round_page.crumbs(found, _("Scoring")),
    }
    return render_page(request, "assessments/scoring/sheet.html", context)


@require_POST
def cell(request: HttpRequest, pk: int) -> HttpResponse:
    """Save one score of the sheet as it is left; answers with the state of the cell and the person's total."""
    user, assessed = find_person(request, pk)
    method = request.POST.get("method", "")
    if method not in [m.value for m in ENTERED]:
        raise Http404
    problem = ""
    try:
        entry = scores.Entry(_number(posted_text(request, "score", 12)), posted_text(request, "grounds"))
        scores.enter(assessed=assessed, method=method, entry=entry, by=user, version=version_of(request))
    except Conflict as error:
        problem = str(error)
    except DomainError as error:
        if error.status != DomainError.status:
            raise
        problem = str(error)
    [standing] = result_selectors.standings(assessed.round, [assessed])
    context = {"row": scoring_page.row(user, standing, may=True), "cell": scoring_page.cell(standing, method), "problem": problem}
    return render(request, "assessments/scoring/_saved.html", context, status=422 if problem else 200)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace("，", ".").replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@require_POST
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """The same score and grounds for all who have none."""
    user, found = kept(request, pk)
    form = FillForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        number = scores.fill(found=found, method=data["method"], entry=form.entry(), by=user, group=data["group"])
        messages.success(request, ngettext("%(n)d score was entered.", "%(n)d scores were entered.", number) % {"n": number})
    else:
        messages.error(request, _("Enter a score from 0 to 100 and the grounds."))
    return redirect("assessments:scoring", pk)


@require_POST
def derive(request: HttpRequest, pk: int) -> HttpResponse:
    """Work the file scores out from the records."""
    user, found = kept(request, pk)
    number = deriving.derive(found=found, by=user)
    text = ngettext("The file score of %(n)d person was worked out.", "The file scores of %(n)d people were worked out.", number)
    messages.success(request, text % {"n": number})
    return redirect("assessments:scoring", pk)


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the round in for review."""
    user, found = kept(request, pk)
    decision.submit(found=found, by=user)
    messages.success(request, _("The results were calculated and handed in for review."))
    return redirect(found.get_absolute_url())


@require_http_methods(["GET", "POST"])
def score(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: the methods with their entries, and the calculation as it stands."""
    user, assessed = find_person(request, pk)
    problem, failed, bound = "", False, None
    method = request.POST.get("method", "")
    if request.method == "POST" and method in [m.value for m in ENTERED]:
        bound = ScoreForm(request.POST, prefix=method)
        failed = not bound.is_valid()
        if not failed:
            try:
                scores.enter(assessed=assessed, method=method, entry=bound.entry(), by=user, version=version_of(request))
            except DomainError as error:
                if error.status != DomainError.status:
                    raise
                problem = str(error)
            else:
                messages.success(request, _("The score was saved."))
                return redirect("assessments:score", pk)
    return _person_page(request, user, assessed, bound=(method, bound), problem=problem, failed=failed)


def _person_page(
    request: HttpRequest, user: User, assessed: Assessed, *, bound: tuple[str, Any] = ("", None), problem: str = "", failed: bool = False
) -> HttpResponse:
    [standing] = result_selectors.standings(assessed.round, [assessed])
    may = permissions.may_score(user, assessed)
    lines = standing.calculation.lines if standing.calculation else ()
    context = {
        "assessed": assessed,
        "round": assessed.round,
        "may": may,
        "problem": problem,
        "cards": scoring_page.cards(user, standing, bound, may=bool(may)),
        "reading": line_words.read(user, [line.to_json() for line in lines]) if lines else None,
        "calculation": standing.calculation,
        "neighbours": scoring_page.neighbours(assessed, user),
        "crumbs": scoring_page.crumbs(assessed),
    }
    return render_page(request, "assessments/scoring/score.html", context, status=422 if problem or failed else 200)


@require_POST
def item_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A finding or a talk with its points."""
    user, assessed = find_person(request, pk)
    form = ItemForm(request.POST, talks=scores.candidates(assessed, user))
    if not form.is_valid():
        problem = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return _person_page(request, user, assessed, problem=problem)
    data = form.cleaned_data
    item = scores.Item(data["what"], data["points"], data["source_label"], data.get("talk"))
    try:
        scores.add_item(assessed=assessed, method=data["method"], item=item, by=user)
    except DomainError as error:
        if error.status != DomainError.status:
            raise
        return _person_page(request, user, assessed, problem=str(error))
    messages.success(request, _("The entry was added and the score worked out anew."))
    return redirect("assessments:score", pk)


def _find_item(request: HttpRequest, pk: int) -> tuple[User, ScoreItem]:
    if pk >= _LARGEST_KEY:
        raise Http404
    item: ScoreItem = get_object_or_404(ScoreItem.objects.select_related("score__assessed__round"), pk=pk)
    user, _assessed = find_person(request, item.score.assessed_id)
    return user, item


@require_POST
def item_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an entry away that was made by hand."""
    user, item = _find_item(request, pk)
    scores.remove_item(item=item, by=user)
    messages.success(request, _("The entry was taken away and the score worked out anew."))
    return redirect("assessments:score", item.score.assessed_id)


@require_POST
def item_overrule(request: HttpRequest, pk: int) -> HttpResponse:
    """Count a derived entry differently, with grounds."""
    user, item = _find_item(request, pk)
    form = OverruleForm(request.POST)
    if not form.is_valid():
        return _person_page(request, user, find_person(request, item.score.assessed_id)[1], problem=_("Enter points from −100 to 100."))
    try:
        scores.overrule(item=item, points=form.cleaned_data["points"], grounds=form.cleaned_data["grounds"], by=user)
    except DomainError as error:
        if error.status != DomainError.status:
            raise
        return _person_page(request, user, find_person(request, item.score.assessed_id)[1], problem=str(error))
    messages.success(request, _("The entry counts differently now."))
    return redirect(reverse("assessments:score", args=[item.score.assessed_id]))
