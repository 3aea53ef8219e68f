"""How the trail of templates reads."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "document_template.uploaded": _("{actor} uploaded the template {object} ({file})"),
        "document_template.used": _("{actor} put the template {object} in use"),
        "document_template.replaced": _("{actor} took the template {object} out of use"),
        "document_template.failed": _("A paper could not be made with the template {object}; the built-in one was used"),
    },
    {"document_template.used": "success", "document_template.failed": "danger"},
)
