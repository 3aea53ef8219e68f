"""What the organisation forbids, whoever asks."""

from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError
from positions.models import Appointment, BodyMembership


def may_become_administrator(*, user: User) -> None:
    """Administrators hold no post and sit in no body, so that none reads cases by way of one (三员分立). Raises DomainError."""
    if Appointment.objects.in_force().filter(person=user).exists() or BodyMembership.objects.in_force().filter(person=user).exists():
        raise DomainError(
            _("%(name)s holds a post or sits in a body. Administrators have accounts of their own: make one first.") % {"name": user.name}
        )


def must_not_be_administrator(*, person: User) -> None:
    """The other side of the same rule, for appointments and memberships. Raises DomainError."""
    if person.is_administrator:
        raise DomainError(
            _("%(name)s is an administrator's account; administrators hold no post and sit in no body.") % {"name": person.name}
        )
