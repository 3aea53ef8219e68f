"""“待我审核”: the queue, and a whole form read and decided on one page."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from audit.selectors import timeline
from common.errors import DomainError
from common.htmx import render_page
from common.tables import configure
from positions.scopes import scope_of
from risks import review_selectors as selectors
from risks.form_selectors import form_page
from risks.forms.review import CommentForm, DecisionForm, levels_from
from risks.models import Decision, Declaration, RiskEntry
from risks.permissions import review as permissions
from risks.services import review as services
from risks.services.forms import entries_of
from risks.states import FormState
from risks.tables.review import DecidedTable, QueueTable
from risks.views.form_parts import TONES, title
from risks.views.grading_parts import group_actions

PER_PAGE = 50
QUICK = (
    gettext_lazy("The risk is described in general words only: name the step and the act in this post."),
    gettext_lazy("The measures cannot be checked: say who does what, how, and by when."),
    gettext_lazy("Much the same as a colleague's: look again for the risks of your own duties."),
    gettext_lazy("The level is not well founded: give the reasons for probability and harm."),
    gettext_lazy("The finding is incomplete: go through the power catalogue and the flowcharts again."),
)


def the_user(request: HttpRequest) -> User:
    """The signed-in person."""
    assert isinstance(request.user, User)
    return request.user


def find_form(request: HttpRequest, pk: int) -> Declaration:
    """A form the person may see, other than drafts; else it does not exist."""
    if pk >= 2**63:
        raise Http404
    forms = form_page(the_user(request)).exclude(state__in=[FormState.DRAFT, FormState.CANCELLED])
    declaration: Declaration = get_object_or_404(forms, pk=pk)
    return declaration


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Forms that wait for me; and those I decided on."""
    user = the_user(request)
    if not scope_of(user).unit_ids:
        raise Http404
    done = request.GET.get("tab") == "done"
    waiting = selectors.waiting_for(user)
    table = DecidedTable(selectors.decided_by(user)) if done else QueueTable(waiting)
    configure(request, table, PER_PAGE)
    count = waiting.count()
    address = reverse("risks:review")
    tabs = [
        {"label": _("Waiting for me"), "url": address, "active": not done, "count": count},
        {"label": _("Decided by me"), "url": f"{address}?tab=done", "active": done},
    ]
    return render_page(request, "risks/review/queue.html", {"table": table, "tabs": tabs, "done": done, "count": count})


@require_GET
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole form on one page."""
    declaration = find_form(request, pk)
    return render(request, "risks/review/form.html", _page(request, declaration, DecisionForm(initial={"version": declaration.version})))


def _page(request: HttpRequest, declaration: Declaration, bound: DecisionForm, *, chosen: dict[int, int] | None = None) -> dict[str, Any]:
    user = the_user(request)
    step = services.current_step(declaration)
    entries = entries_of(declaration)
    return {
        "declaration": declaration,
        "form_title": title(declaration),
        "state": {"label": declaration.get_state_display(), "tone": TONES[FormState(declaration.state)]},
        "due": selectors.deadline_of(declaration),
        "step": step,
        "way": selectors.way_of(declaration),
        "views": selectors.risk_views(declaration, entries, user, chosen),
        "levels": selectors.levels_of(declaration),
        "verdict": permissions.may_decide(user, declaration, step),
        "may_comment": bool(permissions.may_comment(user, declaration, step)),
        "opinions": declaration.opinions.all(),
        "signature": declaration.signatures.last(),
        "events": timeline(declaration, limit=30),
        "form": bound,
        "comment_form": CommentForm(),
        "quick": QUICK,
        "next_form": _next(user, declaration.pk),
        "group": group_actions(user, declaration, entries),
        "crumbs": [{"label": _("Review"), "url": reverse("risks:review")}, {"label": title(declaration)}],
    }


def _next(user: User, pk: int) -> int | None:
    return selectors.waiting_for(user).exclude(pk=pk).values_list("pk", flat=True).first()


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree or return; then on to the next form."""
    declaration = find_form(request, pk)
    user = the_user(request)
    bound, levels = DecisionForm(request.POST), levels_from(request.POST)
    if not bound.is_valid():
        return render(request, "risks/review/form.html", _page(request, declaration, bound, chosen=levels), status=422)
    data = bound.cleaned_data
    try:
        services.decide(
            declaration=declaration, by=user, decision=data["decision"], opinion=data["opinion"], levels=levels, version=data["version"]
        )
    except DomainError as error:
        if error.status != DomainError.status:
            raise
        bound.add_error(None, str(error))
        return render(request, "risks/review/form.html", _page(request, declaration, bound, chosen=levels), status=422)
    words = {"form": services.title_of(declaration)}
    agreed = data["decision"] == Decision.AGREED
    messages.success(request, (_("Agreed: “%(form)s”.") if agreed else _("Returned: “%(form)s”.")) % words)
    following = _next(user, pk)
    return redirect("risks:review_form", pk=following) if following else redirect("risks:review")


@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Remark on one risk."""
    if pk >= 2**63:
        raise Http404
    user = the_user(request)
    entry: RiskEntry = get_object_or_404(RiskEntry.objects.visible_to(user).select_related("declaration"), pk=pk)
    bound = CommentForm(request.POST)
    error = ""
    if bound.is_valid():
        try:
            services.comment(entry=entry, by=user, text=bound.cleaned_data["text"])
        except DomainError as fault:
            if fault.status != DomainError.status:
                raise
            error = str(fault)
    else:
        error = " ".join(str(fault) for fault in bound.errors.get("text", []))
    if request.headers.get("HX-Request"):
        context = {"entry": entry, "may_comment": True, "error": error, "typed": request.POST.get("text", "") if error else ""}
        return render(request, "risks/review/comments.html", context, status=422 if error else 200)
    if error:
        messages.error(request, error)
    return redirect(_back(request) or reverse("risks:review_form", args=[entry.declaration_id]))


def _back(request: HttpRequest) -> str | None:
    to = request.POST.get("next", "")
    return to if to.startswith("/") and url_has_allowed_host_and_scheme(to, allowed_hosts=None) else None


@require_POST
def batch(request: HttpRequest) -> HttpResponse:
    """Agree to several forms at once; those with hints or without levels are left for reading."""
    user = the_user(request)
    if not scope_of(user).unit_ids:
        raise Http404
    wanted = {int(value) for value in request.POST.getlist("chosen") if value.isascii() and value.isdigit() and len(value) <= 18}
    outcome = services.agree_many(ids=wanted, by=user)
    if outcome.agreed:
        messages.success(request, ngettext("Agreed to %(n)d form.", "Agreed to %(n)d forms.", outcome.agreed) % {"n": outcome.agreed})
    for name, reason in outcome.left[:10]:
        messages.warning(request, _("Left for reading: %(form)s (%(reason)s)") % {"form": name, "reason": reason})
    if not wanted:
        messages.warning(request, _("Choose at least one form."))
    return redirect("risks:review")
