"""“待研判事项”: what confidential evidence shows, for members of the discipline committee who may see all of it (ADR 0020)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from common.errors import DomainError
from common.htmx import render_page
from common.posted import ids_from
from common.refusals import refusal
from positions.models import BodyKind
from positions.scopes import scope_of
from regrading import confidential_selectors as selectors
from regrading.forms.proposals import ManyForm, WordsForm
from regrading.models import ConfidentialFinding
from regrading.permissions import confidential as permissions
from regrading.services import confidential as services

PER_PAGE = 50
_ASIDE = "aside_%s"  # two forms with the same field stand on one page


def the_member(request: HttpRequest) -> User:
    """Somebody of a discipline committee; for everybody else there is no such page."""
    user = request.user
    if not isinstance(user, User) or not scope_of(user).bodies.get(BodyKind.DISCIPLINE_COMMITTEE):
        raise Http404
    return user


def _find(request: HttpRequest, pk: int) -> tuple[User, ConfidentialFinding]:
    user = the_member(request)
    if pk >= 2**63:
        raise Http404
    rows: QuerySet[ConfidentialFinding] = selectors.with_rows(ConfidentialFinding.objects.visible_to(user))
    return user, get_object_or_404(rows, pk=pk)


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What waits, and what was dealt with."""
    user = the_member(request)
    return render_page(request, "regrading/confidential/list.html", selectors.page(user, request.GET.get("page", ""), PER_PAGE))


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Deal with many in the same words."""
    user = the_member(request)
    bound, chosen = ManyForm(request.POST), ids_from(request.POST.getlist("chosen"))
    if not bound.is_valid() or not chosen:
        messages.warning(request, _("Choose the matters and what is to become of them."))
        return redirect("regrading:confidential")
    try:
        done, left = services.deal_with(finding_ids=chosen, step=bound.cleaned_data["act"], words=bound.cleaned_data["words"], by=user)
    except DomainError as error:
        if error.status != DomainError.status:
            raise
        messages.error(request, str(error))
        return redirect("regrading:confidential")
    if done:
        messages.success(request, ngettext("%(n)d matter dealt with.", "%(n)d matters dealt with.", done) % {"n": done})
    for reason, n in left.items():
        messages.warning(request, _("%(n)d left out: %(reason)s") % {"n": n, "reason": reason})
    return redirect("regrading:confidential")


@require_GET
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them with its evidence, and the two things that can be done."""
    user, found = _find(request, pk)
    return _show(request, user, found, forward=WordsForm(), aside=WordsForm(auto_id=_ASIDE))


def _show(
    request: HttpRequest, user: User, found: ConfidentialFinding, *, forward: WordsForm, aside: WordsForm, status: int = 200
) -> HttpResponse:
    context = {
        "finding": found,
        "risk": found.risk,
        "told": selectors.told(found),
        "sources": selectors.sources(found),
        "verdict": permissions.may_consider(user, found),
        "forward": forward,
        "aside": aside,
        "crumbs": [{"label": _("Matters to be considered"), "url": reverse("regrading:confidential")}, {"label": str(found.pk)}],
    }
    return render(request, "regrading/confidential/finding.html", context, status=status)


@require_POST
def forward(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it before the leading group in one's own words."""
    user, found = _find(request, pk)
    return _act(
        request,
        user,
        found,
        name="forward",
        act=lambda data: services.forward(finding=found, grounds=data["words"], by=user, version=data["version"]),
        done=_("Put before the leading group. Your words and the level are all it reads."),
    )


@require_POST
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing follows from it."""
    user, found = _find(request, pk)
    return _act(
        request,
        user,
        found,
        name="aside",
        act=lambda data: services.set_aside(finding=found, reason=data["words"], by=user, version=data["version"]),
        done=_("Set aside. It comes back when there is something new."),
    )


def _act(
    request: HttpRequest, user: User, found: ConfidentialFinding, *, name: str, act: Callable[[dict[str, Any]], object], done: str
) -> HttpResponse:
    bound = WordsForm(request.POST, auto_id=_ASIDE if name == "aside" else "id_%s")
    forms = {"forward": WordsForm(), "aside": WordsForm(auto_id=_ASIDE)} | {name: bound}
    if not bound.is_valid():
        return _show(request, user, found, **forms, status=422)
    if problem := refusal(lambda: act(bound.cleaned_data)):
        bound.add_error("words", problem)
        return _show(request, user, found, **forms, status=422)
    messages.success(request, done)
    return redirect("regrading:confidential")
