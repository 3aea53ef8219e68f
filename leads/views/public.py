"""The public pages: report without signing in, follow up with the receipt code. Nobody is recognised (common.unwatched, ADR 0010)."""

import hashlib
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.encrypted import Undecryptable, decrypt_text, encrypt_text
from common.errors import DomainError
from common.unwatched import too_often
from leads.forms.public import AnswerForm, CodeForm, ReportForm
from leads.models import Lead
from leads.reporter_page import follow_up as follow_up_facts
from leads.services import messages as message_services
from leads.services import public as services
from leads.views.uploads import sealed_uploads
from positions.models import Unit

# Generous for a whole office behind one address, and far too few to fill a committee's desk or to guess a code.
REPORTS, REPORTS_SECONDS = 30, 3600
WRONG_CODES, WRONG_SECONDS = 10, 900
ANSWERS, ANSWERS_SECONDS = 60, 3600
SENT_SECONDS = 3600


@require_safe
@login_not_required
def choose(request: HttpRequest) -> HttpResponse:
    """What this is, what is kept and what is not, and to which unit one wants to report."""
    units = list(Unit.objects.all())
    return render(request, "leads/public/choose.html", {"units": units, "only": units[0] if len(units) == 1 else None})


@login_not_required
@sealed_uploads
def report(request: HttpRequest, code: str) -> HttpResponse:
    """The form, and once sent the receipt: shown in the answer itself, because nothing keeps it for a second page."""
    unit = get_object_or_404(Unit, code=code)
    if request.method != "POST":
        return _form_page(request, unit, ReportForm(initial={"token": _new_token()}))
    form = ReportForm(request.POST, request.FILES)
    if too_often("report", request.visitor, most=REPORTS, seconds=REPORTS_SECONDS):  # type: ignore[attr-defined]
        form.errors.clear()
        return _form_page(request, unit, form, status=429, too_many=True)
    if not form.is_valid():
        return _form_page(request, unit, form, status=422)
    said = form.cleaned_data
    sent = services.Report(unit, *(said[name] for name in ("about", "title", "content", "happened", "name", "contact")))
    try:
        receipt = services.send(report=sent, code=_code_of(said["token"]), files=said["documents"])
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _form_page(request, unit, form, status=422)
    return render(request, "leads/public/receipt.html", {"unit": unit, "code": receipt, "is_named": bool(sent.name.strip())})


@login_not_required
@sealed_uploads
def follow_up(request: HttpRequest) -> HttpResponse:
    """Enter the code, read where it stands and what is asked, answer. The code travels in each form: nothing remembers the visitor."""
    if request.method != "POST":
        return _code_page(request, CodeForm())
    visitor = request.visitor  # type: ignore[attr-defined]
    form = CodeForm(request.POST)
    if too_often("code", visitor, most=WRONG_CODES, seconds=WRONG_SECONDS, count=False):
        return _code_page(request, CodeForm(), status=429, too_many=True)
    if not form.is_valid():
        return _code_page(request, form, status=422)
    lead = services.find(form.cleaned_data["code"])
    if lead is None:
        too_often("code", visitor, most=WRONG_CODES, seconds=WRONG_SECONDS)
        form.add_error("code", _("There is no report with this code. Check it letter by letter."))
        return _code_page(request, form, status=422)
    if "once" not in request.POST:
        return _status_page(request, lead, form.cleaned_data["code"])
    return _answered(request, lead, form.cleaned_data["code"])


def _answered(request: HttpRequest, lead: Lead, code: str) -> HttpResponse:
    form = AnswerForm(request.POST, request.FILES)
    if too_often("answer", request.visitor, most=ANSWERS, seconds=ANSWERS_SECONDS):  # type: ignore[attr-defined]
        return _status_page(request, lead, code, form=form, status=429, too_many=True)
    if not form.is_valid():
        return _status_page(request, lead, code, form=form, status=422)
    # Without what was sent: only that this form was.
    mark = "unwatched:sent:" + hashlib.sha256(form.cleaned_data["once"].encode()).hexdigest()
    if not cache.add(mark, 1, SENT_SECONDS):
        return _status_page(request, lead, code, sent=True)
    try:
        message_services.answer(lead=lead, text=form.cleaned_data["text"], files=form.cleaned_data["documents"])
    except DomainError as refusal:
        cache.delete(mark)
        form.add_error(None, str(refusal))
        return _status_page(request, lead, code, form=form, status=422)
    return _status_page(request, lead, code, sent=True)


def _form_page(request: HttpRequest, unit: Unit, form: ReportForm, *, status: int = 200, too_many: bool = False) -> HttpResponse:
    return render(request, "leads/public/report.html", {"unit": unit, "form": form, "too_many": too_many}, status=status)


def _code_page(request: HttpRequest, form: CodeForm, *, status: int = 200, too_many: bool = False) -> HttpResponse:
    return render(request, "leads/public/code.html", {"form": form, "too_many": too_many}, status=status)


def _status_page(
    request: HttpRequest, lead: Lead, code: str, *, form: AnswerForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    form = form or AnswerForm(initial={"once": get_random_string(32)})
    context = {"lead_state": follow_up_facts(lead), "code": code, "form": form, **more}
    return render(request, "leads/public/status.html", context, status=status)


def _new_token() -> str:
    return encrypt_text(services.new_code())


def _code_of(token: str) -> str:
    """The receipt code made with the form; a new one when the token is none of ours (a bookmark of long ago, or made up)."""
    try:
        code = decrypt_text(token)
    except Undecryptable:
        return services.new_code()
    return code if services.is_code(code) else services.new_code()
