"""The parts of a case: dispositions, talks, control group, meetings, log, reports, recusal, and the files of all of them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from common import files
from common.models import StoredFile
from common.posted import text as posted_text
from common.posted import version as version_of
from early_warnings.forms import parts as forms
from early_warnings.models import Disposition, RectificationMeasure, RectificationReport, Statement, Warning, WarningReport
from early_warnings.permissions import parts as permissions
from early_warnings.permissions import warnings as step_permissions
from early_warnings.services import dispositions, highest, recusing, talking
from early_warnings.views.common import find, get_or_404, posted, step_page
from early_warnings.views.lists import the_user

FORM = require_http_methods(["GET", "POST"])
# Where a file hangs: a person sees it who sees what it hangs on.
_FILES: dict[str, tuple[Any, str]] = {
    "statement": (Statement, "file"),
    "report": (RectificationReport, "file"),
    "disposition": (Disposition, "file"),
    "committee-report": (WarningReport, "file"),
}


@FORM
def disposition(request: HttpRequest, pk: int) -> HttpResponse:
    """Order a disposition."""
    user, warning = find(request, pk)
    permissions.may_order(user, warning).require()
    form = forms.OrderForm(posted(request)[0], warning=warning)

    def act() -> None:
        data = form.cleaned_data
        dispositions.order(
            warning=warning,
            kind=data["kind"],
            by=user,
            person=forms.person(data.get("person")),
            content=data["content"],
            ordered_for=data["ordered_for"],
            due_on=data["due_on"],
        )

    return step_page(
        request,
        user,
        warning,
        heading=_("Order a disposition"),
        versioned=False,
        button=_("Order"),
        form=form,
        act=act,
        done=_("Ordered. Who carries it out has been told."),
    )


def _disposition_of(request: HttpRequest, pk: int) -> tuple[User, Warning, Disposition]:
    user = the_user(request)
    found: Disposition = get_or_404(Disposition.objects.visible_to(user).select_related("warning", "kind"), pk)
    _user, warning = find(request, found.warning_id)
    found.warning = warning
    return user, warning, found


@FORM
def disposition_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that it was carried out."""
    user, warning, found = _disposition_of(request, pk)
    permissions.may_carry_out(user, found).require()
    data, uploaded = posted(request)
    form = forms.CarriedOutForm(data, uploaded)

    def act() -> None:
        given = form.cleaned_data
        dispositions.carry_out(
            disposition=found,
            record=given["record"],
            by=user,
            on=given["on"],
            worked=given["worked"],
            file=given["file"] or None,
            version=version_of(request),
        )

    return step_page(
        request,
        user,
        warning,
        heading=_("Record a disposition as carried out"),
        button=_("Save"),
        form=form,
        version=found.version,
        act=act,
        done=_("The disposition has been recorded as carried out."),
        explanation=_("%(kind)s. Effect when it worked: %(effect)s.") % {"kind": found.kind, "effect": found.get_effect_display()},
    )


@FORM
def disposition_judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Say later whether it worked: its protection (001) follows from that."""
    user, warning, found = _disposition_of(request, pk)
    permissions.may_judge(user, found).require()
    form = forms.JudgeForm(posted(request)[0], auto_id="id_%s")
    return step_page(
        request,
        user,
        warning,
        heading=_("Say whether it worked"),
        button=_("Save"),
        form=form,
        version=found.version,
        act=lambda: dispositions.judge(disposition=found, worked=form.cleaned_data["worked"], by=user, version=version_of(request)),
        done=_("Recorded whether the disposition worked."),
        explanation=_("%(kind)s. Effect when it worked: %(effect)s.") % {"kind": found.kind, "effect": found.get_effect_display()},
    )


@require_POST
def disposition_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """It will not be carried out."""
    user, warning, found = _disposition_of(request, pk)
    dispositions.cancel(disposition=found, reason=posted_text(request, "reason"), by=user, version=version_of(request))
    messages.success(request, _("The disposition has been cancelled."))
    return redirect(warning.get_absolute_url())


@FORM
def talk(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a talk because of the warning."""
    user, warning = find(request, pk)
    permissions.may_plan_talk(user, warning).require()
    form = forms.TalkForm(posted(request)[0], warning=warning, user=user)

    def act() -> None:
        data = form.cleaned_data
        talking.plan_talk(
            warning=warning,
            kind=data["kind"],
            talker=forms.person(data["talker"]) or user,
            person=forms.person(data["person"]),
            reason=data["reason"],
            due_on=data["due_on"],
            by=user,
        )

    return step_page(
        request,
        user,
        warning,
        heading=_("Plan a talk"),
        versioned=False,
        button=_("Plan the talk"),
        form=form,
        act=act,
        done=_("The talk is planned. Its record is written on its own page."),
    )


@FORM
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """风险防控小组."""
    user, warning = find(request, pk)
    permissions.may_form_group(user, warning).require()
    form = forms.GroupForm(posted(request)[0], warning=warning)

    def act() -> None:
        members = User.objects.filter(pk__in=form.cleaned_data["members"])
        highest.form_group(warning=warning, members=list(members), task=form.cleaned_data["task"], by=user)

    leader = warning.responsible.name if warning.responsible else ""
    return step_page(
        request,
        user,
        warning,
        heading=_("Risk control group"),
        versioned=False,
        button=_("Name the group"),
        form=form,
        act=act,
        done=_("The risk control group is named; its members have been told."),
        explanation=_("%(name)s, who is responsible, leads the group.") % {"name": leader},
    )


@FORM
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """联席会议."""
    user, warning = find(request, pk)
    permissions.may_record_meeting(user, warning).require()
    form = forms.MeetingForm(posted(request)[0], warning=warning)

    def act() -> None:
        data = form.cleaned_data
        highest.record_meeting(
            warning=warning,
            held_at=data["held_at"],
            attendees=list(User.objects.filter(pk__in=data["attendees"])),
            decisions=data["decisions"],
            place=data["place"],
            discussion=data["discussion"],
            by=user,
        )

    return step_page(
        request,
        user,
        warning,
        heading=_("Record a joint meeting"),
        versioned=False,
        button=_("Save the record"),
        form=form,
        act=act,
        done=_("The joint meeting has been recorded."),
    )


@FORM
def monitoring(request: HttpRequest, pk: int) -> HttpResponse:
    """实时监控."""
    user, warning = find(request, pk)
    permissions.may_monitor(user, warning).require()
    form = forms.MonitoringForm(posted(request)[0], auto_id="id_%s")
    return step_page(
        request,
        user,
        warning,
        heading=_("Add to the monitoring log"),
        versioned=False,
        button=_("Add"),
        form=form,
        act=lambda: highest.monitor(warning=warning, text=form.cleaned_data["text"], by=user),
        done=_("Added to the monitoring log."),
        explanation=_("Only both committees read the log; entries are never changed."),
    )


@FORM
def committee_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a report to a committee."""
    user, warning = find(request, pk)
    permissions.may_report_to_committee(user, warning).require()
    data, uploaded = posted(request)
    form = forms.CommitteeReportForm(data, uploaded)

    def act() -> None:
        given = form.cleaned_data
        highest.report_to(
            warning=warning,
            addressee=given["addressee"],
            text=given["text"],
            reported_on=given["reported_on"],
            file=given["file"] or None,
            by=user,
        )

    return step_page(
        request,
        user,
        warning,
        heading=_("Report to a committee"),
        versioned=False,
        button=_("Record the report"),
        form=form,
        act=act,
        done=_("The report has been recorded."),
    )


@FORM
def recuse(request: HttpRequest, pk: int) -> HttpResponse:
    """回避."""
    user, warning = find(request, pk)
    step_permissions.may_recuse(user, warning).require()
    form = forms.RecuseForm(posted(request)[0], warning=warning)

    def act() -> None:
        person = forms.person(form.cleaned_data["person"]) or user
        recusing.recuse(warning=warning, person=person, reason=form.cleaned_data["reason"], by=user)

    return step_page(
        request,
        user,
        warning,
        heading=_("Record a recusal"),
        versioned=False,
        button=_("Record"),
        danger=True,
        form=form,
        act=act,
        done=_("The recusal is recorded."),
        explanation=_("The person no longer sees the inside of this warning and takes no part in handling it. This cannot be taken back."),
    )


@require_GET
def file(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """A file of a part that the person may see."""
    user = the_user(request)
    if kind == "measure":
        seen = Warning.objects.visible_to(user).values("pk")
        row = get_or_404(RectificationMeasure.objects.filter(report__warning__in=seen).select_related("proof"), pk)
        return _answer(row.proof)
    if kind not in _FILES:
        raise Http404
    model, field = _FILES[kind]
    return _answer(getattr(get_or_404(model.objects.visible_to(user).select_related(field), pk), field))


def _answer(stored: StoredFile | None) -> HttpResponse:
    if stored is None:
        raise Http404
    answer: HttpResponse = files.response(stored)  # type: ignore[assignment]
    return answer
