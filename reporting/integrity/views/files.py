"""Reading an integrity file: under an approval, or one's own. The look is on record before anything is shown."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from common.errors import DomainError
from common.htmx import render_page
from reporting.documents.integrity import file_document, file_name
from reporting.integrity import permissions, services
from reporting.integrity.entries import IntegrityFile
from reporting.integrity.forms import SignForm
from reporting.integrity.models import FileRequest, LookHow
from reporting.integrity.views.requests import crumbs, found_request, tabs, the_user
from reporting.views.documents import download


def _readable(request: HttpRequest, pk: int) -> tuple[User, FileRequest]:
    """The person and a request of their own. To everybody else, the approver too, its file does not exist."""
    user, found = found_request(request, pk)
    if found.requested_by_id != user.pk:
        raise Http404
    return user, found


@require_GET
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """The file under an approval."""
    user, found = _readable(request, pk)
    made = services.look(request=found, by=user, how=LookHow.PAGE)
    context = {
        "file": made,
        "found": found,
        "crumbs": [*crumbs(), {"label": found.number, "url": found.get_absolute_url()}, {"label": made.name}],
    }
    return render_page(request, "reporting/integrity/file.html", context)


@require_GET
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The file under an approval, to print."""
    user, found = _readable(request, pk)
    with override("zh-hans"):  # papers are Chinese whatever language the page is in
        made = services.look(request=found, by=user, how=LookHow.DOCUMENT)
        return download(request, file_document(made, found, reader=user.name), file_name(made))


@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """One's own file."""
    user = _reads_own(request)
    return _own_page(request, services.look_at_own(by=user, how=LookHow.PAGE), user)


@require_GET
def own_document(request: HttpRequest) -> HttpResponse:
    """One's own file, to print."""
    user = _reads_own(request)
    with override("zh-hans"):
        made = services.look_at_own(by=user, how=LookHow.DOCUMENT)
        return download(request, file_document(made, None, reader=user.name), file_name(made))


@require_POST
def sign(request: HttpRequest) -> HttpResponse:
    """Sign entries of one's own file."""
    user = _reads_own(request)
    if not permissions.may_sign(user):
        raise Http404
    form = SignForm(request.POST, digests=request.POST.getlist("entry"))
    if not form.is_valid():
        raise DomainError(_("Choose at least one entry, and keep the remark to 500 characters."))
    number = services.sign(by=user, digests=form.cleaned_data["entry"], remark=form.cleaned_data["remark"])
    messages.success(request, _("You have signed %(n)d entries.") % {"n": number})
    return redirect("reporting:own_file")


def _reads_own(request: HttpRequest) -> User:
    user = the_user(request)
    if not permissions.may_read_own(user):
        raise Http404
    return user


def _own_page(request: HttpRequest, made: IntegrityFile, user: User) -> HttpResponse:
    waiting = made.to_sign
    context = {
        "file": made,
        "found": None,
        "is_own": True,
        "form": SignForm(digests=[entry.digest for entry in waiting]) if waiting else None,
        "waiting": waiting,
        "tab_items": tabs(user, "own_file"),
    }
    return render_page(request, "reporting/integrity/file.html", context)
