"""The life of a token: asked for by the system administrator, approved by the person as whom it reads (ADR 0022)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.states import StateTable, Transition, register


class TokenState(models.TextChoices):
    REQUESTED = "requested", pgettext_lazy("token", "to be approved")
    ACTIVE = "active", pgettext_lazy("token", "in use")
    REVOKED = "revoked", pgettext_lazy("token", "revoked")


_T = TokenState
TOKEN_TABLE = register(
    StateTable(
        "api_token",
        _T,
        _T.REQUESTED,
        [
            Transition(
                "approve",
                (_T.REQUESTED,),
                _T.ACTIVE,
                pgettext_lazy("token", "approve"),
                _("the person as whom it reads"),
                "token.approved",
                requires=_("it has not run out"),
                told=_("who asked for it"),
            ),
            Transition(
                "revoke",
                (_T.REQUESTED, _T.ACTIVE),
                _T.REVOKED,
                pgettext_lazy("token", "revoke"),
                _("the person as whom it reads, system or security administrator"),
                "token.revoked",
                requires=_("a reason"),
                told=_("the person as whom it reads, and who asked for it"),
            ),
        ],
    )
)
