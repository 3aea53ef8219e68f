"""How the trail of annual reports reads."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "annual_report.begun": _("{actor} began {object}"),
        "annual_report.written": _("{actor} wrote"),
        "annual_report.submitted": _("{actor} submitted the report"),
        "annual_report.returned": _("{actor} sent the report back"),
        "annual_report.approved": _("{actor} approved the report"),
        "annual_report.superseded": _("A newer version took its place"),
    },
    {"annual_report.approved": "success", "annual_report.returned": "warning"},
)
