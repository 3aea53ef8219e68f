"""Pages about tokens: the administrators' list, everybody's own, and the description of the interface."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from api import permissions, services
from api.description import operations
from api.endpoint import described
from api.forms import TokenForm
from api.models import ApiToken
from api.tables import TokenFilter, TokenTable
from audit.selectors import timeline
from common.htmx import render_page
from common.posted import text, version
from common.refusals import refusal
from common.tables import configure

_LARGEST = 2**63


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _token(request: HttpRequest, pk: int) -> ApiToken:
    if pk >= _LARGEST:
        raise Http404
    rows = ApiToken.objects.visible_to(_user(request)).select_related("holder", "requested_by", "revoked_by")
    return get_object_or_404(rows, pk=pk)


@require_GET
def tokens(request: HttpRequest) -> HttpResponse:
    """All tokens for the administrators; for everybody else those that read in their name."""
    user = _user(request)
    found = TokenFilter(request.GET, queryset=ApiToken.objects.visible_to(user).select_related("holder"))
    table = TokenTable(found.qs)
    configure(request, table, 50)
    context = {"filterset": found, "table": table, "may_request": permissions.may_request(user), "keeps": permissions.may_keep(user)}
    return render_page(request, "api/tokens.html", context)


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Ask for a token."""
    user = _user(request)
    if not permissions.may_keep(user):
        raise Http404
    permissions.may_request(user).require()
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        said["holder"] = said.pop("staff_number")
        problem = refusal(lambda: services.request(by=user, **said))
        if not problem:
            messages.success(request, _("Asked for. The person as whom it reads was told and has to approve it."))
            return redirect("api:tokens")
        form.add_error(None, problem)
    return render_page(request, "api/form.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def token(request: HttpRequest, pk: int) -> HttpResponse:
    """What it may read, for whom, until when; approving and revoking."""
    return _page(request, _token(request, pk))


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it read; its secret is shown on this answer and never again."""
    found, secret = services.approve(token=_token(request, pk), by=_user(request), version=version(request))
    return _page(request, found, secret=secret)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End it."""
    services.revoke(token=_token(request, pk), by=_user(request), reason=text(request, "reason", 300), version=version(request))
    messages.success(request, _("Revoked. It reads nothing from now on."))
    return redirect("api:token", pk)


def _page(request: HttpRequest, found: ApiToken, **more: Any) -> HttpResponse:
    user = _user(request)
    context = {
        "token": found,
        "may_approve": permissions.may_approve(user, found),
        "may_revoke": permissions.may_revoke(user, found),
        "events": timeline(found),
        **more,
    }
    return render_page(request, "api/token.html", context)


@require_GET
def description(request: HttpRequest) -> HttpResponse:
    """The interface in words, from its OpenAPI description."""
    return render_page(request, "api/description.html", {"operations": operations(described())})


@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description as a file."""
    answer = JsonResponse(described(), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer.headers["Content-Disposition"] = 'attachment; filename="lianfang-openapi.json"'
    return answer
