"""Sign-in by staff number."""

from allauth.account.auth_backends import AuthenticationBackend


class StaffNumberBackend(AuthenticationBackend):
    """allauth's, kept as a place of our own."""
