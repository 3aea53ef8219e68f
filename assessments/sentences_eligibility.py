"""How the events of eligibility checks and restrictions read in a timeline."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "eligibility.checked": _("{actor} asked about {people} people"),
        "eligibility.printed": _("{actor} took the answers about {people} people as a file"),
        "eligibility.settings_changed": _("{actor} changed the settings of eligibility checks: {changes}"),
        "restriction.begun": _("The restriction began; it ends with {until}"),
        "restriction.lifted": _("{actor} lifted the restriction"),
    },
    {"restriction.begun": "warning", "restriction.lifted": "success"},
)
