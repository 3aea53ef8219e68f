"""Sign-in by staff number."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser


class StaffNumberBackend(AuthenticationBackend):
    """A disabled account fails like a wrong password: allauth would lead it to a page of its own and so tell the password was right."""

    def _check_password(self, user: AbstractBaseUser | None, password: str) -> AbstractBaseUser | None:
        if user is None:
            return None
        self._did_check_password = True
        return user if user.check_password(password) and self.user_can_authenticate(user) else None
