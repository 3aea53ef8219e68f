"""Forms of a talk: planning, changing, the record, the written answer, the limits."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from common.errors import DomainError
from common.htmx import render_page
from common.posted import version as version_of
from positions.models import BodyKind, Unit
from positions.scopes import scope_of
from talks import choices
from talks.forms import ArrangeForm, LimitForm, PlanForm, RecordForm, ReplyForm
from talks.models import DayKind, Talk, TalkKind
from talks.permissions import talks as permissions
from talks.services import limits as limit_services
from talks.services import talks as services
from talks.states import TalkState
from talks.views.talks import crumbs, find, the_user


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _form_page(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], Talk],
    *,
    done: str,
    heading: str,
    button: str,
    talk: Talk | None = None,
    **more: Any,
) -> HttpResponse:
    """Show the form, or take it: what the service refuses stands above it, and what was entered stays."""
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            saved = act()
        except DomainError as error:
            if error.status != DomainError.status:
                raise
            problem = str(error)
        else:
            messages.success(request, done)
            return redirect(saved.get_absolute_url())
    way = crumbs(talk) if talk else [{"label": _("Talks"), "url": reverse("talks:index")}]
    context = {
        "form": form,
        "heading": heading,
        "button": button,
        "problem": problem,
        "talk": talk,
        "crumbs": [*way, {"label": heading}],
        **more,
    }
    status = 422 if problem or (form.is_bound and form.errors) else 200
    return render_page(request, "talks/form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Plan a talk; the kind stands in the address, because it decides what is asked."""
    user = the_user(request)
    kinds = choices.kinds_for(user)
    if not kinds:
        raise Http404
    kind = request.GET.get("kind", kinds[0])
    if kind not in kinds:
        kind = kinds[0]
    form = PlanForm(_posted(request), user=user, kind=kind)

    def act() -> Talk:
        people = form.chosen()
        unit = choices.unit_of(people)
        if unit is None:
            raise DomainError(_("This person holds no post today."))
        said = form.arrangement()
        return services.plan(
            unit=unit,
            kind=kind,
            person=None if kind == TalkKind.COLLECTIVE else people[0],
            attendees=people if kind == TalkKind.COLLECTIVE else (),
            talker=said.talker,
            recorder=said.recorder,
            reason=said.reason,
            planned_at=said.planned_at,
            due_on=said.due_on,
            place=said.place,
            by=user,
        )

    tabs = [{"label": TalkKind(one).label, "url": f"{reverse('talks:new')}?kind={one}", "active": one == kind} for one in kinds]
    return _form_page(
        request,
        form,
        act,
        done=_("The talk has been planned; the talker is told."),
        heading=_("Plan a talk"),
        button=_("Plan the talk"),
        tab_items=tabs,
        explanation=_("The questions are written in the next step; the person learns nothing before they are sent.")
        if kind == TalkKind.INQUIRY
        else _("The person talked to learns nothing before the invitation."),
    )


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change time, place, talker, recorder or matter."""
    user, talk = find(request, pk)
    permissions.may_change(user, talk).require()
    form = ArrangeForm(_posted(request), user=user, kind=talk.kind, talk=talk)
    return _form_page(
        request,
        form,
        lambda: services.change(talk=talk, arrangement=form.arrangement(), by=user, version=version_of(request)),
        done=_("The arrangement has been changed."),
        heading=_("Change the arrangement"),
        button=_("Save"),
        talk=talk,
    )


@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the record (or the letter of an inquiry), or complete it."""
    user, talk = find(request, pk)
    is_first = talk.state == TalkState.PLANNED
    (permissions.may_hold if is_first else permissions.may_amend)(user, talk).require()
    form = RecordForm(_posted(request), user=user, talk=talk)
    step = services.hold if is_first else services.amend
    if talk.is_inquiry:
        days = limit_services.limit_for(talk.unit, talk.kind)
        explanation = _("The person gets these questions at once and answers within %(limit)s.") % {"limit": _limit_in_words(days)}
    else:
        explanation = _("The person is asked to confirm the record; until then you can complete it.")
    return _form_page(
        request,
        form,
        lambda: step(talk=talk, record=form.record(), by=user, version=version_of(request)),
        done=_("The inquiry has been sent.") if talk.is_inquiry else _("The record has been saved; the person is asked to confirm it."),
        heading=_("Inquiry") if talk.is_inquiry else _("Record of the talk"),
        button=_("Send the inquiry") if talk.is_inquiry else _("Save the record"),
        talk=talk,
        explanation=explanation,
        autosave_url=reverse("talks:draft", args=[talk.pk]) if is_first else "",
    )


def _limit_in_words(limit: Any) -> str:
    if limit is None:
        return "—"
    if limit.day_kind == DayKind.WORKING:
        return _("%(n)d working days") % {"n": limit.days}
    return _("%(n)d days") % {"n": limit.days}


@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what has been written of a record so far."""
    user, talk = find(request, pk)
    form = RecordForm(request.POST, user=user, talk=talk)
    form.is_valid()
    # What is missing yet is said when the record is saved; what is wrong would be lost.
    wrong = [str(error) for errors in form.errors.as_data().values() for e in errors if e.code != "required" for error in e.messages]
    if wrong:
        return JsonResponse({"message": " ".join(wrong)[:300]}, status=422)
    talk = services.keep_draft(talk=talk, record=form.record(), by=user, version=version_of(request))
    return JsonResponse({"saved_at": timezone.localtime().strftime("%H:%M"), "version": talk.version})


@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer an inquiry, or hand in the self-criticism."""
    user, talk = find(request, pk)
    permissions.may_reply(user, talk).require()
    form = ReplyForm(_posted(request), talk=talk)
    return _form_page(
        request,
        form,
        lambda: services.reply(talk=talk, text=form.cleaned_data["text"], by=user, version=version_of(request)),
        done=_("Your answer has been handed in."),
        heading=_("Answer the inquiry") if talk.is_inquiry else _("Hand in the self-criticism"),
        button=_("Hand in"),
        talk=talk,
    )


@require_http_methods(["GET", "POST"])
def limits(request: HttpRequest) -> HttpResponse:
    """How long people have for answers, by kind: the discipline committee's setting."""
    user = the_user(request)
    unit = _committee_unit(user)
    problem = ""
    form = LimitForm(_posted(request))
    if request.method == "POST":
        if form.is_valid():
            try:
                limit_services.set_limit(unit=unit, by=user, **form.cleaned_data)
            except DomainError as error:
                if error.status != DomainError.status:
                    raise
                problem = str(error)
            else:
                messages.success(request, _("The limit has been saved. Limits that already run stay as they are."))
                return redirect("talks:limits")
        else:
            problem = " ".join(str(text) for texts in form.errors.values() for text in texts)
    rows = []
    for kind in TalkKind:
        if kind == TalkKind.COLLECTIVE:
            continue
        limit = limit_services.limit_for(unit, kind)
        first = {"kind": kind.value, "days": limit.days if limit else None, "day_kind": limit.day_kind if limit else DayKind.WORKING}
        rows.append({"label": kind.label, "form": LimitForm(initial=first, auto_id=f"{kind.value}_%s")})
    context = {
        "rows": rows,
        "problem": problem,
        "unit": unit,
        "crumbs": [{"label": _("Talks"), "url": reverse("talks:index")}, {"label": _("Limits of answers")}],
    }
    return render_page(request, "talks/limits.html", context, status=422 if problem else 200)


def _committee_unit(user: User) -> Unit:
    units = scope_of(user).bodies.get(BodyKind.DISCIPLINE_COMMITTEE)
    if not units:
        raise Http404
    return Unit.objects.get(pk=min(units))
