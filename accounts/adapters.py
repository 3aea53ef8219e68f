"""What allauth asks us."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """No self-registration: accounts are made by the system administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
