"""How the events of this app read in a timeline."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "mottos.added": _("{actor} added {n} mottos"),
        "motto.changed": _("{actor} changed the motto “{object}”: {changes}"),
        "motto.switched_on": _("{actor} took the motto “{object}” into use"),
        "motto.switched_off": _("{actor} took the motto “{object}” out of use"),
    }
)
