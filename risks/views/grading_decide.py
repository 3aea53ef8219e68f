"""The leading group's decision on one risk, on a whole form, and on the unit's own form."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from audit.selectors import timeline
from common.errors import DomainError
from common.posted import text as posted_text
from positions.scopes import scope_of
from risks.forms.grading import DiscussionForm, LevelForm, OpinionForm, ReasonForm
from risks.grading_selectors import leader_of
from risks.models import Declaration, EntryChange, RiskEntry
from risks.permissions import grading as permissions
from risks.review_selectors import levels_of, risk_views
from risks.services import grading as services
from risks.services import higher
from risks.services.responsibility import organisation_of
from risks.services.review import title_of
from risks.states import FormState
from risks.views.form_parts import title
from risks.views.grading import session_address, tell
from risks.views.review import find_form, the_user


def _find(request: HttpRequest, pk: int) -> RiskEntry:
    """A risk of a form that reached the leading group, for those who take part in its session; else it does not exist."""
    if pk >= 2**63:
        raise Http404
    user = the_user(request)
    units = permissions.session_unit_ids(scope_of(user))
    rows = RiskEntry.objects.visible_to(user).filter(unit_id__in=units, declaration__state__in=[FormState.REVIEWED, FormState.GRADED])
    related = ["declaration__scheme__scale", "declaration__unit", "declaration__department", "declaration__position"]
    levels = ["self_level", "reviewed_level", "computed_level", "final_level", "power_item", "flow_step", "risk_point"]
    found: RiskEntry = get_object_or_404(
        rows.select_related(*related, *levels, "declaration__declarant", "declaration__campaign", "decided_by").prefetch_related(
            "measures__rule", "measures__who", "comments", "declaration__review_steps"
        ),
        pk=pk,
    )
    return found


def _query(request: HttpRequest) -> str:
    return (request.POST.get("query") or request.GET.get("query") or "")[:2000]


@require_GET
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One risk with everything said about it, and the decision."""
    found = _find(request, pk)
    proposed = found.final_level_id or found.reviewed_level_id or found.computed_level_id
    start = {"version": found.version, "level": proposed, "reason": found.final_reason}
    return _show(request, found, LevelForm(initial=start, levels=levels_of(found.declaration)))


def _show(request: HttpRequest, found: RiskEntry, bound: LevelForm, *, reject: ReasonForm | None = None, status: int = 200) -> HttpResponse:
    user = the_user(request)
    form = found.declaration
    siblings = list(form.entries.order_by("order", "pk").values_list("pk", flat=True))
    level = found.final_level or found.reviewed_level or found.computed_level
    leader = leader_of(found, level, organisation_of(found.unit_id))
    back = session_address(form.campaign_id, form.unit_id, _query(request))
    context: dict[str, Any] = {
        "entry": found,
        "declaration": form,
        "view": risk_views(form, [found], user, total=form.entries.exclude(change=EntryChange.RETIRE).count())[0],
        "number": siblings.index(found.pk) + 1,
        "of": len(siblings),
        "bound": bound,
        "reject": reject or ReasonForm(initial={"version": found.version}),
        "verdict": permissions.may_grade_form(user, form),
        "is_retire": found.change == EntryChange.RETIRE,
        "leader": User.objects.filter(pk=leader).first() if leader else None,
        "back": back,
        "query": _query(request),
        "events": timeline(found),
        "crumbs": [{"label": _("Grading session"), "url": back}, {"label": title(form)}],
    }
    return render(request, "risks/grading/entry.html", context, status=status)


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide one risk at the chosen level; a risk to be taken off is confirmed as it is."""
    found = _find(request, pk)
    user = the_user(request)
    permissions.may_grade_form(user, found.declaration).require()
    if found.change == EntryChange.RETIRE:
        outcome = services.confirm(unit_id=found.unit_id, entry_ids=[found.pk], by=user)
        tell(request, outcome)
        return _on(request, found)
    bound = LevelForm(request.POST, levels=levels_of(found.declaration))
    if not bound.is_valid():
        return _show(request, found, bound, status=422)
    data = bound.cleaned_data
    try:
        outcome = services.change(entry=found, level=data["level"], reason=data["reason"], by=user, version=data["version"])
    except DomainError as error:
        if error.status != DomainError.status:
            raise
        bound.add_error("reason", str(error))
        return _show(request, found, bound, status=422)
    tell(request, outcome)
    return _on(request, found)


@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not take one risk into the register."""
    found = _find(request, pk)
    permissions.may_grade_form(the_user(request), found.declaration).require()
    bound = ReasonForm(request.POST)
    levels = LevelForm(initial={"version": found.version, "level": found.reviewed_level_id}, levels=levels_of(found.declaration))
    if not bound.is_valid():
        return _show(request, found, levels, reject=bound, status=422)
    data = bound.cleaned_data
    try:
        outcome = services.reject(entry=found, reason=data["reason"], by=the_user(request), version=data["version"])
    except DomainError as error:
        if error.status != DomainError.status:
            raise
        bound.add_error("reason", str(error))
        return _show(request, found, levels, reject=bound, status=422)
    tell(request, outcome)
    return _on(request, found)


def _on(request: HttpRequest, found: RiskEntry) -> HttpResponse:
    """On to the next undecided risk of the form, else back to the session."""
    following = found.declaration.entries.filter(decided_at=None).order_by("order", "pk").first()
    form = found.declaration
    if following is None:
        return redirect(session_address(form.campaign_id, form.unit_id, _query(request)))
    return redirect("risks:grading_entry", pk=following.pk)


def _form(request: HttpRequest, pk: int) -> Declaration:
    """A form that waits with the leading group, for those who take part or were asked; else it does not exist."""
    declaration = find_form(request, pk)
    user = the_user(request)
    asked = declaration.kind == "unit" and user.pk in permissions.higher_members(declaration.unit_id)
    if declaration.unit_id not in permissions.session_unit_ids(scope_of(user)) and not asked:
        raise Http404
    return declaration


def _version(request: HttpRequest) -> int | None:
    bound = ReasonForm(request.POST)
    bound.is_valid()
    version: int | None = bound.cleaned_data.get("version")
    return version


@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a whole form with a reason."""
    declaration = _form(request, pk)
    reason = posted_text(request, "reason", 2000)
    services.return_form(declaration=declaration, by=the_user(request), reason=reason, version=_version(request))
    messages.success(request, _("Returned: “%(form)s”.") % {"form": title_of(declaration)})
    return redirect(session_address(declaration.campaign_id, declaration.unit_id))


@require_POST
def none_found(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept a form without risks."""
    declaration = _form(request, pk)
    user = the_user(request)
    permissions.may_grade_form(user, declaration).require()
    tell(request, services.confirm_none_found(unit_id=declaration.unit_id, form_ids=[declaration.pk], by=user))
    return redirect(session_address(declaration.campaign_id, declaration.unit_id))


@require_POST
def discussion(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the leading group's discussion of the unit's form."""
    declaration = _form(request, pk)
    bound = DiscussionForm(request.POST)
    if not bound.is_valid():
        raise DomainError(_("Enter the day, who took part and what was concluded."))
    data = bound.cleaned_data
    higher.record_discussion(
        declaration=declaration,
        by=the_user(request),
        on=data["on"],
        present=data["present"],
        conclusion=data["conclusion"],
        version=data["version"],
    )
    messages.success(request, _("The discussion is recorded."))
    return redirect("risks:review_form", pk=pk)


@require_POST
def send_higher(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the higher committee."""
    higher.send_to_higher(declaration=_form(request, pk), by=the_user(request), version=_version(request))
    messages.success(request, _("Sent to the higher committee."))
    return redirect("risks:review_form", pk=pk)


@require_POST
def higher_opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """The higher committee's answer."""
    declaration = _form(request, pk)
    bound = OpinionForm(request.POST)
    text = bound.cleaned_data.get("text", "") if not bound.is_valid() else bound.cleaned_data["text"]
    higher.give_higher_opinion(declaration=declaration, by=the_user(request), text=text, version=_version(request))
    messages.success(request, _("The opinion is recorded."))
    return redirect("risks:review_form", pk=pk)
