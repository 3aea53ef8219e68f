from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    name = "reporting"
    verbose_name = _("Reporting")

    def ready(self) -> None:
        from reporting import deadlines, vocabulary  # noqa: F401
        from reporting.annual import sentences as annual_sentences  # noqa: F401
        from reporting.integrity import sentences  # noqa: F401
        from reporting.list_imports import sentences as list_import_sentences  # noqa: F401
        from reporting.paper_templates import sentences as template_sentences  # noqa: F401
