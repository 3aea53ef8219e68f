"""The steps of a warning that have a form: decide, plan, report, verify, send back, raise, close, withdraw, state one's case."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import DomainError
from common.posted import version as version_of
from early_warnings import approvals_page, lists, warning_page
from early_warnings.forms import steps as forms
from early_warnings.models import RectificationMeasure, Statement
from early_warnings.permissions import warnings as permissions
from early_warnings.services import approval, ending, rectifying, statements
from early_warnings.views.common import find, get_or_404, posted, step_page
from early_warnings.views.lists import the_user

FORM = require_http_methods(["GET", "POST"])


@FORM
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, return, or do not approve: from the list of approvals with one click, or on a page of its own."""
    user, warning = find(request, pk)
    permissions.may_decide(user, warning).require()
    form = forms.DecideForm(posted(request)[0], auto_id="id_%s")
    if request.method == "POST" and request.POST.get("back") == "approvals" and form.is_valid():
        try:
            _decide(request, user, warning, form)
        except DomainError as error:
            if error.status != DomainError.status:
                raise
            messages.error(request, str(error))
        else:
            messages.success(request, _("Your decision has been recorded."))
        return redirect("warnings:approvals")
    return step_page(
        request,
        user,
        warning,
        heading=_("Decide on the warning"),
        button=_("Record the decision"),
        form=form,
        act=lambda: _decide(request, user, warning, form),
        done=_("Your decision has been recorded."),
        template="warnings/decide.html",
        more={"card": approvals_page.card_of(user, warning, lists.Lights(timezone.localdate()))},
    )


def _decide(request: HttpRequest, user: Any, warning: Any, form: Any) -> None:
    data = form.cleaned_data
    approval.decide(warning=warning, decision=data["decision"], opinion=data["opinion"], by=user, version=version_of(request))


@FORM
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Causes and measures."""
    user, warning = find(request, pk)
    permissions.may_plan(user, warning).require()
    data, _files = posted(request)
    form = forms.PlanForm(data, auto_id="id_%s")
    rows = forms.MeasureRows(data, prefix="measures")
    return step_page(
        request,
        user,
        warning,
        heading=_("Set causes and measures"),
        button=_("Save and begin the rectification"),
        form=form,
        rows=rows,
        act=lambda: rectifying.plan(
            warning=warning, causes=form.cleaned_data["causes"], measures=forms.planned(rows), by=user, version=version_of(request)
        ),
        done=_("Causes and measures are set. Record each measure as it is carried out, then report."),
        explanation=warning.requirements,
    )


@FORM
def add_measure(request: HttpRequest, pk: int) -> HttpResponse:
    """One more measure while it is being rectified."""
    user, warning = find(request, pk)
    permissions.may_report(user, warning).require()
    form = forms.MeasureRow(posted(request)[0], auto_id="id_%s")

    def act() -> None:
        planned = rectifying.PlannedMeasure(form.cleaned_data["text"], form.cleaned_data["due_on"])
        rectifying.add_measure(warning=warning, measure=planned, by=user)

    return step_page(
        request,
        user,
        warning,
        heading=_("Add a measure"),
        versioned=False,
        button=_("Add the measure"),
        form=form,
        act=act,
        done=_("The measure has been added."),
    )


@FORM
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a measure as done, or why it is not."""
    user = the_user(request)
    rows = RectificationMeasure.objects.filter(report__warning__in=warning_page.for_page(user).order_by().values("pk"))
    found: RectificationMeasure = get_or_404(rows.select_related("report__warning"), pk)
    _user, warning = find(request, found.report.warning_id)
    permissions.may_report(user, warning).require()
    data, uploaded = posted(request)
    form = forms.MeasureDoneForm(data, uploaded, measure=found)
    return step_page(
        request,
        user,
        warning,
        heading=_("Record a measure"),
        button=_("Save"),
        form=form,
        version=found.version,
        act=lambda: rectifying.record_measure(
            measure=found,
            done=form.cleaned_data["done"],
            note=form.cleaned_data["note"],
            file=form.cleaned_data["file"] or None,
            by=user,
            version=version_of(request),
        ),
        done=_("The measure has been recorded."),
        explanation=found.text,
    )


@FORM
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """整改情况报告."""
    user, warning = find(request, pk)
    permissions.may_report(user, warning).require()
    data, uploaded = posted(request)
    form = forms.ReportForm(data, uploaded, warning=warning)
    current = rectifying.current(warning)
    return step_page(
        request,
        user,
        warning,
        heading=_("Report the rectification"),
        button=_("Hand in the report"),
        form=form,
        act=lambda: rectifying.report(
            warning=warning, facts=form.facts(), file=form.cleaned_data["file"] or None, by=user, version=version_of(request)
        ),
        done=_("Handed in. The discipline committee verifies the rectification."),
        more={"measures": current.measures.all() if current else []},
    )


@FORM
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """核验."""
    user, warning = find(request, pk)
    permissions.may_verify(user, warning).require()
    form = forms.OpinionForm(posted(request)[0], auto_id="id_%s")
    return step_page(
        request,
        user,
        warning,
        heading=_("Verify the rectification"),
        button=_("Confirm the rectification"),
        form=form,
        act=lambda: rectifying.verify(warning=warning, opinion=form.cleaned_data["opinion"], by=user, version=version_of(request)),
        done=_("Verified. Another member of the committee closes the warning when nothing is missing."),
    )


@FORM
def re_rectify(request: HttpRequest, pk: int) -> HttpResponse:
    """Another round."""
    user, warning = find(request, pk)
    permissions.may_re_rectify(user, warning).require()
    form = forms.ReRectifyForm(posted(request)[0], auto_id="id_%s")
    return step_page(
        request,
        user,
        warning,
        heading=_("Send back to be rectified again"),
        button=_("Send back"),
        form=form,
        act=lambda: rectifying.re_rectify(
            warning=warning,
            reason=form.cleaned_data["reason"],
            due_on=form.cleaned_data["due_on"],
            by=user,
            version=version_of(request),
        ),
        done=_("Sent back. Who is warned and who is responsible have been told why."),
    )


@FORM
def escalate(request: HttpRequest, pk: int) -> HttpResponse:
    """One tier up: this one ends, a new draft begins."""
    user, warning = find(request, pk)
    permissions.may_escalate(user, warning).require()
    form = forms.ReasonForm(posted(request)[0], auto_id="id_%s")
    return step_page(
        request,
        user,
        warning,
        heading=_("Raise to the next tier"),
        button=_("Raise"),
        danger=True,
        form=form,
        act=lambda: ending.escalate(warning=warning, reason=form.cleaned_data["reason"], by=user, version=version_of(request)),
        done=_("Raised. A draft of the next tier waits on the board."),
        explanation=_("This warning ends here. A linked draft of the next tier is made, and goes to the party committee as any other."),
    )


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """销号."""
    user, warning = find(request, pk)
    ending.close(warning=warning, by=user, version=version_of(request))
    messages.success(request, _("The warning is closed. Who was warned and who was responsible have been told."))
    return redirect(warning.get_absolute_url())


@FORM
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """撤销."""
    user, warning = find(request, pk)
    permissions.may_withdraw(user, warning).require()
    form = forms.ReasonForm(posted(request)[0], auto_id="id_%s")
    return step_page(
        request,
        user,
        warning,
        heading=_("Withdraw the warning"),
        button=_("Withdraw"),
        danger=True,
        form=form,
        act=lambda: ending.withdraw(warning=warning, reason=form.cleaned_data["reason"], by=user, version=version_of(request)),
        done=_("The warning is withdrawn."),
        explanation=_("Everybody who knows of the warning is told that it is withdrawn. It stays in the ledger with your reason."),
    )


@FORM
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """陈述申辩."""
    user, warning = find(request, pk)
    permissions.may_state_case(user, warning).require()
    data, uploaded = posted(request)
    form = forms.StatementForm(data, uploaded, auto_id="id_%s")
    return step_page(
        request,
        user,
        warning,
        heading=_("State your case"),
        versioned=False,
        button=_("Hand in the statement"),
        form=form,
        act=lambda: statements.state_case(warning=warning, text=form.cleaned_data["text"], file=form.cleaned_data["file"] or None, by=user),
        done=_("Handed in. The discipline committee answers it; the warning cannot be closed before."),
    )


@FORM
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a statement."""
    user = the_user(request)
    found: Statement = get_or_404(Statement.objects.visible_to(user).select_related("warning"), pk)
    _user, warning = find(request, found.warning_id)
    permissions.may_answer(user, warning).require()
    form = forms.AnswerForm(posted(request)[0], auto_id="id_%s")
    return step_page(
        request,
        user,
        warning,
        heading=_("Answer the statement"),
        button=_("Send the answer"),
        form=form,
        version=found.version,
        act=lambda: statements.answer(
            statement=found,
            outcome=form.cleaned_data["outcome"],
            text=form.cleaned_data["answer"],
            by=user,
            version=version_of(request),
        ),
        done=_("The answer has been sent."),
        explanation=found.text,
    )
