"""Sentences for what happens at the door and to accounts (accounts knows no app above it)."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "signin.done": _("{actor} signed in"),
        "signin.ended": _("{actor} signed out"),
        "signin.failed": _("Failed sign-in with the staff number “{staff_number}”"),
        "account.created": _("{actor} entered {object}"),
        "account.changed": _("{actor} changed {object}: {changes}"),
        "account.withdrawn": _("{actor} took {object} out again, who had never been let in"),
        "account.password_set": _("{actor} set a first password for {object}"),
        "account.enabled": _("{actor} let {object} in again"),
        "account.disabled": _("{actor} shut {object} out"),
        "account.role_changed": _("{actor} changed the administrator role of {object} from “{old}” to “{new}”"),
        "account.second_factor_removed": _("{actor} removed the second factors of {object}"),
        "backup.made": _("A backup was made: {file}, {rows} rows"),
        "backup.restored": _("A backup was restored: {file}, {rows} rows"),
        "audit.verified": _("{actor} verified the audit chain: {events} events, {faults} faults"),
        "request.refused": _("{actor} was refused: {method} {route}"),
        "request.failed": _("A request of {actor} failed: {method} {route}"),
    },
    tones={"account.disabled": "danger", "account.role_changed": "warning"},
)
