"""Password rules."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User


class CompositionValidator:
    """Three of four kinds of characters, unless the unit follows ASVS instead (PASSWORD_COMPOSITION, ADR 0005)."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError when fewer than three kinds of characters occur."""
        if not settings.PASSWORD_COMPOSITION:
            return
        kinds = [any(test(c) for c in password) for test in (str.islower, str.isupper, str.isdigit)]
        kinds.append(any(not c.isalnum() for c in password))
        if sum(kinds) < 3:
            raise ValidationError(self.get_help_text(), code="password_composition")

    def get_help_text(self) -> str:
        return _("Use at least three of: small letters, capital letters, digits, other characters.")
