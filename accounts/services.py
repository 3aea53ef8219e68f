"""Every write to accounts. Passwords are shown once to whoever hands them over and must be changed at the first sign-in."""

import secrets
from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.events import account_changed, role_given
from accounts.models import AdminRole, User
from common.errors import DomainError, NotPossible
from common.writes import lock

# Without characters that look alike on paper.
_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_CAPITALS = "ABCDEFGHJKMNPQRSTUVWXYZ"
_DIGITS = "23456789"


def initial_password() -> str:
    """Fourteen characters of three kinds, easy to copy from paper."""
    kinds = [_LETTERS, _CAPITALS, _DIGITS]
    chars = [secrets.choice(kind) for kind in kinds] + [secrets.choice("".join(kinds)) for _n in range(11)]
    secrets.SystemRandom().shuffle(chars)
    return "".join(chars)


@transaction.atomic
def create_account(*, by: User | None, staff_number: str, name: str, email: str = "", phone: str = "") -> User:
    """A person of the unit, who can sign in only once the security administrator has set a password. `by` is None for commands.

    Raises NotAllowed, DomainError.
    """
    if by:
        permissions.may_edit_people(by).require()
    if User.objects.filter(staff_number=staff_number).exists():
        raise DomainError(_("The staff number %(number)s is taken. Look the person up in the list.") % {"number": staff_number})
    user = User.objects.create_user(staff_number, name, email=email, phone=phone)
    account_changed(action="account.created", user=user, by=by, changes={}, reason="")
    return user


@transaction.atomic
def edit_account(*, account: User, by: User, name: str, email: str, phone: str, version: int | None = None) -> User:
    """Change what is known of a person. Raises NotAllowed, Conflict."""
    permissions.may_edit_people(by).require()
    user = lock(User.objects, account.pk, version=version)
    new = {"name": name, "email": email, "phone": phone}
    changes = {field: [getattr(user, field), value] for field, value in new.items() if getattr(user, field) != value}
    if changes:
        for field, value in new.items():
            setattr(user, field, value)
        user.save()
        account_changed(action="account.changed", user=user, by=by, changes=changes, reason="")
    return user


@transaction.atomic
def withdraw_account(*, account: User, by: User, reason: str) -> None:
    """Take out an account that was entered by mistake: nobody was ever let in with it, and nothing refers to it. Its history stays.

    Raises NotAllowed, and NotPossible for an account that was used; that one is shut by the security administrator.
    """
    permissions.may_edit_people(by).require()
    user = lock(User.objects, account.pk)
    if user.last_login or user.has_usable_password() or user.admin_role:
        raise NotPossible(_("%(name)s has been let in already. The account can only be shut.") % {"name": user.name})
    account_changed(action="account.withdrawn", user=user, by=by, changes={}, reason=reason)
    try:
        with transaction.atomic():
            user.delete()
    except (ProtectedError, IntegrityError) as error:
        raise NotPossible(_("Other records refer to %(name)s. The account can only be shut.") % {"name": user.name}) from error


@transaction.atomic
def set_initial_password(*, account: User, by: User) -> str:
    """A new password that must be changed at the next sign-in; ends every session. Returns it, the only time it is to be seen."""
    permissions.may_secure(by, account).require()
    user = lock(User.objects, account.pk)
    password = initial_password()
    user.set_password(password)
    user.must_change_password = True
    user.save()
    account_changed(action="account.password_set", user=user, by=by, changes={}, reason="")
    return password


@transaction.atomic
def set_active(*, account: User, by: User, active: bool, reason: str) -> User:
    """Let an account in again, or shut it out: rights and sessions end at once. Raises NotAllowed."""
    permissions.may_secure(by, account).require()
    user = lock(User.objects, account.pk)
    if user.is_active != active:
        user.is_active = active
        user.rights_epoch += 1
        user.save()
        action = "account.enabled" if active else "account.disabled"
        account_changed(action=action, user=user, by=by, changes={"is_active": [not active, active]}, reason=reason)
    return user


@transaction.atomic
def set_admin_role(*, account: User, by: User, role: str, reason: str) -> User:
    """Give an administrator's role, or take it away (role ""). Raises NotAllowed, and DomainError for somebody who holds a post."""
    user = lock(User.objects, account.pk)
    (permissions.may_grant if role else permissions.may_revoke)(by, user).require()
    if role:
        role_given(user=user)
    old = user.admin_role
    user.admin_role = role
    user.rights_epoch += 1
    user.save()
    labels = dict(AdminRole.choices)
    account_changed(
        action="account.role_changed", user=user, by=by, changes={"admin_role": [str(labels[old]), str(labels[role])]}, reason=reason
    )
    return user


@transaction.atomic
def remove_second_factor(*, account: User, by: User, reason: str) -> User:
    """For somebody who lost phone or key; the duty to set up a new one remains. Raises NotAllowed."""
    permissions.may_secure(by, account).require()
    user = lock(User.objects, account.pk)
    Authenticator.objects.filter(user=user).delete()
    user.rights_epoch += 1
    user.save()
    account_changed(action="account.second_factor_removed", user=user, by=by, changes={}, reason=reason)
    return user


def end_sessions(person_ids: Iterable[int]) -> None:
    """After a change of rights: every session of these people ends (quality.md, session). Set-based; the cause has its own audit row."""
    User.objects.filter(pk__in=list(person_ids)).update(rights_epoch=F("rights_epoch") + 1)
