"""How the events of this app read in a timeline."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "reminders.set": _("{actor} set when the unit reminds of “{kind}”: {changes}"),
        "reminders.reset": _("{actor} put the reminders of “{kind}” back to the default"),
    }
)
