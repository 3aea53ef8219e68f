"""The steps of a lead: every one finds the lead through `visible_to`, and the service decides."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import DomainError
from common.htmx import render_page
from common.posted import text as posted_text
from common.posted import version as version_of
from leads.cases import readers
from leads.forms.desk import JudgementForm, PassOnForm, RecuseForm, ResultForm, SubjectForm
from leads.models import Lead
from leads.permissions import leads as permissions
from leads.services import desks, judging
from leads.views.desk import find


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when that is nothing; None while the form is only shown."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: HttpRequest, lead: Lead, *, title: str, text: str, button: str, form: forms.Form, act: Callable[[], Any], done: str
) -> HttpResponse:
    """Show the form, or take it: what the service refuses stands above it, and what was entered stays."""
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except DomainError as error:
            if error.status != DomainError.status:
                raise
            problem = str(error)
        else:
            messages.success(request, done)
            return back(request, lead)
    context = {
        "lead": lead,
        "form": form,
        "heading": title,
        "explanation": text,
        "button": button,
        "problem": problem,
        "crumbs": [
            {"label": _("Leads"), "url": reverse("leads:board")},
            {"label": lead.number, "url": lead.get_absolute_url()},
            {"label": title},
        ],
    }
    status = 422 if problem or (form.is_bound and form.errors) else 200
    return render_page(request, "leads/form.html", context, status=status)


def back(request: HttpRequest, lead: Lead) -> HttpResponse:
    """To the lead, or to the board when the person sees it no longer (passed on, recused)."""
    still = Lead.objects.filter(pk=lead.pk).visible_to(request.user).exists()
    return redirect(lead.get_absolute_url() if still else "leads:board")


@require_POST
def take_up(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Begin to study it."""
    user, lead = find(request, public_id)
    judging.take_up(lead=lead, by=user, version=version_of(request))
    messages.success(request, _("Taken up. Study it and propose a judgement by the date."))
    return back(request, lead)


@require_POST
def important(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The higher committees have it too."""
    user, lead = find(request, public_id)
    judging.mark_important(lead=lead, by=user)
    messages.success(request, _("Marked important."))
    return back(request, lead)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def pass_on(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give it to another body."""
    user, lead = find(request, public_id)
    permissions.may_pass_on(user, lead).require()
    form = PassOnForm(posted(request), bodies=desks.targets(lead))
    return form_page(
        request,
        lead,
        title=_("Pass on"),
        text=_("Only bodies appear here that may have it: without the persons reported, those below them, and those recused."),
        button=_("Pass on"),
        form=form,
        act=lambda: desks.pass_on(lead=lead, by=user, version=version_of(request), **form.cleaned_data),
        done=_("Passed on. The members of that body have been told."),
    )


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def recuse(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Somebody takes no part."""
    user, lead = find(request, public_id)
    people = [person for person in readers(lead) if permissions.may_recuse(user, lead, person)]
    permissions.may_recuse(user, lead, user).require()
    form = RecuseForm(posted(request), people=sorted(people, key=lambda person: person.pk != user.pk))
    return form_page(
        request,
        lead,
        title=_("Recusal"),
        text=_("The person takes no part from now on and no longer sees the lead, its files and its numbers. This cannot be undone."),
        button=_("Record the recusal"),
        form=form,
        act=lambda: desks.recuse(lead=lead, person=form.chosen(), reason=form.cleaned_data["reason"], by=user),
        done=_("The recusal has been recorded."),
    )


@require_http_methods(["GET", "POST"])
def subject(request: HttpRequest, public_id: UUID, pk: int) -> HttpResponse:
    """Who is meant by a name."""
    user, lead = find(request, public_id)
    if pk >= 2**63:
        raise Http404
    named = get_object_or_404(lead.subjects.filter(department=None, unit=None), pk=pk)
    permissions.may_set_subject(user, lead).require()
    form = SubjectForm(posted(request), lead=lead, initial={"person": named.person_id})
    return form_page(
        request,
        lead,
        title=_("Who is meant by “%(name)s”") % {"name": named.name},
        text=_("Who is chosen, and everybody below, is shut out at once. If that is you, you see the lead no longer."),
        button=_("Save"),
        form=form,
        act=lambda: desks.set_subject(lead=lead, subject=named, person=form.chosen(), by=user),
        done=_("Saved. Who may see the lead follows."),
    )


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def judgement(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Propose a judgement."""
    user, lead = find(request, public_id)
    permissions.may_propose(user, lead).require()
    form = JudgementForm(posted(request), lead=lead, initial=_former(lead))
    return form_page(
        request,
        lead,
        title=_("Propose a judgement"),
        text=_("Another member confirms it or returns it to you."),
        button=_("Propose"),
        form=form,
        act=lambda: judging.propose_judgement(lead=lead, facts=form.facts(), by=user, version=version_of(request)),
        done=_("Proposed. The other members have been told."),
    )


def _former(lead: Lead) -> dict[str, Any]:
    """A returned judgement is mended, not written anew."""
    last = lead.judgements.order_by("-pk").first()
    names = ("effects", "responsibility", "measures", "outcome", "formal_kind", "opinion", "due_on")
    return (
        {"due_on": None}
        if last is None
        else {n: getattr(last, n) for n in names}
        | {
            "level": last.level_id,
            "responsible": last.responsible_id,
        }
    )


@require_POST
def confirm(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Confirm what another member proposed."""
    user, lead = find(request, public_id)
    judging.confirm_judgement(judgement=_open(lead), by=user, version=version_of(request))
    messages.success(request, _("The judgement has been confirmed."))
    return back(request, lead)


@require_POST
@sensitive_post_parameters()
def give_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Return it to be studied again."""
    user, lead = find(request, public_id)
    judging.return_judgement(judgement=_open(lead), reason=posted_text(request, "reason"), by=user, version=version_of(request))
    messages.success(request, _("The judgement has been returned."))
    return back(request, lead)


def _open(lead: Lead) -> Any:
    found = lead.judgements.order_by("-pk").first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def result(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write down what came of it."""
    user, lead = find(request, public_id)
    permissions.may_record_result(user, lead).require()
    form = ResultForm(posted(request), initial={"result": lead.result})
    return form_page(
        request,
        lead,
        title=_("Record the result"),
        text=_("What was done and what came of it; for an unfounded lead, how and before whom the person was cleared."),
        button=_("Save"),
        form=form,
        act=lambda: judging.record_result(lead=lead, result=form.cleaned_data["result"], by=user, version=version_of(request)),
        done=_("The result has been recorded."),
    )


@require_POST
def end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Close, clear or hand over."""
    user, lead = find(request, public_id)
    step = posted_text(request, "step")
    if step not in ("close", "clear", "hand_over"):
        raise Http404
    judging.end(lead=lead, step=step, by=user, version=version_of(request))
    messages.success(request, _("The lead has ended."))
    return back(request, lead)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
def hand_up(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """It was handed to the higher committee outside this system."""
    user, lead = find(request, public_id)
    permissions.may_hand_up(user, lead).require()
    form = ResultForm(posted(request))
    return form_page(
        request,
        lead,
        title=_("Handed to the higher committee"),
        text=_("Say to whom, when and how it was handed over. The lead ends here with that."),
        button=_("Record the handing over"),
        form=form,
        act=lambda: judging.hand_up(lead=lead, result=form.cleaned_data["result"], by=user, version=version_of(request)),
        done=_("The handing over has been recorded."),
    )


@require_POST
def answered(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Whoever sent it was answered."""
    user, lead = find(request, public_id)
    judging.report_back(lead=lead, by=user)
    messages.success(request, _("Noted."))
    return redirect(lead.get_absolute_url())


@require_POST
@sensitive_post_parameters()
def reopen(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Study it again."""
    user, lead = find(request, public_id)
    judging.reopen(lead=lead, reason=posted_text(request, "reason"), by=user, version=version_of(request))
    messages.success(request, _("The lead is open again."))
    return back(request, lead)
