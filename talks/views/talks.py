"""“约谈”: the list, the page of a talk, its paper, and the steps that need a button only."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from audit.selectors import timeline
from common.htmx import render_page
from common.posted import text as posted_text
from common.posted import version as version_of
from common.tables import configure
from positions.models import BodyKind
from positions.scopes import scope_of
from talks import choices, filters, talk_page
from talks.models import Talk
from talks.permissions import talks as permissions
from talks.services import talks as services
from talks.tables import TalkTable

LONGEST_OPINION = 4000


def the_user(request: HttpRequest) -> User:
    """Signed in, and no administrator: they have no talks to see."""
    user = request.user
    if not isinstance(user, User) or not scope_of(user).unit_ids:
        raise Http404
    return user


def find(request: HttpRequest, pk: int) -> tuple[User, Talk]:
    """The person and a talk they may see; else it does not exist."""
    user = the_user(request)
    if pk >= 2**63:
        raise Http404
    rows = Talk.objects.visible_to(user).select_related("unit", "person", "talker", "recorder").prefetch_related("attendees")
    talk: Talk = get_object_or_404(rows, pk=pk)
    return user, talk


def _tabs(user: User, chosen: str) -> list[dict[str, Any]]:
    seen = Talk.objects.visible_to(user)
    labels = [(filters.TO_HOLD, _("To hold")), (filters.WITH_ME, _("With me")), (filters.DONE, _("Done"))]
    if scope_of(user).bodies.get(BodyKind.DISCIPLINE_COMMITTEE):
        labels.append((filters.ALL, _("All of the unit")))
    counted = (filters.TO_HOLD,)
    return [
        {
            "label": label,
            "url": f"{reverse('talks:index')}?tab={tab}",
            "active": tab == chosen,
            "count": filters.of_tab(seen, tab, user).count() if tab in counted else None,
        }
        for tab, label in labels
    ]


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Mine to hold, with me, done; for the discipline committee all of the unit."""
    user = the_user(request)
    tab = request.GET.get("tab", filters.TO_HOLD)
    tabs = _tabs(user, tab)
    seen = filters.of_tab(Talk.objects.visible_to(user), tab, user).annotate(people=Count("attendees"))
    filterset = filters.TalkFilter(request.GET, queryset=seen)
    order = [F("due_on").asc(nulls_last=True), "-pk"] if tab == filters.TO_HOLD else ["-pk"]
    table = TalkTable(filterset.qs.order_by(*order))
    configure(request, table)
    context = {
        "filterset": filterset,
        "table": table,
        "tab_items": tabs,
        "tab": tab,
        "may_plan": bool(choices.kinds_for(user)),
        "may_set_limits": bool(scope_of(user).bodies.get(BodyKind.DISCIPLINE_COMMITTEE)),
    }
    return render_page(request, "talks/list.html", context)


@require_GET
def talk(request: HttpRequest, pk: int) -> HttpResponse:
    """What it is about, the record, the answer, and what happened."""
    user, found = find(request, pk)
    context = {
        "talk": found,
        "crumbs": crumbs(found),
        "steps": talk_page.steps(user, found),
        "shows_record": talk_page.shows_record(user, found),
        "source": found.source_label if permissions.may_see_source(user, found) else "",
        "events": timeline(found),
        "years": talk_page.years_not_announced(found),
    }
    return render_page(request, "talks/talk.html", context)


@require_GET
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The record as it prints: 约谈(诫勉谈话)记录."""
    user, found = find(request, pk)
    if not talk_page.shows_record(user, found):
        raise Http404
    context = {"talk": found, "crumbs": [*crumbs(found), {"label": _("Paper")}]}
    return render_page(request, "talks/paper.html", context)


def crumbs(found: Talk) -> list[dict[str, str]]:
    """The way to a talk."""
    return [{"label": _("Talks"), "url": reverse("talks:index")}, {"label": found.number, "url": found.get_absolute_url()}]


def _done(request: HttpRequest, found: Talk, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect(found.get_absolute_url())


@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the person time and place."""
    user, found = find(request, pk)
    services.invite(talk=found, by=user, version=version_of(request))
    return _done(request, found, _("The invitation has been sent."))


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The person confirms the record."""
    user, found = find(request, pk)
    opinion = posted_text(request, "reason", LONGEST_OPINION)
    services.confirm(talk=found, by=user, opinion=opinion, version=version_of(request))
    return _done(request, found, _("You have confirmed the record."))


@require_POST
def unsigned(request: HttpRequest, pk: int) -> HttpResponse:
    """Why the person does not sign."""
    user, found = find(request, pk)
    services.note_unsigned(talk=found, reason=posted_text(request, "reason"), by=user, version=version_of(request))
    return _done(request, found, _("Noted with the record."))


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer does not do."""
    user, found = find(request, pk)
    services.send_back(talk=found, reason=posted_text(request, "reason"), by=user, version=version_of(request))
    return _done(request, found, _("The answer has been sent back."))


@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Close it."""
    user, found = find(request, pk)
    services.finish(talk=found, opinion=posted_text(request, "reason", LONGEST_OPINION), by=user, version=version_of(request))
    return _done(request, found, _("The talk is finished."))


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """It will not take place."""
    user, found = find(request, pk)
    services.cancel(talk=found, reason=posted_text(request, "reason"), by=user, version=version_of(request))
    messages.success(request, _("The talk has been cancelled."))
    return redirect("talks:index")
