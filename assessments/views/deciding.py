"""Review by the discipline committee, confirmation by the party committee: everybody on one page, decided one by one or at once."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from assessments import deciding_page, round_page
from assessments.models import Result, Round
from assessments.permissions import results as permissions
from assessments.services import decision
from assessments.tables_results import DecidingTable
from assessments.views.rounds import find
from common.htmx import render_page
from common.posted import text as posted_text
from common.tables import configure
from positions.models import BodyKind

MOST = 500
PER_PAGE = 150


def _in(request: HttpRequest, pk: int, *, party: bool = False) -> tuple[User, Round]:
    """A member of the committee; for others the page does not exist."""
    user, found = find(request, pk)
    if not (permissions.is_party if party else permissions.is_discipline)(user, found):
        raise Http404
    return user, found


def _results(found: Round) -> QuerySet[Result]:
    rows = Result.objects.filter(assessed__round=found).current()
    return rows.select_related("assessed__round", "assessed__person", "assessed__department")


def _page(request: HttpRequest, user: User, found: Round, template: str, heading: str, may: Callable[[Result], Any]) -> HttpResponse:
    rows = _results(found)
    shown = rows.exclude(assessed__person=user)
    table = DecidingTable(deciding_page.gravest_first(shown), open_ids=set())
    configure(request, table, per_page=PER_PAGE)
    table.open_ids = {row.record.pk for row in table.page.object_list if may(row.record)}
    context = {
        "round": found,
        "table": table,
        # Without the own one, or the difference to the list would tell its grade before it is shown.
        "grades": deciding_page.grades(shown),
        "may_sign": bool(table.open_ids) or _is_left(shown, template, may),
        "own": rows.filter(assessed__person=user).exists(),
        "heading": heading,
        "crumbs": round_page.crumbs(found, heading),
    }
    return render_page(request, template, context | {"actions": deciding_page.actions(user, found, template)})


def _is_left(shown: QuerySet[Result], template: str, may: Callable[[Result], Any]) -> bool:
    """Whether there is something to sign on other pages of the list."""
    waiting = shown.filter(state=deciding_page.decides_on(template)).order_by("pk").first()
    return waiting is not None and bool(may(waiting))


@require_GET
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """For the discipline committee."""
    user, found = _in(request, pk)
    committee = permissions.members(found, BodyKind.DISCIPLINE_COMMITTEE)
    return _page(
        request,
        user,
        found,
        "assessments/results/review.html",
        _("Review of the results"),
        lambda row: permissions.may_review(user, row, committee),
    )


@require_GET
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """For the party committee."""
    user, found = _in(request, pk, party=True)
    heading = _("Confirmation of the results")
    committee = permissions.members(found, BodyKind.PARTY_COMMITTEE)
    return _page(
        request, user, found, "assessments/results/confirm.html", heading, lambda row: permissions.may_confirm(user, row, committee)
    )


def chosen(request: HttpRequest) -> list[int] | None:
    """The rows ticked; None for “all of them”."""
    if request.POST.get("all"):
        return None
    texts = request.POST.getlist("chosen")[:MOST]
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 18]


@require_POST
def review_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Review the chosen ones."""
    user, found = _in(request, pk)
    outcome = decision.review(found=found, by=user, result_ids=chosen(request), opinion=posted_text(request, "opinion"))
    _say(request, outcome, ngettext("%(n)d result was reviewed.", "%(n)d results were reviewed.", outcome.done))
    return redirect("assessments:review", pk)


@require_POST
def confirm_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the chosen ones."""
    user, found = _in(request, pk, party=True)
    outcome = decision.confirm(found=found, by=user, result_ids=chosen(request))
    _say(request, outcome, ngettext("%(n)d result was confirmed.", "%(n)d results were confirmed.", outcome.done))
    return redirect("assessments:confirm", pk)


def _say(request: HttpRequest, outcome: decision.Decided, text: str) -> None:
    if outcome.done:
        messages.success(request, text % {"n": outcome.done})
    for why in outcome.refused[:5]:
        messages.warning(request, why)
    if not outcome.done and not outcome.refused:
        messages.info(request, _("Choose at least one result that is still to be decided."))


@require_POST
def review_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to scoring."""
    user, found = _in(request, pk)
    decision.return_scores(found=found, by=user, opinion=posted_text(request, "reason"))
    messages.success(request, _("The scores were sent back. Results calculated so far are dropped."))
    return redirect(found.get_absolute_url())


@require_POST
def confirm_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The party committee's way back."""
    user, found = _in(request, pk, party=True)
    decision.send_back(found=found, by=user, opinion=posted_text(request, "reason"))
    messages.success(request, _("The scores were sent back. Results calculated so far are dropped."))
    return redirect(found.get_absolute_url())


@require_POST
def review_pass(request: HttpRequest, pk: int) -> HttpResponse:
    """On to the party committee."""
    user, found = _in(request, pk)
    decision.pass_on(found=found, by=user)
    messages.success(request, _("The results are with the party committee now."))
    return redirect(found.get_absolute_url())


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the results to whom they concern."""
    user, found = _in(request, pk, party=True)
    decision.publish(found=found, by=user)
    messages.success(request, _("The results are shown. Everybody who was assessed has got a notice."))
    return redirect(found.get_absolute_url())


@require_POST
def open_appeals(request: HttpRequest, pk: int) -> HttpResponse:
    """Before the calendar does."""
    user, found = _in(request, pk)
    decision.open_appeals(found=found, by=user)
    messages.success(request, _("Appeals can be made now."))
    return redirect(found.get_absolute_url())


@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """The round is final."""
    user, found = _in(request, pk)
    decision.finish(found=found, by=user)
    messages.success(request, _("The results are final. What follows from the grades holds from now on."))
    return redirect(found.get_absolute_url())
