"""One entry: proposed, read, decided on, taken back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from audit.selectors import timeline
from common.errors import DomainError
from common.htmx import render_page
from common.posted import text as posted_text
from common.posted import version as version_of
from common.verdicts import Verdict
from early_warnings import point_selectors as selectors
from early_warnings.forms.points import CounterForm, PointForm
from early_warnings.models import PointEntry
from early_warnings.permissions import points as permissions
from early_warnings.points import in_words
from early_warnings.services import points as services
from early_warnings.states_points import PointState
from early_warnings.views.points import in_committee, the_user, units_of

TONES = {
    PointState.PROPOSED: "warning",
    PointState.CONFIRMED: "success",
    PointState.REJECTED: "danger",
    PointState.WITHDRAWN: "neutral",
}
_RELATED = ("unit", "scheme", "behaviour", "person", "department", "place", "body", "proposed_by", "decided_by", "counter_of", "share_of")


def find(request: HttpRequest, pk: int) -> tuple[User, PointEntry]:
    """The person and an entry they may see; else it does not exist."""
    user = the_user(request)
    if pk >= 2**63:
        raise Http404
    rows = (
        PointEntry.objects.visible_to(user).select_related(*_RELATED, "warning").prefetch_related("hits__threshold__level", "hits__warning")
    )
    entry: PointEntry = get_object_or_404(rows, pk=pk)
    return user, entry


def crumbs(*last: str) -> list[dict[str, str]]:
    """Where an entry's pages hang."""
    return [{"label": _("Integrity points"), "url": reverse("warnings:points")}, *({"label": label} for label in last)]


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Propose points for somebody."""
    user = in_committee(request)
    posted = request.POST if request.method == "POST" else None
    form = PointForm(posted, user=user, units=units_of(user), initial={"holder": request.GET.get("holder", "")})
    problem = ""
    if posted is not None and form.is_valid():
        found = form.holder_chosen()
        if found is None:
            raise DomainError(_("This person or department cannot be chosen any more."))
        unit, holder = found
        try:
            entry = services.propose(unit=unit, holder=holder, facts=form.said(), by=user)
        except DomainError as error:
            if error.status != DomainError.status:
                raise
            problem = str(error)
        else:
            messages.success(request, _("Proposed. It counts once another member of the committee has confirmed it."))
            return redirect(entry.get_absolute_url())
    context = {"form": form, "problem": problem, "crumbs": crumbs(_("Enter points"))}
    return render_page(request, "warnings/points/new.html", context, status=422 if problem or form.errors else 200)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What an entry says. Who proposed and decided it, and what happened to it, is for those who handle it."""
    user, entry = find(request, pk)
    handles = PointEntry.objects.handled_by(user).filter(pk=entry.pk).exists()
    reader = selectors.Reader.of(user, [entry])
    related = PointEntry.objects.visible_to(user).select_related("behaviour")
    context = {
        "entry": entry,
        "points": in_words(entry.points),
        "tone": TONES[PointState(entry.state)],
        "source": reader.source(entry),
        "outcome": reader.outcome(entry),
        "opened": [hit for hit in entry.hits.all() if hit.warning_id in reader.warning_ids],
        "handles": handles,
        "steps": _steps(user, entry) if handles or entry.proposed_by_id == user.pk else [],
        "takes_back": related.filter(pk=entry.counter_of_id).first() if entry.counter_of_id else None,
        "counters": related.filter(counter_of=entry),
        "share_of": related.filter(pk=entry.share_of_id).first() if entry.share_of_id else None,
        "share": related.filter(share_of=entry).first(),
        "events": timeline(entry) if handles else [],
        "crumbs": crumbs(entry.holder_label),
    }
    return render_page(request, "warnings/points/entry.html", context)


def _steps(user: User, entry: PointEntry) -> list[dict[str, Any]]:
    """Next possible steps; those that are not for this person are left out once the entry is decided."""
    fields = {"version": entry.version}
    if entry.state == PointState.PROPOSED:
        decide = permissions.may_decide(user, entry)
        words = {"who": entry.holder_label, "points": in_words(entry.points)}
        found = []
        if entry.proposed_by_id == user.pk:
            found.append(_step("point_withdraw", _("Withdraw"), entry, permissions.may_withdraw(user, entry), fields=fields))
        confirm = _(
            "%(points)s points are entered on the account of %(who)s, who is told at once. It can only be taken back by a counter-entry."
        )
        found.append(_step("point_reject", _("Do not confirm"), entry, decide, danger=True, ask_reason=True, fields=fields))
        found.append(_step("point_confirm", _("Confirm"), entry, decide, primary=True, confirm=confirm % words, fields=fields))
        return found
    counter = permissions.may_counter(user, entry)
    if entry.state == PointState.CONFIRMED and entry.counter_of_id is None:
        return [_step("point_counter", _("Take points back"), entry, counter, method="get", icon="arrow-back-up")]
    return []


def _step(name: str, label: str, entry: PointEntry, verdict: Verdict, **more: Any) -> dict[str, Any]:
    url = reverse(f"warnings:{name}", args=[entry.pk])
    return {"label": label, "url": url, "allowed": bool(verdict), "reason": verdict.reason, **more}


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """It counts."""
    user, entry = find(request, pk)
    services.confirm(entry=entry, by=user, version=version_of(request))
    messages.success(request, _("Confirmed."))
    return redirect(entry.get_absolute_url())


@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """It does not count."""
    user, entry = find(request, pk)
    services.reject(entry=entry, by=user, reason=posted_text(request, "reason"), version=version_of(request))
    messages.success(request, _("Not confirmed. Who proposed it has been told."))
    return redirect(entry.get_absolute_url())


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own proposal back."""
    user, entry = find(request, pk)
    services.withdraw(entry=entry, by=user, version=version_of(request))
    messages.success(request, _("Withdrawn."))
    return redirect("warnings:points_waiting")


@require_http_methods(["GET", "POST"])
def counter(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose that a confirmed entry is taken back."""
    user, entry = find(request, pk)
    permissions.may_counter(user, entry).require()
    form: forms.Form = CounterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = services.counter(entry=entry, by=user, reason=form.cleaned_data["reason"])
        messages.success(request, _("Proposed. It counts once another member of the committee has confirmed it."))
        return redirect(made.get_absolute_url())
    context = {
        "entry": entry,
        "points": in_words(entry.points),
        "form": form,
        "crumbs": [*crumbs(), {"label": entry.holder_label, "url": entry.get_absolute_url()}, {"label": _("Take points back")}],
    }
    return render_page(request, "warnings/points/counter.html", context, status=422 if form.errors else 200)
