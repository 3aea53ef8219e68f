"""How reminders and escalations read in a timeline."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "warning.reminded": _("The time limit comes to its end: whose turn it is was reminded"),
        "warning.overdue": _("The time limit is over: whose turn it is was told"),
        "warning.told_up": _("Not handled in time: told to the next place up ({place})"),
    },
    {"warning.reminded": "warning", "warning.overdue": "danger", "warning.told_up": "danger"},
)
