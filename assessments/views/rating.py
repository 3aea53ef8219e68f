"""The rater's own pages: whom one is asked about, and one person's appraisal (ADR 0014).

Nothing that is chosen here is kept anywhere before it is handed in: no draft, no session, and the page that is to be checked carries the
answers itself. A vote, and whatever goes wrong with one, leaves no line in the audit trail that bears a name.
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from assessments import ballot_selectors as selectors
from assessments.ballot_selectors import Asked
from assessments.forms.rating import RatingForm
from assessments.services import ballots
from common.errors import DomainError
from common.htmx import render_page


@require_safe
def rating(request: HttpRequest) -> HttpResponse:
    """Whom I am asked about, and whom I still have to rate. Only I learn it."""
    asked = _asked(request)
    context = {
        "waiting": [one for one in asked if not one.answered],
        "done": [one for one in asked if one.answered],
        "is_closed": any(one.answered is None for one in asked),
        "asked": asked,
    }
    return render_page(request, "assessments/rating/list.html", context)


@sensitive_post_parameters()
@sensitive_variables("form")
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: the questions, a look at what was chosen, handed in, the next person."""
    asked = _asked(request)
    mine = next((one for one in asked if one.assessed.pk == pk), None)
    if mine is None:
        return _ended(request, pk)
    # From here on a failure is kept without a name: it would say who was about to vote (audit.middleware).
    request.is_unnamed = True  # type: ignore[attr-defined]
    if mine.answered:
        return _page(request, mine, asked, status=409 if request.method == "POST" else 200)
    group = mine.assessed.round.groups.get(group=mine.assessed.group)
    form = RatingForm(request.POST if request.method == "POST" else None, indicators=group.frozen.indicators)
    if request.method != "POST" or request.POST.get("step") == "change":
        return _page(request, mine, asked, form)
    if not form.is_valid():
        return _page(request, mine, asked, form, status=422)
    if request.POST.get("step") != "send":
        return _page(request, mine, asked, form, template="check.html")
    try:
        ballots.vote(assessed=mine.assessed, by=mine.rater.person, answers=form.answers())
    except DomainError as refusal:
        # Said here and not by the error pages, so that no refusal is recorded.
        return _page(request, mine, asked, form, status=refusal.status, problem=str(refusal))
    return _next(request, mine, asked)


def _ended(request: HttpRequest, pk: int) -> HttpResponse:
    """Too late is said to whom was asked; for everybody else there is nothing here."""
    user = request.user
    assessed = selectors.ended_for(user, pk) if isinstance(user, User) else None
    if assessed is None:
        raise Http404
    return render_page(request, "assessments/rating/ended.html", {"assessed": assessed}, status=410)


def _asked(request: HttpRequest) -> list[Asked]:
    user = request.user
    return selectors.to_rate(user) if isinstance(user, User) else []


def _page(
    request: HttpRequest,
    mine: Asked,
    asked: list[Asked],
    form: RatingForm | None = None,
    *,
    template: str = "rate.html",
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    same = [one for one in asked if one.assessed.round_id == mine.assessed.round_id]
    context = {
        "mine": mine,
        "assessed": mine.assessed,
        "form": form,
        "problem": problem,
        "number_done": sum(bool(one.answered) for one in same),
        "number_asked": len(same),
        "next": _following(mine, asked),
    }
    return render_page(request, f"assessments/rating/{template}", context, status=status)


def _following(mine: Asked, asked: list[Asked]) -> Asked | None:
    """The next person in the list without an answer, from its beginning again at its end."""
    at = asked.index(mine)
    return next((one for one in asked[at + 1 :] + asked[:at] if one.answered is False), None)


def _next(request: HttpRequest, mine: Asked, asked: list[Asked]) -> HttpResponse:
    # Kept in a cookie, not in the session; without a name.
    rest = sum(one.answered is False for one in asked) - 1
    if rest:
        text = ngettext(
            "Your answers were handed in. %(number)d more person to appraise.",
            "Your answers were handed in. %(number)d more people to appraise.",
            rest,
        )
        messages.success(request, text % {"number": rest})
    else:
        messages.success(request, _("Your answers were handed in. You have appraised everybody you were asked about. Thank you."))
    following = _following(mine, asked)
    return redirect("assessments:rate", following.assessed.pk) if following else redirect("assessments:rating")
