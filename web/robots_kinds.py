"""What robots of group chats may call the notices of apps that know nothing of robots."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notifications import kinds

kinds.register(
    {
        "declaration": pgettext_lazy("robot", "risk forms"),
        "form": pgettext_lazy("robot", "risk forms to fill in"),
        "campaign": pgettext_lazy("robot", "campaigns"),
        "catalogue": pgettext_lazy("robot", "power catalogues"),
        "power": pgettext_lazy("robot", "powers"),
        "risk": pgettext_lazy("robot", "risk points"),
        "measure": pgettext_lazy("robot", "measures"),
        "rule": _("rules to be made"),
        "assessment": pgettext_lazy("robot", "assessments"),
        "survey": pgettext_lazy("robot", "surveys"),
        "appointment": _("appointments that end"),
        "regrading": pgettext_lazy("robot", "re-gradings"),
    }
)
