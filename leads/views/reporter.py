"""Parts of a lead's page that have to do with its reporter: messages, files, identity. And "my reports" of staff who reported by name."""

import hashlib
import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.cache import cache
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.models import User
from common import posted
from common.errors import DomainError
from common.files import FileNotAccepted
from leads import reporter_page
from leads.forms.public import AnswerForm, AskForm, FilesForm
from leads.models import Lead
from leads.services import attachments as attachment_services
from leads.services import identity as identity_services
from leads.services import messages as message_services
from leads.views.uploads import sealed_uploads, unnamed

SENT_SECONDS = 3600


def the_user(request: HttpRequest) -> User:
    """The signed-in person."""
    assert isinstance(request.user, User)
    return request.user


def find_lead(request: HttpRequest, public_id: UUID) -> Lead:
    """A lead on the person's desk; else it does not exist."""
    lead: Lead = get_object_or_404(Lead.objects.visible_to(the_user(request)), public_id=public_id)
    return lead


@require_POST
@sensitive_post_parameters()
def ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write to the reporter."""
    lead = find_lead(request, public_id)
    form = AskForm(request.POST)
    if not form.is_valid():
        raise DomainError(" ".join(str(error) for errors in form.errors.values() for error in errors))
    message_services.ask(lead=lead, by=the_user(request), text=form.cleaned_data["text"])
    messages.success(request, _("Written. The reporter finds it on the follow-up page."))
    return redirect(lead.get_absolute_url() + "#messages")


@require_POST
@sealed_uploads
def add_files(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The desk adds files."""
    lead = find_lead(request, public_id)
    form = FilesForm(request.POST, request.FILES)
    if not form.is_valid() or not form.cleaned_data["documents"]:
        raise DomainError(_("Choose a file first."))
    try:
        attachment_services.add(lead=lead, files=form.cleaned_data["documents"], by=the_user(request))
    except FileNotAccepted as refusal:  # not left to the error page: the audit trail would keep the file's name
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The files were added."))
    return redirect(lead.get_absolute_url() + "#attachments")


@require_GET
def attachment(request: HttpRequest, public_id: UUID, pk: int) -> FileResponse:
    """A file of a lead on the person's desk, as a download."""
    found = get_object_or_404(find_lead(request, public_id).attachments, pk=min(pk, 2**63 - 1))
    opened = attachment_services.open_attachment(attachment=found, by=the_user(request))
    return FileResponse(io.BytesIO(opened.data), as_attachment=True, filename=opened.name, content_type=opened.content_type)


@require_POST
@sensitive_post_parameters()
def open_identity(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Who reported, shown once in the answer to the reason."""
    lead = find_lead(request, public_id)
    identity = identity_services.open_identity(lead=lead, by=the_user(request), reason=posted.text(request, "reason"))
    return render(request, "leads/identity.html", {"lead": lead, "identity": identity})


@unnamed
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What I reported under my name, in neutral words."""
    if the_user(request).is_administrator:
        raise Http404
    leads = reporter_page.own_leads(the_user(request)).select_related("unit").prefetch_related("messages__author", "attachments")
    reports = [{"lead": lead, **reporter_page.follow_up(lead)} for lead in leads]
    return render(request, "leads/mine.html", {"reports": reports})


@unnamed
@require_http_methods(["GET", "HEAD", "POST"])
@sealed_uploads
def my_report(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One report of mine: where it stands, what is asked, my answer."""
    lead = get_object_or_404(reporter_page.own_leads(the_user(request)).select_related("unit"), public_id=public_id)
    if request.method != "POST":
        return _report_page(request, lead, AnswerForm(initial={"once": get_random_string(32)}))
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _report_page(request, lead, form, status=422)
    mark = "leads:sent:" + hashlib.sha256(form.cleaned_data["once"].encode()).hexdigest()
    if cache.add(mark, 1, SENT_SECONDS):
        try:
            message_services.answer(lead=lead, text=form.cleaned_data["text"], files=form.cleaned_data["documents"])
        except DomainError as refusal:
            cache.delete(mark)
            form.add_error(None, str(refusal))
            return _report_page(request, lead, form, status=422)
    messages.success(request, _("Your message has arrived."))
    return redirect("leads:my_report", public_id=lead.public_id)


def _report_page(request: HttpRequest, lead: Lead, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"lead": lead, "lead_state": reporter_page.follow_up(lead), "form": form}
    return render(request, "leads/my_report.html", context, status=status)
