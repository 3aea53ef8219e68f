"""What allauth asks us: who may sign up (nobody), how failures are counted, what is audited."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.events import sign_in_failed, signed_in, signed_out
from accounts.models import User
from common.middleware import client_address


class AccountAdapter(DefaultAccountAdapter):
    """allauth's, with failures counted by account *and* address, so that nobody can keep a colleague out (quality.md, sign-in)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return f"{str(credentials.get('username', '')).lower()}|{client_address(request)}"

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        sign_in_failed(staff_number=str(credentials.get("username", ""))[:40])

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        request.session["started"] = request.session["seen"] = int(timezone.now().timestamp())
        assert isinstance(user, User)
        signed_in(user=user)
        return super().post_login(request, user, **kwargs)

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, User):
            signed_out(user=request.user)
        super().logout(request)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """The person's own change: the duty to change is done, and every other session ends with the old password."""
        assert isinstance(user, User)
        user.must_change_password = False
        super().set_password(user, password)

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        return redirect("account_login")
