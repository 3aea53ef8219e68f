"""What an account must do before anything else: change an initial or old password, set up a second factor."""

from datetime import timedelta

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.middleware import GetResponse
from positions.models import BodyKind
from positions.scopes import scope_of

# Where somebody with a duty may still go: to do it, to leave, to change the language.
OPEN_PREFIXES = ("account_", "mfa_", "set_language", "web:healthz")


class AccountDutiesMiddleware:
    """Leads people with a duty to the page on which they do it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: object) -> HttpResponse | None:
        """Before the view; nothing for anonymous visitors and for the pages on which duties are done."""
        user = request.user
        match = request.resolver_match
        if not isinstance(user, User) or match is None or (match.view_name or "").startswith(OPEN_PREFIXES):
            return None
        if must_change_password(user):
            messages.info(request, _("Choose a new password first."))
            return redirect("account_change_password")
        if settings.MFA_REQUIRED and needs_second_factor(user) and not is_mfa_enabled(user):
            messages.info(request, _("Your role needs a second factor. Set it up first."))
            return redirect("mfa_index")
        return None


def must_change_password(user: User) -> bool:
    """Whether the password was set by somebody else or is older than the unit allows (0 days: no rotation)."""
    if user.must_change_password:
        return True
    days = settings.PASSWORD_MAX_AGE_DAYS
    return bool(days and user.password_changed_at and user.password_changed_at < timezone.now() - timedelta(days=days))


def needs_second_factor(user: User) -> bool:
    """Administrators, unit heads and members of both committees (quality.md, sign-in)."""
    scope = scope_of(user)
    committees = scope.bodies.get(BodyKind.PARTY_COMMITTEE, frozenset()) | scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE, frozenset())
    return bool(scope.admin_role or scope.headed_unit_ids or committees)
