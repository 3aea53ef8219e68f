"""Pages of the system and security administrators about accounts, and everybody's own account page."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import permissions, services
from accounts.forms import AccountForm, ReasonForm, RoleForm
from accounts.models import User
from accounts.tables import AccountFilter, AccountTable
from common.errors import DomainError
from common.htmx import render_page
from common.posted import version as version_of
from common.tables import configure


def _guard(request: HttpRequest) -> User:
    """These pages do not exist for anybody else."""
    user = request.user
    if not isinstance(user, User) or not permissions.may_see_accounts(user):
        raise Http404
    return user


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All accounts, filtered."""
    user = _guard(request)
    found = AccountFilter(request.GET, queryset=User.objects.all())
    table = AccountTable(found.qs)
    configure(request, table, 50)
    return render_page(request, "accounts/index.html", {"filterset": found, "table": table, "may_edit": permissions.may_edit_people(user)})


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Enter a person."""
    user = _guard(request)
    permissions.may_edit_people(user).require()
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = services.create_account(by=user, **form.cleaned_data)
        messages.success(request, _("Entered. The security administrator can now set a first password."))
        return redirect("accounts:detail", account.pk)
    return render_page(request, "accounts/form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is known of a person."""
    user = _guard(request)
    permissions.may_edit_people(user).require()
    account = get_object_or_404(User, pk=pk)
    form = AccountForm(request.POST or None, instance=get_object_or_404(User, pk=pk))
    if request.method == "POST" and form.is_valid():
        data = {field: form.cleaned_data[field] for field in ("name", "email", "phone")}
        services.edit_account(account=account, by=user, version=version_of(request), **data)
        messages.success(request, _("Saved."))
        return redirect("accounts:detail", account.pk)
    return render_page(request, "accounts/form.html", {"form": form, "account": account}, status=422 if form.errors else 200)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: what it is and what may be done with it."""
    user = _guard(request)
    account = get_object_or_404(User, pk=pk)
    context = {
        "account": account,
        "second_factors": Authenticator.objects.filter(user=account).count(),
        "may_edit": permissions.may_edit_people(user),
        "may_secure": permissions.may_secure(user, account),
        "may_grant": permissions.may_grant(user, account),
        "may_revoke": permissions.may_revoke(user, account),
        "role_form": RoleForm(),
    }
    return render_page(request, "accounts/detail.html", context)


@require_POST
def set_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a first password and show it, this once."""
    user = _guard(request)
    account = get_object_or_404(User, pk=pk)
    password = services.set_initial_password(account=account, by=user)
    return render_page(request, "accounts/password.html", {"account": account, "password": password})


@require_POST
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Shut the account out or let it in again."""
    user, account, reason = _act(request, pk)
    services.set_active(account=account, by=user, active=not account.is_active, reason=reason)
    return redirect("accounts:detail", pk)


@require_POST
def set_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an administrator's role; without `role`, take it away."""
    user, account, reason = _act(request, pk)
    role = request.POST.get("role", "")
    if role and not RoleForm({"role": role, "reason": reason}).is_valid():
        raise DomainError(_("Choose one of the three roles."))
    services.set_admin_role(account=account, by=user, role=role, reason=reason)
    return redirect("accounts:detail", pk)


@require_POST
def remove_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """For somebody who lost phone or key."""
    user, account, reason = _act(request, pk)
    services.remove_second_factor(account=account, by=user, reason=reason)
    messages.success(request, _("Removed. The person sets up a new one at the next sign-in."))
    return redirect("accounts:detail", pk)


def _act(request: HttpRequest, pk: int) -> tuple[User, User, str]:
    user = _guard(request)
    account = get_object_or_404(User, pk=pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise DomainError(_("Give a reason; it is kept in the audit trail."))
    return user, account, form.cleaned_data["reason"]
