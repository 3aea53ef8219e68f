"""How the trail of integrity files reads. It names nobody: the audit administrator reads no cases."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "integrity_file.asked": _("{actor} asked to read an integrity file ({object})"),
        "integrity_file.approved": _("{actor} approved the reading until {until}"),
        "integrity_file.rejected": _("{actor} did not approve the reading"),
        "integrity_file.withdrawn": _("{actor} withdrew the request"),
        "integrity_file.ended": _("{actor} ended the reading early"),
        "integrity_file.read_page": _("{actor} read the file"),
        "integrity_file.read_document": _("{actor} took the file as a document"),
        "integrity_file.own_page": _("{actor} read the own integrity file"),
        "integrity_file.own_document": _("{actor} took the own integrity file as a document"),
        "integrity_file.signed": _("{actor} signed {entries} entries of the own integrity file"),
        "integrity_file.settings_changed": _("{actor} changed the settings of integrity files: {changes}"),
    },
    {"integrity_file.approved": "success", "integrity_file.rejected": "danger", "integrity_file.ended": "warning"},
)
