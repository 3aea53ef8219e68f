"""How the events of tokens read in timelines."""

from django.utils.translation import gettext_lazy as _

from audit import sentences

sentences.register(
    {
        "token.requested": _("{actor} asked for a token for “{object}”"),
        "token.approved": _("{actor} approved the token for “{object}”"),
        "token.revoked": _("{actor} revoked the token for “{object}”"),
        "token.used": _("“{object}” read data (noted once a day)"),
    }
)
