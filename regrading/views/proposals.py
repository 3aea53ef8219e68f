"""“等级调整建议”: what re-grading and the discipline committee propose, decided on one page, many at once."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from common.errors import DomainError
from common.htmx import render_page
from common.posted import ids_from
from common.refusals import refusal
from common.tables import configure
from positions.scopes import scope_of
from regrading import proposal_selectors as selectors
from regrading.filters import ProposalFilter
from regrading.forms.proposals import ACCEPT, DecisionForm
from regrading.permissions import proposals as permissions
from regrading.services import deciding
from regrading.tables import ProposalTable


def the_reader(request: HttpRequest) -> User:
    """Somebody of a leading group or its office; for everybody else there is no list."""
    user = request.user
    if not isinstance(user, User) or not permissions.reading_unit_ids(scope_of(user)):
        raise Http404
    return user


def _filter(user: User, data: Any) -> ProposalFilter:
    return ProposalFilter(data, queryset=selectors.to_read(user), unit_ids=permissions.reading_unit_ids(scope_of(user)))


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The list, rises first, the oldest first."""
    user = the_reader(request)
    chosen = _filter(user, request.GET)
    rows = selectors.with_rows(chosen.qs).order_by("-direction", "opened_on", "pk")
    table = ProposalTable(rows, viewer=user)
    configure(request, table)
    table.sparks = selectors.sparks([row.record.risk_id for row in table.page.object_list])
    decides = bool(permissions.may_decide_somewhere(user))
    context = {
        "filterset": chosen,
        "table": table,
        "waiting": selectors.waiting(user),
        "open_count": chosen.qs.open().count() if decides else 0,
        "decides": decides,
        "query": request.GET.urlencode(),
    }
    return render_page(request, "regrading/proposals/list.html", context)


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """First what exactly will happen, then, when the person is sure, the decision."""
    user = the_reader(request)
    permissions.may_decide_somewhere(user).require()
    bound = DecisionForm(request.POST)
    if not bound.is_valid():
        messages.error(request, _("Choose what to do, and keep the reason short."))
        return _back(request)
    data = bound.cleaned_data
    wanted = _wanted(request, user)
    if not wanted:
        messages.warning(request, _("Nothing was chosen that still has to be decided."))
        return _back(request)
    if not data["sure"]:
        return _preview(request, user, wanted, data)
    try:
        if data["act"] == ACCEPT:
            outcome = deciding.accept(proposal_ids=wanted, by=user, reason=data["reason"])
        else:
            outcome = deciding.decline(proposal_ids=wanted, by=user, reason=data["reason"])
    except DomainError as error:
        if error.status != DomainError.status:
            raise
        messages.error(request, str(error))
        return _back(request)
    _tell(request, outcome, accepted=data["act"] == ACCEPT)
    return _back(request)


def _preview(request: HttpRequest, user: User, wanted: list[int], data: dict[str, Any]) -> HttpResponse:
    problem = "" if data["act"] == ACCEPT else refusal(lambda: deciding.reason_to_keep(data["reason"]))
    if problem:
        messages.error(request, problem)
        return _back(request)
    seen = deciding.preview(proposal_ids=wanted, by=user)
    query = request.POST.get("query", "")[:2000]
    context = {
        "moves": selectors.moves_in_words(seen.moves),
        "left": list(seen.left.items()),  # a Counter has no usable .items in a template
        "count": len(seen.ids),
        "ids": ",".join(map(str, seen.ids)),
        "act": data["act"],
        "accepts": data["act"] == ACCEPT,
        "reason": data["reason"].strip(),
        "query": query,
        "back": _address(query),
        "crumbs": [{"label": _("Proposals of levels"), "url": _address(query)}, {"label": _("Decide")}],
    }
    return render(request, "regrading/proposals/confirm.html", context)


def _wanted(request: HttpRequest, user: User) -> list[int]:
    """Open proposals among those named, or all that the filter of the page shows."""
    if request.POST.get("all"):
        shown = _filter(user, QueryDict(request.POST.get("query", "")[:2000])).qs
        return list(shown.open().order_by("pk").values_list("pk", flat=True)[: deciding.MOST])
    named = ids_from([*request.POST.getlist("chosen"), request.POST.get("ids", "")])
    # What was decided in between stays in, so that it is told.
    return list(selectors.to_read(user).filter(pk__in=named).values_list("pk", flat=True))


def _address(query: str) -> str:
    url = reverse("regrading:proposals")
    return f"{url}?{query}" if query else url


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(_address(request.POST.get("query", "")[:2000]))


def _tell(request: HttpRequest, outcome: deciding.Outcome, *, accepted: bool) -> None:
    number = len(outcome.decided)
    if number and accepted:
        text = ngettext("The level of %(n)d risk point was adjusted.", "The levels of %(n)d risk points were adjusted.", number)
        messages.success(request, text % {"n": number})
    elif number:
        text = ngettext("The level of %(n)d risk point was kept.", "The levels of %(n)d risk points were kept.", number)
        messages.success(request, text % {"n": number})
    for reason, n in outcome.left.items():
        messages.warning(request, _("%(n)d left out: %(reason)s") % {"n": n, "reason": reason})
