"""How the steps that have to do with a reporter read in the timeline of a lead."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "lead.asked": _("{actor} wrote to the reporter"),
        "lead.answered": _("The reporter added something"),
        "lead.files_added": _("{actor} added files"),
        "lead.file_opened": _("{actor} opened a file"),
        "lead.identity_opened": _("{actor} opened the identity of the reporter"),
        "settings.lead_keys_rotated": _("Leads were sealed with a new key"),
    },
    {"lead.identity_opened": "danger"},
)
